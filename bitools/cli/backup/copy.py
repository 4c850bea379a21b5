"""`bitools backup copy`: bring the second repositories up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.backup.options import Names
from bitools.cli.console import Console
from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.backup import CopyItem
    from bitools.state import Document


@command(
    _("Bring the second repositories up to date, each by its own policy."),
    "bitools backup copy",
    "bitools backup copy mis-db --dry-run",
    codes=(
        Code.PARTIAL,
        Code.REFUSED,
        Code.INVALID,
        Code.LOCKED,
        Code.CREDENTIALS,
        Code.UNREACHABLE,
        Code.REJECTED,
    ),
)
def copy(
    ctx: typer.Context,
    names: Names = None,
    no_forget: Annotated[bool, typer.Option("--no-forget", help=_("forget nothing afterwards"))] = False,
    confirm: Annotated[
        bool, typer.Option("--confirm", help=_("a mass drop, or a clock that jumped, is right"))
    ] = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Of an append-only repository nothing is forgotten."""
    from bitools.backup.verbs import copy

    context = Context.of(ctx, json=json, dry_run=dry_run)
    this = context.run
    datasets = this.inventory.select_datasets(names or [])
    with context.console.working(_("copying …")):
        document = copy.copy(this, datasets, forget=not no_forget, confirmed=confirm)
    context.finish(document, _show_copy, quiet=not dry_run)


def _show_copy(console: Console, document: Document[CopyItem]) -> None:
    headings = [_("repository"), _("data set"), _("runs copied"), _("runs forgotten")]
    rows = [
        (item["repository"], item["dataset"], len(item["runs"]), len(item["forgotten"]))
        for item in document.items
    ]
    console.table(headings, rows)
