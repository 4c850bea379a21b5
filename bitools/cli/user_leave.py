"""`bitools user offboard, restore, list, audit`: leavers, and what should be looked at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.context import Context, DryRun, JsonFlag, Yes
from bitools.cli.help import describe, exit_codes
from bitools.cli.related import device_accounts, names_in
from bitools.cli.user_text import (
    CHANGE,
    WIRE,
    Accounts,
    MaxChanges,
    Privileged,
    Reason,
    consent,
    show_changes,
    state_of,
)
from bitools.errors import Code
from bitools.i18n import _, ng, short_date

if TYPE_CHECKING:
    from bitools.cli.console import Console
    from bitools.state import Document

app = typer.Typer()
Csv = Annotated[
    Path | None, typer.Option("--csv", metavar="FILE", help=_("write a table for a spreadsheet as well"))
]
_LIST = (
    *("sam_account_name", "status", "displayName", "employeeID", "department", "title", "mail"),
    *("created", "last_logon", "password_set", "expires", "dn"),
)
_AUDIT = ("sam_account_name", "rule", "why", "dn")


@app.command(
    help=describe(
        _("Off-board leavers: disabled, out of their groups, and cleared when nothing is in their custody."),
        "bitools user offboard ayse.yilmaz",
        "bitools user offboard ayse.yilmaz --tick ebys --tick mis --yes",
        'bitools user offboard ali.kaya --despite-custody --reason "laptop stolen, see report 2026/114"',
    ),
    epilog=exit_codes(*CHANGE),
)
def offboard(
    ctx: typer.Context,
    accounts: Accounts,
    tick: Annotated[
        list[str] | None, typer.Option(help=_("a line of the check-list that is done; may be repeated"))
    ] = None,
    despite_custody: Annotated[
        bool,
        typer.Option("--despite-custody", help=_("clear although things are registered; needs --reason")),
    ] = False,
    privileged: Privileged = False,
    reason: Reason = "",
    max_changes: MaxChanges = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Close the accounts of people who leave."""
    from bitools.user.verbs.offboard import Clearance
    from bitools.user.verbs.offboard import offboard as see_off

    context: Context = Context.of(ctx, json=json, dry_run=dry_run)
    agreed = consent(context, yes, privileged, reason, max_changes)
    clearance = Clearance(tuple(tick or ()), despite_custody)
    document = see_off(context.run, accounts, clearance, agreed)
    device_accounts(context, document, names_in(document))
    context.finish(document, show_changes, quiet=True)


@app.command(
    help=describe(
        _("Undo an off-boarding: place, groups and flags as they were recorded; says what is gone."),
        "bitools user restore ayse.yilmaz",
        "bitools user restore ayse.yilmaz --dry-run",
    ),
    epilog=exit_codes(*CHANGE),
)
def restore(
    ctx: typer.Context,
    accounts: Accounts,
    privileged: Privileged = False,
    reason: Reason = "",
    max_changes: MaxChanges = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Take people back."""
    from bitools.user.verbs.restore import restore as take_back

    context: Context = Context.of(ctx, json=json, dry_run=dry_run)
    agreed = consent(context, yes, privileged, reason, max_changes)
    context.finish(take_back(context.run, accounts, agreed), show_changes, quiet=True)


@app.command(
    "list",
    help=describe(
        _("List accounts; of several conditions all must apply."),
        "bitools user list --stale 90",
        "bitools user list --privileged --json",
        "bitools user list --group VPN --disabled --csv vpn.csv",
    ),
    epilog=exit_codes(*WIRE),
)
def list_accounts(
    ctx: typer.Context,
    stale: Annotated[
        int | None, typer.Option(metavar="DAYS", min=0, help=_("enabled, and not used for so many days"))
    ] = None,
    locked: Annotated[bool, typer.Option("--locked", help=_("locked out"))] = False,
    disabled: Annotated[bool, typer.Option("--disabled", help=_("disabled"))] = False,
    expiring: Annotated[
        int | None, typer.Option(metavar="DAYS", min=0, help=_("expire within so many days"))
    ] = None,
    never_logged_on: Annotated[bool, typer.Option("--never-logged-on", help=_("never used"))] = False,
    privileged: Annotated[
        bool, typer.Option("--privileged", help=_("administrators, through other groups too, and services"))
    ] = False,
    pending: Annotated[bool, typer.Option("--pending", help=_("begun by an interrupted run"))] = False,
    group: Annotated[str, typer.Option(help=_("in this group, through other groups too"))] = "",
    csv: Csv = None,
    json: JsonFlag = False,
) -> None:
    """Look through the directory."""
    from bitools.user.verbs.listing import Wanted, listing

    context: Context = Context.of(ctx, json=json)
    wanted = Wanted(stale, locked, disabled, expiring, never_logged_on, privileged, pending, group)
    document = listing(context.run, wanted)
    _write(csv, _LIST, document)
    context.finish(document, _show_list, record=False)


@app.command(
    help=describe(
        _("Say what is wrong with the accounts; ends with 4 if anything is."),
        "bitools user audit",
        "bitools user audit --stale 180 --json",
    ),
    epilog=exit_codes(Code.DIFFERENT, *WIRE),
)
def audit(
    ctx: typer.Context,
    stale: Annotated[int, typer.Option(metavar="DAYS", min=1, help=_("unused for so long is too long"))] = 90,
    csv: Csv = None,
    json: JsonFlag = False,
) -> None:
    """Judge every account."""
    from bitools.user.verbs.auditing import audit as judge

    context: Context = Context.of(ctx, json=json)
    document = judge(context.run, stale)
    _write(csv, _AUDIT, document)
    context.finish(document, _show_audit, code=Code.DIFFERENT if document.items else None)


def _write(file: Path | None, columns: tuple[str, ...], document: Document) -> None:
    """The document as a table for a spreadsheet; a name that would be calculated there is text."""
    from bitools.report import files

    if file:
        rows = [
            [{**item, **item.get("attributes", {})}.get(name) for name in columns] for item in document.items
        ]
        files.write(file, files.table(columns, rows))


def _show_list(console: Console, document: Document) -> None:
    rows = [
        [item["sam_account_name"], state_of(item), short_date(item["last_logon"] or ""),
         short_date(item["expires"] or ""), item["attributes"].get("displayName", ""),
         ", ".join(item.get("privileges", ()))]
        for item in document.items
    ]  # fmt: skip
    headings = [_("account"), _("status"), _("last logon"), _("expires"), _("name"), ""]
    console.table(headings, rows)
    if "stale_slack_days" in document.more:
        days = document.more["stale_slack_days"]
        console.note(
            _("Windows records logons up to {days} days late; only certain ones are listed").format(days=days)
        )
    console.note(ng("{count} account", "{count} accounts", len(rows)).format(count=len(rows)))


def _show_audit(console: Console, document: Document) -> None:
    rows = [[item["sam_account_name"], item["rule"], item["why"]] for item in document.items]
    if rows:
        console.table([_("account"), _("rule"), _("why")], rows)
