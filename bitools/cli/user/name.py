"""`bitools user name`: make a user name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.cli.console import Console
    from bitools.documents.directory import UserNameItem
    from bitools.state import Document

Given = Annotated[str, typer.Option("--given", help=_("given names"))]
Surname = Annotated[str, typer.Option("--surname", help=_("surname"))]


@command(
    _("Say which user name a person would get if nobody has it yet. Needs no directory."),
    "bitools user name --given Ayşe --surname Yılmaz",
    "bitools user name --given 'Ömer Faruk' --surname Özdemir --json",
    codes=(Code.INVALID,),
)
def name(ctx: typer.Context, given: Given, surname: Surname, json: JsonFlag = False) -> None:
    """Make a user name."""
    from bitools.user.verbs import name

    context: Context = Context.of(ctx, json=json)
    directory = (context.inventory_folder / "directory.yaml").is_file() and context.inventory.directory
    document: Document[UserNameItem] = context.document("bitools.user.name/1")
    document.items.append(name.name(given, surname, directory or None))
    context.finish(document, _show_name, record=False)


def _show_name(console: Console, document: Document[UserNameItem]) -> None:
    console.line(document.items[0]["sam_account_name"])
