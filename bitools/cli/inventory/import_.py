"""`bitools inventory import`: the first devices.yaml, from what another tool knows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bitools.cli.console import Console, safe
from bitools.cli.context import Context, DryRun, JsonFlag, Yes
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.inventory import ImportedItem
    from bitools.state import Document


@command(
    _("Make a devices.yaml from another tool's list; secrets are never carried over."),
    "bitools inventory import --format csv cihazlar.csv",
    "bitools inventory import --format oxidized router.db --to /etc/bitools/devices.yaml",
    codes=(Code.REFUSED, Code.INVALID),
)
def import_(
    ctx: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(help=_("the other tool's files; Nornir's hosts, groups and defaults together")),
    ],
    form: Annotated[
        Literal["csv", "oxidized", "rancid", "ansible", "nornir", "netbox"],
        typer.Option("--format", help=_("whose list it is")),
    ],
    to: Annotated[Path | None, typer.Option(help=_("write this file; else it is printed"))] = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Needs no inventory; what was left out or renamed is a warning and a comment."""
    from bitools.inventory import import_

    context = Context.of(ctx, json=json, dry_run=dry_run)
    document = import_.import_(form, files, context.document("bitools.inventory.import/1"))
    if to is None:
        context.finish(document, _print, record=False)
    if to.exists():
        context.confirm(_("{file} is there already. Replace it?").format(file=to), yes)
    import_.keep(document, to)
    context.finish(document, lambda _console, _document: None, record=False, quiet=True)


def _print(console: Console, document: Document[ImportedItem]) -> None:
    for line in document.more["text"].splitlines():
        console.put(safe(line) + "\n")
