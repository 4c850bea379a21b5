"""`bitools backup unpin`: let the policy decide again."""

from __future__ import annotations

import typer

from bitools.cli.backup.options import Name, Reason, UpTo
from bitools.cli.backup.pin import show_pinned
from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _


@command(
    _("Let the policy decide again on a run that was pinned."),
    "bitools backup unpin mis-db --reason 'denetim bitti'",
    "bitools backup unpin mis-db --at 2026-06-30 --reason 'denetim bitti'",
    codes=(Code.INVALID, Code.LOCKED, Code.CREDENTIALS, Code.UNREACHABLE, Code.REJECTED),
)
def unpin(
    ctx: typer.Context,
    name: Name,
    reason: Reason,
    at: UpTo = "",
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """The last pinned run up to a time."""
    from bitools.backup.verbs import unpin

    context = Context.of(ctx, json=json, dry_run=dry_run)
    this = context.run
    (dataset,) = this.inventory.select_datasets([name])
    when = this.moment(at, end=True) if at else None
    document = unpin.unpin(this, dataset, at=when, reason=reason)
    context.finish(document, show_pinned, quiet=True)
