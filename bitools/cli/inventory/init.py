"""`bitools inventory init`: a small inventory, to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.inventory.text import show_written
from bitools.errors import Code
from bitools.i18n import _


@command(
    _("Write a small inventory with comments, to begin with."),
    "bitools inventory init /etc/bitools",
    "bitools inventory init ./yeni && bitools --inventory ./yeni inventory check",
    codes=(Code.REFUSED,),
)
def init(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=_("a new or empty folder"))],
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Nothing that is there already is touched."""
    from bitools.inventory import init

    context = Context.of(ctx, json=json, dry_run=dry_run)
    document = init.init(folder, context.document("bitools.inventory.init/1"))
    context.console.note(_("next: {step}").format(step=f"bitools --inventory {folder} init"))
    context.finish(document, show_written, record=False, quiet=True)
