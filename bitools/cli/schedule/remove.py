"""`bitools schedule remove`: nothing runs by itself any more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.console import Console
from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.schedule import RemovedItem
    from bitools.state import Document


@command(
    _("Take away what was installed: units, timers, lines of the crontab."),
    "bitools schedule remove",
    "bitools schedule remove --dry-run",
    codes=(Code.REJECTED,),
)
def remove(
    ctx: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Option("--from", metavar="DIR", help=_("where systemd's units are"), show_default=False),
    ] = None,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Other lines of the crontab stay."""
    from bitools.schedule import remove

    context = Context.of(ctx, json=json, dry_run=dry_run)
    document: Document[RemovedItem] = context.document("bitools.schedule.remove/1")
    context.finish(remove.remove(document, folder), _show, record=False, quiet=not dry_run)


def _show(console: Console, document: Document[RemovedItem]) -> None:
    for item in document.items:
        console.line(item["name"])
