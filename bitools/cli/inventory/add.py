"""`bitools inventory add`: a device, a data set or a site more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.inventory.text import show_written
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.inventory import FileItem
    from bitools.state import Document


@command(
    _("Add a device, a data set or a site; what is written already stays as it is, byte for byte."),
    "bitools inventory add device sw-garaj-02 host=10.0.0.12 platform=cisco_ios site=garaj",
    "bitools inventory add dataset evrak type=files paths=/srv/evrak importance=important repository=ana",
    "bitools inventory add site depo name='Depo ve Garaj' workers=2 --dry-run",
    codes=(Code.REFUSED, Code.INVALID),
)
def add(
    ctx: typer.Context,
    kind: Annotated[
        Literal["device", "dataset", "site"],
        typer.Argument(metavar="device|dataset|site", help=_("what it is")),
    ],
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("small letters, digits, '.', '_', '-'"))],
    keys: Annotated[
        list[str] | None,
        typer.Argument(metavar="KEY=VALUE…", help=_("as in the file; twice the same key is a list")),
    ] = None,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """A device has a file of its own in devices.d; the others are put into their file as a line of text."""
    from bitools.inventory import add
    from bitools.inventory.draft import Draft

    context = Context.of(ctx, json=json, dry_run=dry_run)
    document: Document[FileItem] = context.document("bitools.inventory.add/1")
    draft = Draft(context.inventory_folder.absolute())
    add.add(kind, name, add.keys_of(kind, keys or []), draft, context.inventory_with, document)
    context.finish(document, show_written, record=False, quiet=not dry_run)
