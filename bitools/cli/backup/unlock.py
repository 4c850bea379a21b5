"""`bitools backup unlock`: remove stale locks, say who holds the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bitools.cli.backup.options import Names
from bitools.cli.backup.text import shown_time
from bitools.cli.console import Console
from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.backup_admin import UnlockItem
    from bitools.state import Document


@command(
    _("Remove locks that nobody holds any more; say who holds the others."),
    "bitools backup unlock",
    "bitools backup unlock mis-db --json",
    codes=(Code.PARTIAL, Code.INVALID, Code.LOCKED, Code.CREDENTIALS, Code.UNREACHABLE),
)
def unlock(ctx: typer.Context, names: Names = None, dry_run: DryRun = False, json: JsonFlag = False) -> None:
    """A living lock is never removed."""
    from bitools.backup.verbs import unlock

    context = Context.of(ctx, json=json, dry_run=dry_run)
    this = context.run
    document = unlock.unlock(this, this.inventory.select_datasets(names or []))
    context.finish(document, _show_unlock, quiet=True)


def _show_unlock(console: Console, document: Document[UnlockItem]) -> None:
    for item in document.items:
        text = _("{name}: {count} stale locks removed")
        console.line(text.format(name=item["repository"], count=item["removed"]))
        for lock in item["locks"]:
            text = _("  held by {user}@{host}, process {pid}, since {since}")
            shown = lock | {"since": shown_time(lock["since"])}
            console.sentence(text.format(**{key: shown[key] for key in ("user", "host", "pid", "since")}))
