"""`bitools inventory export`: the inventory as another tool reads it."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _


@command(
    _("Print the inventory as another tool reads it."),
    "bitools inventory export --format ansible",
    "ansible-inventory -i playbooks/inventory --graph",
    codes=(Code.INVALID,),
)
def export(
    ctx: typer.Context,
    form: Annotated[
        Literal["ansible", "nornir"], typer.Option("--format", help=_("whose format"))
    ] = "ansible",
    json: JsonFlag = False,
) -> None:
    """The foreign format is the data; `--json` changes nothing about it, since it is JSON already."""
    from bitools.inventory import export

    context = Context.of(ctx, json=json)
    context.console.document(export.export(context.inventory, form))
