"""`bitools user list`: look through the directory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.user.options import WIRE, Csv, days, write_csv
from bitools.cli.user.text import state_of
from bitools.i18n import _, ng, short_date

if TYPE_CHECKING:
    from bitools.cli.console import Console
    from bitools.documents.directory import UserListItem
    from bitools.state import Document

_LIST = (
    *("sam_account_name", "status", "displayName", "employeeID", "department", "title", "mail"),
    *("created", "last_logon", "password_set", "last_day", "dn"),
)


@command(
    _("List accounts; of several conditions all must apply."),
    "bitools user list --stale 90",
    "bitools user list --privileged --json",
    "bitools user list --group VPN --disabled --csv vpn.csv",
    "bitools user list --password-expires 14",
    codes=WIRE,
)
def list_(
    ctx: typer.Context,
    stale: Annotated[
        str,
        typer.Option(metavar="DAYS", show_default=False, help=_("enabled, and not used for so many days")),
    ] = "",
    locked: Annotated[bool, typer.Option("--locked", help=_("locked out"))] = False,
    disabled: Annotated[bool, typer.Option("--disabled", help=_("disabled"))] = False,
    expiring: Annotated[
        str, typer.Option(metavar="DAYS", show_default=False, help=_("expire within so many days"))
    ] = "",
    never_logged_on: Annotated[bool, typer.Option("--never-logged-on", help=_("never used"))] = False,
    privileged: Annotated[
        bool, typer.Option("--privileged", help=_("administrators, through other groups too, and services"))
    ] = False,
    pending: Annotated[bool, typer.Option("--pending", help=_("begun by an interrupted run"))] = False,
    group: Annotated[str, typer.Option(help=_("in this group, through other groups too"))] = "",
    ou: Annotated[str, typer.Option(help=_("below this OU: its name or its DN"))] = "",
    department: Annotated[str, typer.Option(help=_("of this directorate"))] = "",
    role: Annotated[str, typer.Option(help=_("in this role of directory.yaml"))] = "",
    password_expires: Annotated[
        str,
        typer.Option(
            metavar="DAYS",
            show_default=False,
            help=_("whose password ends within so many days; told by mail if settings.yaml says so"),
        ),
    ] = "",
    csv: Csv = None,
    json: JsonFlag = False,
) -> None:
    """Look through the directory."""
    from bitools.user.decisions.selection import Selection
    from bitools.user.verbs import list_

    context: Context = Context.of(ctx, json=json)
    selection = Selection(
        days(stale, "--stale") if stale else None,
        locked,
        disabled,
        days(expiring, "--expiring") if expiring else None,
        never_logged_on,
        privileged,
        pending,
        group,
        ou,
        department,
        role,
        days(password_expires, "--password-expires") if password_expires else None,
    )
    document = list_.list_(context.run, selection)
    write_csv(csv, _LIST, document)
    if password_expires and context.run.inventory.settings.reports.passwords:
        from bitools.report import passwords

        document.more["mails"] = passwords.passwords(context.run, document.items, document.warnings)
    context.finish(document, _show_list, record=False)


def _show_list(console: Console, document: Document[UserListItem]) -> None:
    rows = [
        [item["sam_account_name"], state_of(item), short_date(item["last_logon"] or ""),
         short_date(item["last_day"] or ""), item["attributes"].get("displayName", ""),
         ", ".join(item.get("privileges", ()))]
        for item in document.items
    ]  # fmt: skip
    headings = [_("account"), _("status"), _("last logon"), _("expires"), _("name"), ""]
    console.table(headings, rows)
    if "stale_slack_days" in document.more:
        late = document.more["stale_slack_days"]
        console.note(
            _("Windows records logons up to {days} days late; only certain ones are listed").format(days=late)
        )
    if mails := document.more.get("mails"):
        text = ng("{count} person is told by mail", "{count} people are told by mail", mails)
        console.note(text.format(count=mails))
    console.note(ng("{count} account", "{count} accounts", len(rows)).format(count=len(rows)))
