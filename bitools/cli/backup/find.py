"""`bitools backup find`: in which snapshots a file lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.backup.options import DatasetNames, From
from bitools.cli.backup.text import shown_size, shown_time
from bitools.cli.console import Console
from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _, number

if TYPE_CHECKING:
    from bitools.documents.backup_admin import FoundItem
    from bitools.state import Document


@command(
    _("Say in which snapshots a file lies, in all versions."),
    "bitools backup find 'imar-*.dwg'",
    "bitools backup find butce.xlsx --dataset belgeler",
    codes=(Code.PARTIAL, Code.INVALID, Code.CREDENTIALS, Code.UNREACHABLE),
)
def find(
    ctx: typer.Context,
    pattern: Annotated[
        str, typer.Argument(metavar="NAME", help=_("a name or path, with * and ?"), show_default=False)
    ],
    dataset: DatasetNames = None,
    source: From = "",
    json: JsonFlag = False,
) -> None:
    """Names that are not UTF-8 are shown with a replacement mark."""
    from bitools.backup.verbs import find

    context = Context.of(ctx, json=json)
    this = context.run
    with context.console.working(_("searching …")):
        document = find.find(this, this.inventory.select_datasets(dataset or []), pattern, source)
    context.finish(document, _show_found, record=False)


def _show_found(console: Console, document: Document[FoundItem]) -> None:
    rows = [
        (
            item["dataset"],
            shown_time(item["changed"]) if item["changed"] else "",
            shown_size(item["bytes"]),
            item["snapshot"][:8],
            number(item["snapshots"]),
            item["path"],
        )
        for item in document.items
    ]
    headings = [_("data set"), _("changed"), _("size"), _("snapshot"), _("snapshots"), _("path")]
    console.table(headings, rows)
