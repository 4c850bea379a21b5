"""`bitools ledger enter`: what was done while the ledger could not be written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.ledger import text
from bitools.errors import Code
from bitools.i18n import _


@command(
    _("Enter what was done while the ledger could not be written."),
    "bitools ledger enter geri-yukleme.jsonl --dry-run",
    "bitools ledger enter geri-yukleme.jsonl",
    codes=(Code.INVALID, Code.INTEGRITY),
)
def enter(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help=_("the lines that the restore told"), exists=True, dir_okay=False
        ),
    ],
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Entered twice, it is there once."""
    from bitools.ledger import enter

    context = Context.of(ctx, json=json, dry_run=dry_run)
    lines = enter.read(file)
    document = enter.enter(context.ledger, context.document("bitools.ledger.enter/1"), lines)
    context.finish(document, text.entered, quiet=not dry_run)
