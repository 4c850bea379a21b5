"""What a whole inventory holds, counted."""

from __future__ import annotations

from typing import Any

from bitools.i18n import _
from bitools.inventory.model import Inventory
from bitools.state import Document


def check(inventory: Inventory, document: Document[Any]) -> Document[Any]:
    """Count the parts of an inventory, which was proven when it was loaded; warn of files nobody reads."""
    counts = {
        "sites": len(inventory.sites),
        "devices": len(inventory.devices),
        "datasets": len(inventory.datasets),
        "repositories": len(inventory.repositories),
        "directory": int(inventory.directory is not None),
    }
    document.items = [{"part": part, "count": count} for part, count in counts.items()]
    message = _("{file} is not read: this version does not keep that record yet")
    document.warnings = [message.format(file=name) for name in inventory.unread]
    return document
