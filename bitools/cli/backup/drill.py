"""`bitools backup drill`: prove that the newest backups are whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.backup.options import From, Names
from bitools.cli.backup.text import shown_size, shown_time
from bitools.cli.console import Console
from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _, number

if TYPE_CHECKING:
    from bitools.documents.backup import DrillItem
    from bitools.state import Document


@command(
    _("Restore the newest backups into a scratch place, and prove that they are whole."),
    "bitools backup drill",
    "bitools backup drill mis-db --json",
    codes=(Code.PARTIAL, Code.INVALID, Code.CREDENTIALS, Code.UNREACHABLE, Code.REJECTED, Code.INTEGRITY),
)
def drill(
    ctx: typer.Context,
    names: Names = None,
    scratch: Annotated[
        Path | None,
        typer.Option("--scratch", metavar="DIR", help=_("where there is room; else in the state folder")),
    ] = None,
    source: From = "",
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """A database goes into a scratch database; nothing in use is written to."""
    from bitools.backup.verbs import drill

    context = Context.of(ctx, json=json, dry_run=dry_run)
    this = context.run
    with context.console.working(_("restoring …")):
        document = drill.drill(this, this.inventory.select_datasets(names or []), scratch, source)
    context.finish(document, _show_drill, quiet=not dry_run)


def _show_drill(console: Console, document: Document[DrillItem]) -> None:
    for item in document.items:
        text = _("{name} of {time}: {found}")
        found = _brought_back(item) if item["status"] == "passed" else _("would be restored")
        console.line(text.format(name=item["dataset"], time=shown_time(item["time"] or ""), found=found))


def _brought_back(item: DrillItem) -> str:
    """What a drill brought back, in words."""
    if item["kind"] == "database":
        text = _("whole: {tables} tables, {rows} rows")
        return text.format(tables=number(item["tables"]), rows=number(item["rows"]))
    if item["kind"] == "files":
        text = _("whole: {files} files, {size}; {compared} compared with the living ones")
        return text.format(
            files=number(item["files"]), size=shown_size(item["bytes"]), compared=number(item["compared"])
        )
    if item["kind"] == "domain":
        return _("whole: the domain was restored")
    return _("read back: {size}").format(size=shown_size(item["bytes"]))
