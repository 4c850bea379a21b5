"""What would be installed."""

from __future__ import annotations

import shlex
from typing import Any, Literal

from bitools.inventory.model import Inventory
from bitools.schedule import crontab, systemd
from bitools.schedule.jobs import Caller, jobs
from bitools.state import Document

Kind = Literal["cron", "systemd"]


def show(inventory: Inventory, document: Document[Any], kind: Kind, caller: Caller) -> dict[str, str]:
    """Put every job of the inventory into the document; give the files they become, by name."""
    wanted = jobs(inventory)
    for job in wanted:
        line = shlex.join(caller.words(job))
        document.items.append(
            {"name": job.name, "cron": job.cron, "calendar": job.calendar, "command": line, "why": job.why}
        )
    if kind == "cron":
        return {"crontab": crontab.block(wanted, caller)}
    return systemd.units(wanted, caller)
