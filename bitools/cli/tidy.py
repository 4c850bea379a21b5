"""`bitools tidy`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bitools.cli.console import Console
from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _, ng, number

if TYPE_CHECKING:
    from bitools.documents.tidy import TidyItem
    from bitools.state import Document


@command(
    _("Let go of what is past its age: old documents are digested, old leftovers removed."),
    "bitools tidy --dry-run",
    "bitools tidy",
    codes=(Code.PARTIAL, Code.INVALID, Code.LOCKED, Code.INTEGRITY),
)
def tidy(ctx: typer.Context, dry_run: DryRun = False, json: JsonFlag = False) -> None:
    """By the ages under `keep:` in settings.yaml; ledger, history and seals have none."""
    from bitools import tidy

    context = Context.of(ctx, json=json, dry_run=dry_run)
    document = tidy.tidy(context.run)
    if context.inventory.directory is not None and not dry_run:
        from bitools.user.verbs import slips

        slips.expire(context.run)
    context.finish(document, _show, quiet=True)


def _show(console: Console, document: Document[TidyItem]) -> None:
    for item in document.items:
        text = ng("{count} file", "{count} files", item["files"]).format(count=number(item["files"]))
        words = _("digested") if item["action"] == "digested" else _("removed")
        console.line(f"{item['folder']}: {text}, {number(item['bytes'] / 1e6, 1)} MB {words}")
