"""The devices as they are after inheritance."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bitools.inventory.model import Inventory
from bitools.state import Document

if TYPE_CHECKING:
    from bitools.documents.inventory import DeviceItem


def list_(
    inventory: Inventory, document: Document[DeviceItem], *, site: str, role: str, group: str
) -> Document[DeviceItem]:
    """List the devices of a site, role and group; "" is any. Secrets stay references.

    Raise NotFound for a site or group that nobody has.
    """
    for device in inventory.select_devices(site=site, role=role, group=group):
        keys = device.model_dump(mode="json", exclude={"name"})  # an item's: a test holds it
        document.items.append(cast("DeviceItem", {"device": device.name, **keys}))
    return document
