"""The devices as they are after inheritance."""

from __future__ import annotations

from typing import Any

from bitools.inventory.model import Inventory
from bitools.state import Document


def list_(
    inventory: Inventory, document: Document[Any], *, site: str, role: str, group: str
) -> Document[Any]:
    """List the devices of a site, role and group; "" is any. Secrets stay references.

    Raise NotFound for a site or group that nobody has.
    """
    for device in inventory.select_devices(site=site, role=role, group=group):
        document.items.append({"device": device.name, **device.model_dump(mode="json", exclude={"name"})})
    return document
