"""`bitools backup mount`: look into every snapshot as into folders."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.backup.options import DatasetNames, From
from bitools.cli.console import Console
from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.backup_admin import MountItem
    from bitools.state import Document


@command(
    _("Look into every snapshot as into folders, until Ctrl-C."),
    "bitools backup mount /mnt/yedek",
    "bitools backup mount /mnt/yedek --dataset belgeler --from uzak",
    codes=(Code.REFUSED, Code.PARTIAL, Code.INVALID, Code.CREDENTIALS, Code.UNREACHABLE, Code.REJECTED),
)
def mount(
    ctx: typer.Context,
    target: Annotated[
        Path,
        typer.Argument(metavar="DIR", help=_("an empty folder; it is made if need be"), show_default=False),
    ],
    dataset: DatasetNames = None,
    source: From = "",
    json: JsonFlag = False,
) -> None:
    """Whoever called it may read everything in it, and nobody else. No lock is taken: backups go on."""
    from bitools.backup.verbs import mount

    context = Context.of(ctx, json=json)
    this = context.run
    document = mount.mount(
        this,
        this.inventory.select_datasets(dataset or []),
        target,
        reader=_reader(context),
        source=source,
        ready=lambda found: _show_mounted(context.console, found),
    )
    context.finish(document, _show_ended, quiet=True)


def _reader(context: Context) -> int:
    """Who called: behind sudo, whoever asked for root's rights."""
    asked = context.environ.get("SUDO_UID", "")
    return int(asked) if os.getuid() == 0 and asked.isdigit() else os.getuid()


def _show_ended(console: Console, document: Document[MountItem]) -> None:
    for item in document.items:
        console.line(_("{folder} is unmounted").format(folder=item["folder"]))


def _show_mounted(console: Console, document: Document[MountItem]) -> None:
    for item in document.items:
        console.note(
            _("{folder}: {names}, by time in snapshots/, by id in ids/").format(
                folder=item["folder"], names=", ".join(item["datasets"])
            )
        )
    console.note(_("Ctrl-C ends it"))
