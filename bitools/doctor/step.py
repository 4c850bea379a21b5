"""What to do next, of all that was found. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bitools.i18n import _
from bitools.inventory.model import Inventory


def following(inventory: Inventory, items: Sequence[Mapping[str, Any]]) -> str:
    """One step: what mends the first thing missing, else begins an empty inventory, else mends a danger."""
    for grade in ("missing", "warning"):
        for item in items:
            if item["grade"] == grade and item["hint"]:
                return str(item["hint"])
        if grade == "missing" and described_nothing(inventory):
            return "bitools init"
    return _("see when each job runs: bitools schedule show")


def described_nothing(inventory: Inventory) -> bool:
    """Has no job anything to do yet?"""
    return not (inventory.devices or inventory.datasets or inventory.directory or inventory.sources)
