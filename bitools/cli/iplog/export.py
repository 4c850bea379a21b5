"""`bitools iplog export`: who had which address in a stretch of time, as a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bitools.cli.console import Console
from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.iplog.options import FileNumber, Reason, Since, Until
from bitools.errors import Code, Usage
from bitools.i18n import _, number

if TYPE_CHECKING:
    from bitools.documents.iplog import HandedOutItem
    from bitools.state import Document


@command(
    _("Hand out who had which address in a stretch of time."),
    "bitools iplog export --format tib --from 2026-11-28 --to 2026-11-28 --output ip.txt --reason …",
    "bitools iplog export --format csv --from 2026-11-28 --to 2026-11-28 --reason … --file-number …",
    codes=(Code.REFUSED, Code.INVALID, Code.REJECTED, Code.INTEGRITY),
)
def export(
    ctx: typer.Context,
    layout: Annotated[Literal["tib", "csv", "json"], typer.Option("--format", help=_("the layout"))] = "csv",
    since: Since = "",
    until: Until = "",
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help=_("write it there"), show_default=False)
    ] = None,
    reason: Reason = "",
    file_number: FileNumber = "",
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Every export is recorded, every refusal too."""
    from bitools.iplog.verbs import export

    context = Context.of(ctx, json=json, dry_run=dry_run)
    this = context.run
    if not since or not until:
        raise Usage(_("a stretch of time is needed: --from TIME --to TIME"))
    begins, ends = this.moment(since), this.moment(until, end=True)
    document = export.export(this, begins, ends, layout, output, reason, file_number)
    context.finish(document, _show, record=False)


def _show(console: Console, document: Document[HandedOutItem]) -> None:
    if text := document.more["text"]:
        console.put(text)
        return
    for item in document.items:
        told = _("{count} tenancies written to {file}")
        console.line(told.format(count=number(item["tenancies"]), file=item["file"]))
