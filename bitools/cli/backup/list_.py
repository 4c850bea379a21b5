"""`bitools backup list`: the snapshots, or what is in a folder of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.backup.options import From, Names
from bitools.cli.backup.text import short_id, shown_size, shown_time
from bitools.cli.console import Console
from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.backup_admin import FolderItem, ListItem
    from bitools.state import Document


@command(
    _("List the snapshots, or what is in a folder of one."),
    "bitools backup list",
    "bitools backup list belgeler --path /srv/belgeler/imar --at 2026-11-20",
    codes=(Code.PARTIAL, Code.INVALID, Code.CREDENTIALS, Code.UNREACHABLE),
)
def list_(
    ctx: typer.Context,
    names: Names = None,
    path: Annotated[
        str, typer.Option(metavar="PATH", help=_("what is in this folder of a snapshot"), show_default=False)
    ] = "",
    at: Annotated[
        str,
        typer.Option(metavar="TIME", help=_("with --path: as it was then"), show_default=False),
    ] = "",
    source: From = "",
    json: JsonFlag = False,
) -> None:
    """Newest first."""
    from bitools.backup.verbs import list_

    context = Context.of(ctx, json=json)
    this = context.run
    datasets = this.inventory.select_datasets(names or [])
    if at and not path:
        raise typer.BadParameter(_("--at goes with --path"))
    if not path:
        context.finish(list_.list_(this, datasets, source), _show_list, record=False)
        return
    if len(datasets) != 1:
        raise typer.BadParameter(_("--path is of one data set: name it"))
    when = this.moment(at, end=True) if at else None
    context.finish(list_.browse(this, datasets[0], path, when, source), _show_entries, record=False)


def _show_entries(console: Console, document: Document[FolderItem]) -> None:
    rows = [
        (
            shown_time(item["time"]),
            shown_size(item["bytes"]) if item["type"] == "file" else item["type"],
            item["path"],
        )
        for item in document.items
    ]
    console.table([_("time"), _("size"), _("path")], rows)


def _show_list(console: Console, document: Document[ListItem]) -> None:
    named = {"complete": _("complete"), "partial": _("partial")}
    rows = [
        (
            item["dataset"],
            shown_time(item["time"]),
            short_id(item["snapshot"]),
            named[item["status"]],
            item["host"],
            " ".join([*item["labels"], *([_("pinned")] if item["pinned"] else [])]),
        )
        for item in document.items
    ]
    console.table([_("data set"), _("time"), _("snapshot"), _("status"), _("host"), _("labels")], rows)
