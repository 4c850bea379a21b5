"""`bitools report failed`: a timer's run failed, and somebody is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.console import Console
from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.report.options import CODES
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.report import QueuedItem
    from bitools.state import Document


@command(
    _("Mail that a timer's run failed, with its last words: systemd calls it."),
    "bitools report failed bitools-net",
    "bitools report failed bitools-backup --dry-run",
    codes=CODES,
)
def failed(
    ctx: typer.Context,
    unit: Annotated[str, typer.Argument(metavar="UNIT", help=_("the unit that failed"), show_default=False)],
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """What the run itself could not say."""
    from bitools.report import failed

    context = Context.of(ctx, json=json, dry_run=dry_run)
    document = failed.failed(context.run, unit, now=context.started)
    context.finish(document, _show, record=False, quiet=True)


def _show(console: Console, document: Document[QueuedItem]) -> None:
    for item in document.items:
        console.sentence(f"{', '.join(item['to'])}: {item['subject']}")
