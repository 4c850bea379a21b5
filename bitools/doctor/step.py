"""What to do next, of all that was found. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bitools.i18n import _
from bitools.inventory.model import Inventory
from bitools.job import Jobs


def following(jobs: Jobs, inventory: Inventory, items: Sequence[Mapping[str, Any]]) -> str:
    """One step: what mends the first thing missing, else begins an empty inventory, else mends a danger."""
    for grade in ("missing", "warning"):
        for item in items:
            if item["grade"] == grade and item["hint"]:
                return str(item["hint"])
        if grade == "missing" and described_nothing(jobs, inventory):
            return "bitools init"
    return _("see when each job runs: bitools schedule show")


def described_nothing(jobs: Jobs, inventory: Inventory) -> bool:
    """Has no job anything to do yet?"""
    return not any(job.described(inventory) for job in jobs)
