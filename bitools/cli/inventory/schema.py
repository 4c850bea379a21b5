"""`bitools inventory schema`: JSON Schema for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.inventory.text import show_written
from bitools.i18n import _


@command(
    _("Write JSON Schema for editors: completion and complaints while typing."),
    "bitools inventory schema",
    "bitools inventory schema --to /etc/bitools/schema",
)
def schema(
    ctx: typer.Context,
    to: Annotated[
        Path | None, typer.Option(help=_("a folder; one file is written for each inventory file"))
    ] = None,
    json: JsonFlag = False,
) -> None:
    """To a folder, or all of them as one object on standard output."""
    from bitools.inventory import schema

    context = Context.of(ctx, json=json)
    if to is None:
        context.console.document(schema.schemas())
        return
    document = schema.schema(to, context.document("bitools.inventory.schema/1"))
    context.finish(document, show_written, record=False, quiet=True)
