"""Does anything run by itself: what cron and systemd have of the jobs that this inventory gives to do."""

from __future__ import annotations

from pathlib import Path

from bitools import process
from bitools.i18n import _, ng
from bitools.inventory.model import Inventory
from bitools.schedule import crontab, install, systemd
from bitools.schedule.jobs import jobs
from bitools.status.standing import Problem, Standing, standing, unset

_SHOWN = 3  # names in one line


def units(inventory: Inventory, booted: Path = Path("/run/systemd/system")) -> Standing:
    """Well if every job has its timer or its line, and no unit of ours failed."""
    wanted = {job.name: job.words for job in jobs(inventory)}
    if not wanted:
        return unset("schedule", _("there is no job to run"))
    lines = _lines()
    missing = [
        name
        for name, words in wanted.items()
        if not (install.UNITS / f"{systemd.PREFIX}{name}.timer").exists() and " ".join(words) not in lines
    ]
    problems = [*_failed(booted)]
    if missing:
        text = ng(
            "{count} job does not run by itself: {names}",
            "{count} jobs do not run by themselves: {names}",
            len(missing),
        )
        names = ", ".join(missing[:_SHOWN]) + (" …" if len(missing) > _SHOWN else "")
        problems.append(Problem(text.format(count=len(missing), names=names), "bitools schedule install"))
    text = ng("{count} job runs by itself", "{count} jobs run by themselves", len(wanted))
    return standing("schedule", problems, text.format(count=len(wanted)), None)


def _lines() -> str:
    """Of the crontabs, what bitools wrote."""
    file = install.CRON / crontab.FILE
    common = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
    own = install.crontab_now() if process.installed("crontab") else ""
    inside = own.partition(crontab.BEGIN)[2].partition(crontab.END)[0]
    return f"{common}\n{inside}".replace("'", "")


def _failed(booted: Path) -> list[Problem]:
    if not booted.is_dir():
        return []
    said = process.run(
        ["systemctl", "list-units", "--failed", "--plain", "--no-legend", "--no-pager", f"{systemd.PREFIX}*"]
    ).stdout.decode(errors="replace")
    names = [line.split()[0] for line in said.splitlines() if line.strip()]
    return [Problem(_("{unit} failed").format(unit=name), f"systemctl status {name}") for name in names]
