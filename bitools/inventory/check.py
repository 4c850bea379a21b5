"""What a whole inventory holds, counted."""

from __future__ import annotations

from typing import Any

from bitools.inventory.model import Inventory
from bitools.state import Document


def check(inventory: Inventory, document: Document[Any]) -> Document[Any]:
    """Count the parts of an inventory, which was proven when it was loaded."""
    counts = {
        "sites": len(inventory.sites),
        "devices": len(inventory.devices),
        "datasets": len(inventory.datasets),
        "repositories": len(inventory.repositories),
        "directory": int(inventory.directory is not None),
        "sources": len(inventory.iplog.sources) if inventory.iplog else 0,
    }
    document.items = [{"part": part, "count": count} for part, count in counts.items()]
    return document
