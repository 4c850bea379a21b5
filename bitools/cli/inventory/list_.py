"""`bitools inventory list`: the devices after inheritance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bitools.cli.console import Console
from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.inventory import DeviceItem
    from bitools.state import Document


@command(
    _("List the devices, or the data sets."),
    "bitools inventory list",
    "bitools inventory list --role wan",
    codes=(Code.INVALID,),
)
def list_(
    ctx: typer.Context,
    site: Annotated[str, typer.Option(help=_("only this site"), show_default=False)] = "",
    role: Annotated[Literal["wan", "lan"] | None, typer.Option(help=_("only this role"))] = None,
    group: Annotated[str, typer.Option(help=_("only this group"), show_default=False)] = "",
    json: JsonFlag = False,
) -> None:
    """Devices after inheritance; secrets are references and stay so."""
    from bitools.inventory import list_

    context = Context.of(ctx, json=json)
    document: Document[DeviceItem] = context.document("bitools.inventory.list/1")
    list_.list_(context.inventory, document, site=site, role=role or "", group=group)
    context.finish(document, _show_devices, record=False)


def _show_devices(console: Console, document: Document[DeviceItem]) -> None:
    rows = [
        (
            item["device"],
            f"{item['host']}:{item['port']}",
            item["platform"],
            item["role"].upper(),
            item["site"],
        )
        for item in document.items
    ]
    console.table([_("device"), _("address"), _("platform"), _("role"), _("site")], rows)
