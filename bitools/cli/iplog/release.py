"""`bitools iplog release`: what was frozen may go when its time is over."""

from __future__ import annotations

import typer

from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.iplog import backups, text
from bitools.cli.iplog.options import FileNumber, Reason
from bitools.errors import Code
from bitools.i18n import _


@command(
    _("Release the days that were frozen for a file number."),
    "bitools iplog release --file-number 2026/1234 --reason 'Dosya kapandı'",
    "bitools iplog release --file-number 2026/1234 --reason 'Dosya kapandı' --dry-run",
    codes=(Code.INVALID, Code.LOCKED, Code.REJECTED),
)
def release(
    ctx: typer.Context,
    file_number: FileNumber = "",
    reason: Reason = "",
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """What is past its time goes with the next purge; what was pinned for it alone is unpinned."""
    from bitools.iplog.verbs import release

    context = Context.of(ctx, json=json, dry_run=dry_run)
    document, kept = release.release(context.run, file_number, reason)
    if not dry_run:
        backups.thaw(context.run, document, kept, file_number)
    context.finish(document, text.held)
