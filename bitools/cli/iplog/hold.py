"""`bitools iplog hold`: days that no purge may remove."""

from __future__ import annotations

import typer

from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.iplog import backups, text
from bitools.cli.iplog.options import FileNumber, Reason, Since, Until
from bitools.errors import Code, Usage
from bitools.i18n import _


@command(
    _("Freeze days for a file number: no purge removes them."),
    "bitools iplog hold --from 2024-11-01 --to 2024-11-30 --file-number 2026/1234 --reason 'Savcılık yazısı'",
    "bitools iplog status",
    codes=(Code.INVALID, Code.LOCKED, Code.REJECTED),
)
def hold(
    ctx: typer.Context,
    since: Since = "",
    until: Until = "",
    file_number: FileNumber = "",
    reason: Reason = "",
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Frozen days stay in every backup that is made from now on, and the newest one is pinned."""
    from bitools.iplog.verbs import hold

    context = Context.of(ctx, json=json, dry_run=dry_run)
    this = context.run
    if not since or not until:
        raise Usage(_("a stretch of time is needed: --from TIME --to TIME"))
    document = hold.hold(this, this.day(since), this.day(until), file_number, reason)
    if document.changed and not dry_run:
        hold.pinned(this, document, backups.freeze(this, document, file_number))
    context.finish(document, text.held)
