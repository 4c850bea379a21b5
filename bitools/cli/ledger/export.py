"""`bitools ledger export`: a part of it, for an auditor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.ledger import text
from bitools.cli.ledger.options import Since, Until, span
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.ledger import ExportItem
    from bitools.state import Document


@command(
    _("Write a part of the ledger for an auditor: its lines as they are, and what proves them."),
    "bitools ledger export denetim.jsonl",
    "bitools ledger export 2026.jsonl --since 2026-01-01 --until 2026-12-31",
    codes=(Code.INVALID, Code.INTEGRITY),
)
def export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("where to write it"), show_default=False)],
    since: Since = "",
    until: Until = "",
    json: JsonFlag = False,
) -> None:
    """Export entries."""
    from bitools.ledger import export

    context = Context.of(ctx, json=json)
    document: Document[ExportItem] = context.document("bitools.ledger.export/1")
    export.export(context.ledger, document, file, span(context, since, until))
    context.finish(document, text.exported, record=False)
