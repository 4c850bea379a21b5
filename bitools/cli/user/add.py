"""`bitools user add`: give a person an account."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bitools.cli.context import Context, DryRun, JsonFlag, Yes
from bitools.cli.frame.command import command
from bitools.cli.user.options import CHANGE, MaxChanges, SlipTo, Wait, consent, slip_place
from bitools.cli.user.text import show_changes, show_for
from bitools.errors import Usage
from bitools.i18n import _


@command(
    _("Give a person an account: name, place and groups by role; the first password goes onto a slip."),
    "bitools user add --given Ayşe --surname Yılmaz --role memur --employee-id 4711",
    "bitools user add --given Ali --surname Kaya --role memur --expires 2027-06-30 --slip-to ali.html",
    "bitools user add --from yeni-personel.csv",
    codes=(*CHANGE,),
)
def add(
    ctx: typer.Context,
    given: Annotated[str, typer.Option("--given", help=_("given names"))] = "",
    surname: Annotated[str, typer.Option("--surname", help=_("surname"))] = "",
    role: Annotated[str, typer.Option(help=_("a role of directory.yaml"))] = "",
    from_file: Annotated[
        Path | None, typer.Option("--from", help=_("a staff list: accounts for those who have none"))
    ] = None,
    slip_to: SlipTo = None,
    employee_id: Annotated[str, typer.Option(help=_("personnel number"))] = "",
    title: Annotated[str, typer.Option(help=_("title"))] = "",
    department: Annotated[str, typer.Option(help=_("department"))] = "",
    phone: Annotated[str, typer.Option(help=_("telephone"))] = "",
    mail: Annotated[str, typer.Option(help=_("mail address"))] = "",
    expires: Annotated[
        str, typer.Option(metavar="DATE", help=_("the last day it works"), show_default=False)
    ] = "",
    group: Annotated[list[str] | None, typer.Option(help=_("one more group; may be repeated"))] = None,
    namesake: Annotated[
        bool, typer.Option("--namesake", help=_("another person of a name that is there already"))
    ] = False,
    max_changes: MaxChanges = None,
    wait: Wait = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Open an account."""
    from bitools.user.decisions.person import Request
    from bitools.user.verbs import add, sync

    context: Context = Context.of(ctx, json=json, dry_run=dry_run)
    agreed = consent(context, yes, max_changes=max_changes, wait=wait)
    if bool(from_file) == bool(given or surname or role):
        raise Usage(_("either --given, --surname and --role, or --from"))
    if from_file:
        context.finish(
            sync.sync(context.run, from_file, sync.Manner(only_new=True), agreed), show_changes, quiet=True
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
        context.run.day(expires) if expires else None,
    )
    document = add.add(context.run, request, slip_place(context, slip_to), agreed, namesake=namesake)
    try:
        context.finish(document, show_for(slip_to), quiet=True)
    except typer.Exit:
        if not dry_run:
            context.console.stdout.flush()  # who asked knows it only when it has left this process
            add.close(context.run, request)
        raise
