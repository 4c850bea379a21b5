"""What would be installed."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bitools.inventory.model import Inventory
from bitools.job import Jobs
from bitools.job.timer import Timer
from bitools.schedule import crontab, systemd
from bitools.schedule.needs import needs
from bitools.schedule.timers import Caller, timers
from bitools.state import Document

if TYPE_CHECKING:
    from bitools.documents.schedule import JobItem

Kind = Literal["cron", "systemd"]


def show(
    jobs: Jobs, inventory: Inventory, document: Document[JobItem], kind: Kind, caller: Caller
) -> dict[str, str]:
    """Put every timer of the inventory into the document; give the files they become, as `files` does."""
    wanted = timers(jobs, inventory)
    for timer in wanted:
        line = shlex.join(caller.words(timer))
        document.items.append(
            {
                "name": timer.name,
                "cron": timer.cron,
                "calendar": timer.calendar,
                "command": line,
                "why": timer.why,
            }
        )
    return files(wanted, inventory, kind, caller)


def files(wanted: Sequence[Timer], inventory: Inventory, kind: Kind, caller: Caller) -> dict[str, str]:
    """What cron or systemd reads of these timers, by the names of the files."""
    if kind == "systemd":
        reached = {timer.name: needs(timer, inventory, caller, _there) for timer in wanted}
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
