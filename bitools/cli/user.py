"""`bitools user`: accounts in Active Directory."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli import user_change, user_leave
from bitools.cli.context import Context, DryRun, JsonFlag, Yes
from bitools.cli.help import describe, exit_codes
from bitools.cli.user_text import (
    CHANGE,
    WIRE,
    MaxChanges,
    Privileged,
    Reason,
    consent,
    show_changes,
    show_for,
    show_sync,
    slip_place,
    state_of,
)
from bitools.errors import Code, Usage
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.cli.console import Console
    from bitools.state import Document

app = typer.Typer(
    no_args_is_help=True,
    help=describe(
        _("Open and close accounts in Active Directory."),
        "bitools user add --given Ayşe --surname Yılmaz --role memur",
        "bitools user disable ayse.yilmaz",
    ),
    epilog=exit_codes(),
)
app.add_typer(user_change.app)
app.add_typer(user_leave.app)

Given = Annotated[str, typer.Option("--given", help=_("given names"))]
Surname = Annotated[str, typer.Option("--surname", help=_("surname"))]


@app.command(
    help=describe(
        _("Give a person an account: name, place and groups by role; the first password goes onto a slip."),
        "bitools user add --given Ayşe --surname Yılmaz --role memur --employee-id 4711",
        "bitools user add --given Ali --surname Kaya --role memur --expires 2027-06-30 --slip-to ali.html",
        "bitools user add --from yeni-personel.csv",
    ),
    epilog=exit_codes(*CHANGE),
)
def add(
    ctx: typer.Context,
    given: Annotated[str, typer.Option("--given", help=_("given names"))] = "",
    surname: Annotated[str, typer.Option("--surname", help=_("surname"))] = "",
    role: Annotated[str, typer.Option(help=_("a role of directory.yaml"))] = "",
    from_file: Annotated[
        Path | None, typer.Option("--from", help=_("a staff list: accounts for those who have none"))
    ] = None,
    slip_to: Annotated[
        Path | None,
        typer.Option(
            help=_("the slip's file, text or .html; - shows it on the terminal; else in the state folder")
        ),
    ] = None,
    employee_id: Annotated[str, typer.Option(help=_("personnel number"))] = "",
    title: Annotated[str, typer.Option(help=_("title"))] = "",
    department: Annotated[str, typer.Option(help=_("department"))] = "",
    phone: Annotated[str, typer.Option(help=_("telephone"))] = "",
    mail: Annotated[str, typer.Option(help=_("mail address"))] = "",
    expires: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help=_("the last day it works"))
    ] = None,
    group: Annotated[list[str] | None, typer.Option(help=_("one more group; may be repeated"))] = None,
    max_changes: MaxChanges = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Open an account."""
    from bitools.user.decisions.plan import Request
    from bitools.user.verbs.create import add as open_account
    from bitools.user.verbs.create import told
    from bitools.user.verbs.sync import Manner
    from bitools.user.verbs.sync import sync as follow

    context: Context = Context.of(ctx, json=json, dry_run=dry_run)
    agreed = consent(context, yes, max_changes=max_changes)
    if bool(from_file) == bool(given or surname or role):
        raise Usage(_("either --given, --surname and --role, or --from"))
    if from_file:
        context.finish(
            follow(context.run, from_file, Manner(only_new=True), agreed), show_changes, quiet=True
        )
    if not (given and surname and role):
        raise Usage(_("--given, --surname and --role are needed"))
    attributes = {"title": title, "department": department, "telephoneNumber": phone, "mail": mail}
    request = Request(
        given,
        surname,
        role,
        employee_id,
        {name: value for name, value in attributes.items() if value},
        tuple(group or ()),
        expires.date() if expires else None,
    )
    document = open_account(context.run, request, slip_place(context, slip_to), agreed)
    try:
        context.finish(document, show_for(slip_to), quiet=True)
    finally:
        if not dry_run:
            told(context.run, request)


@app.command(
    help=describe(
        _("Make the directory as a staff list says. A person who is not in it is left alone."),
        "bitools user sync personel.csv --dry-run",
        "bitools user sync personel.csv --yes",
        "bitools user sync personel.csv --adopt",
    ),
    epilog=exit_codes(*CHANGE),
)
def sync(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help=_("CSV or YAML; see the manual for its columns"))],
    adopt: Annotated[
        bool, typer.Option("--adopt", help=_("only write employee ids to accounts that have none"))
    ] = False,
    max_changes: MaxChanges = None,
    privileged: Privileged = False,
    reason: Reason = "",
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Follow the personnel office."""
    from bitools.user.verbs.sync import Manner
    from bitools.user.verbs.sync import sync as follow

    context: Context = Context.of(ctx, json=json, dry_run=dry_run)
    agreed = consent(context, yes, privileged, reason, max_changes)
    document = follow(context.run, file, Manner(adopt=adopt), agreed)
    context.finish(document, show_sync, quiet=True)


@app.command(
    help=describe(
        _("Show accounts: by account name, mail, employee id, or a part of the name."),
        "bitools user show ayse.yilmaz",
        "bitools user show 4711 --json",
    ),
    epilog=exit_codes(Code.PARTIAL, *WIRE),
)
def show(
    ctx: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="WHO", help=_("account, mail, employee id or name"))],
    json: JsonFlag = False,
) -> None:
    """Look people up."""
    from bitools.user.verbs.find import show as look_up

    context: Context = Context.of(ctx, json=json)
    context.finish(look_up(context.run, words), _show_people, record=False)


@app.command(
    help=describe(
        _("Say which user name a person would get if nobody has it yet. Needs no directory."),
        "bitools user name --given Ayşe --surname Yılmaz",
        "bitools user name --given 'Ömer Faruk' --surname Özdemir --json",
    ),
    epilog=exit_codes(Code.INVALID),
)
def name(ctx: typer.Context, given: Given, surname: Surname, json: JsonFlag = False) -> None:
    """Make a user name."""
    from bitools.user.decisions import names

    context: Context = Context.of(ctx, json=json)
    pattern, limit = names.PATTERN, names.SAM_LIMIT
    if (context.inventory_folder / "directory.yaml").is_file() and (directory := context.inventory.directory):
        pattern, limit = directory.username.pattern, directory.username.max
    document = context.document("bitools.user.name/1")
    made = names.username(given, surname, pattern, limit)
    document.items.append({"sam_account_name": made, "given": given, "surname": surname})
    context.finish(document, lambda console, _document: console.line(made), record=False)


def _show_people(console: Console, document: Document) -> None:
    for item in document.items:
        console.line(f"{item['sam_account_name']}  {state_of(item)}", "bold")
        rows = {"DN": item["dn"], **item["attributes"]}
        rows |= {_("groups"): ", ".join(item["groups"]), _("expires"): item["expires"]}
        rows |= {_("password set"): item["password_set"], _("last logon"): item["last_logon"]}
        for label, value in rows.items():
            if value:
                console.line(f"  {label}: {value}")
