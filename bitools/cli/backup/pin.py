"""`bitools backup pin`: keep a run whatever the policy says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bitools.cli.backup.options import Name, Reason, UpTo
from bitools.cli.backup.text import shown_time
from bitools.cli.console import Console
from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.backup_admin import PinItem
    from bitools.state import Document


@command(
    _("Keep a run whatever the policy says: a legal hold."),
    "bitools backup pin mis-db --reason 'Sayıştay denetimi'",
    "bitools backup pin mis-db --at 2026-06-30 --reason 'Sayıştay denetimi'",
    codes=(Code.INVALID, Code.LOCKED, Code.CREDENTIALS, Code.UNREACHABLE, Code.REJECTED),
)
def pin(
    ctx: typer.Context,
    name: Name,
    reason: Reason,
    at: UpTo = "",
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Its snapshots get a new id; the run keeps its name."""
    from bitools.backup.verbs import pin

    context = Context.of(ctx, json=json, dry_run=dry_run)
    this = context.run
    (dataset,) = this.inventory.select_datasets([name])
    when = this.moment(at, end=True) if at else None
    document = pin.pin(this, dataset, at=when, reason=reason)
    context.finish(document, show_pinned, quiet=True)


def show_pinned(console: Console, document: Document[PinItem]) -> None:
    """Say which run is pinned, or is no longer."""
    for item in document.items:
        text = (
            _("{name} of {time} is pinned") if item["pinned"] else _("{name} of {time} is no longer pinned")
        )
        console.line(text.format(name=item["dataset"], time=shown_time(item["time"])))
