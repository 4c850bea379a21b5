"""The options that net's commands share, and the devices they choose."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.context import Context
from bitools.errors import Code, NotFound, Usage
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.inventory.network import Device

FETCHES = (
    Code.PARTIAL,
    Code.INVALID,
    Code.CREDENTIALS,
    Code.UNREACHABLE,
    Code.REJECTED,
    Code.INTEGRITY,
)
Devices = Annotated[
    list[str] | None,
    typer.Argument(help=_("devices, or sw-kat*; all if none is named"), show_default=False),
]
SiteOption = Annotated[str, typer.Option("--site", help=_("only devices of this site"))]
RoleOption = Annotated[str, typer.Option("--role", help=_("only wan or only lan devices"))]
GroupOption = Annotated[str, typer.Option("--group", help=_("only devices of this group"))]
TagOption = Annotated[str, typer.Option("--tag", help=_("only devices with this tag"))]
TranscriptOption = Annotated[
    Path | None,
    typer.Option("--transcript", help=_("write all that the devices said, without secrets, into this file")),
]
Deadline = Annotated[float, typer.Option(min=1.0, help=_("seconds a device may take"))]


def selected(
    context: Context,
    devices: list[str] | None,
    site: str,
    role: str,
    group: str,
    tag: str = "",
    platform: str = "",
) -> list[Device]:
    """The devices that the command line means. Raise NotFound or Usage."""
    if role not in ("", "wan", "lan"):
        raise Usage(_("--role is wan or lan"))
    chosen = context.inventory.select_devices(devices or [], site=site, role=role, group=group, tag=tag)
    if not platform:
        return chosen
    if fitting := [device for device in chosen if device.platform == platform]:
        return fitting
    raise NotFound(_("no device fits"), hint=_("see: bitools inventory list"))
