"""`bitools backup prune`: reclaim space."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bitools.cli.backup.options import Names
from bitools.cli.backup.text import shown_size
from bitools.cli.console import Console
from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.backup import PruneItem
    from bitools.state import Document


@command(
    _("Reclaim the space of what was forgotten."),
    "bitools backup prune",
    "bitools backup prune mis-db",
    codes=(Code.PARTIAL, Code.INVALID, Code.LOCKED, Code.CREDENTIALS, Code.UNREACHABLE),
)
def prune(ctx: typer.Context, names: Names = None, dry_run: DryRun = False, json: JsonFlag = False) -> None:
    """Of the repositories that hold these data sets; nothing is forgotten."""
    from bitools.backup.verbs import prune

    context = Context.of(ctx, json=json, dry_run=dry_run)
    this = context.run
    with context.console.working(_("reclaiming space …")):
        document = prune.prune(this, this.inventory.select_datasets(names or []))
    context.finish(document, _show_prune, quiet=True)


def _show_prune(console: Console, document: Document[PruneItem]) -> None:
    for item in document.items:
        if item["freed"] is None:
            console.line(_("{name}: pruned").format(name=item["repository"]))
        else:
            freed = shown_size(item["freed"])
            console.line(_("{name}: {freed} freed").format(name=item["repository"], freed=freed))
