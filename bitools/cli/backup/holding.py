"""What `pin` and `unpin` have in common: which run is meant, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from bitools.cli.backup.options import Name, Reason, UpTo
from bitools.cli.backup.text import shown_time
from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import Command
from bitools.cli.frame.sharing import sharing
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.cli.console import Console
    from bitools.documents.backup_admin import PinItem
    from bitools.inventory.backups import Dataset
    from bitools.run import Run
    from bitools.state import Document

CODES = (Code.INVALID, Code.LOCKED, Code.CREDENTIALS, Code.UNREACHABLE, Code.REJECTED)


@dataclass(frozen=True, slots=True)
class HeldRun:
    """The last run of a data set up to a time (None: the newest), and why it is held or let go."""

    context: Context
    dataset: Dataset
    at: datetime | None
    reason: str

    @property
    def run(self) -> Run:
        """This run, with the inventory."""
        return self.context.run

    def finish(self, document: Document[PinItem]) -> None:
        """Store, print, exit."""
        self.context.finish(document, _show, quiet=True)


def holding(sentence: str, *examples: str) -> Callable[[Callable[..., None]], Command]:
    """Make a command that holds a run or lets it go: its function is given a `HeldRun`."""
    return lambda function: Command(sharing(_hold, function), sentence, examples, CODES)


def _hold(
    ctx: typer.Context,
    name: Name,
    reason: Reason,
    at: UpTo = "",
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> HeldRun:
    context = Context.of(ctx, json=json, dry_run=dry_run)
    run = context.run
    (dataset,) = run.inventory.select_datasets([name])
    return HeldRun(context, dataset, run.moment(at, end=True) if at else None, reason)


def _show(console: Console, document: Document[PinItem]) -> None:
    for item in document.items:
        text = (
            _("{name} of {time} is pinned") if item["pinned"] else _("{name} of {time} is no longer pinned")
        )
        console.line(text.format(name=item["dataset"], time=shown_time(item["time"])))
