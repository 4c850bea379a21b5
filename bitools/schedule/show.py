"""What would be installed."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any, Literal

from bitools.inventory.model import Inventory
from bitools.schedule import crontab, systemd
from bitools.schedule.jobs import Caller, jobs
from bitools.schedule.needs import needs
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
    if kind == "systemd":
        reached = {job.name: needs(job, inventory, caller, _there) for job in wanted}
        return systemd.units(wanted, caller, reached)
    if caller.account:
        return {crontab.FILE: crontab.file(wanted, caller, _reader(inventory))}
    return {"crontab": crontab.block(wanted, caller)}


def _reader(inventory: Inventory) -> str:
    """Who gets cron's mail: whoever gets the reports, else root."""
    reports = inventory.settings.reports
    for entry in (*reports.changes, *reports.daily):
        return entry.to[0]
    return "root"


def _there(path: Path) -> Path:
    """The path, or the nearest folder above it that is there; never all of the file system."""
    return next((one for one in (path, *path.parents[:-1]) if one.exists()), path)
