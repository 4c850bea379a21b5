"""`bitools inventory check`: prove it all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bitools.cli.console import Console
from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.inventory import PartItem
    from bitools.state import Document


@command(
    _("Prove the whole inventory; every complaint has its file and line."),
    "bitools inventory check",
    "bitools --inventory ./yeni inventory check --json",
    codes=(Code.INVALID,),
)
def check(ctx: typer.Context, json: JsonFlag = False) -> None:
    """Load everything; a complaint is an error like any other."""
    from bitools.inventory import check

    context = Context.of(ctx, json=json)
    document = check.check(context.inventory, context.document("bitools.inventory.check/1"))
    context.finish(document, _show_counts, record=False)


def _show_counts(console: Console, document: Document[PartItem]) -> None:
    words = {
        "sites": _("sites"),
        "devices": _("devices"),
        "datasets": _("data sets"),
        "repositories": _("repositories"),
        "directory": _("directory"),
        "sources": _("log sources"),
    }
    parts = [f"{item['count']} {words[item['part']]}" for item in document.items]
    console.line("✓ " + ", ".join(parts), "green")
