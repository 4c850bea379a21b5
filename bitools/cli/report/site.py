"""`bitools report site`: pages for any web server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _, ng

if TYPE_CHECKING:
    from bitools.cli.console import Console
    from bitools.documents.report import PageItem
    from bitools.state import Document


@command(
    _("Pages for any web server: each device with its history, backups, accounts, the ledger."),
    "bitools report site /var/www/bitools",
    "bitools report site ./site --json",
    codes=(Code.REFUSED, Code.INVALID, Code.INTEGRITY),
)
def site(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=_("where the pages go"), show_default=False)],
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Write the pages."""
    from bitools.report import site

    context = Context.of(ctx, json=json, dry_run=dry_run)
    document = site.site(context.run, folder, now=context.started)

    def show(console: Console, document: Document[PageItem]) -> None:
        count = len(document.items)
        text = ng("{count} page in {folder}", "{count} pages in {folder}", count)
        console.line(text.format(count=count, folder=folder))

    context.finish(document, show, record=False, quiet=not dry_run, proves=True)
