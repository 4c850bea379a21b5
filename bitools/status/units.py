"""Does anything run by itself: what cron and systemd have of the jobs that this inventory gives to do."""

from __future__ import annotations

import os

from bitools import process
from bitools.i18n import _, ng
from bitools.inventory.model import Inventory
from bitools.job import Jobs
from bitools.job.standing import Problem, Standing, standing, unset
from bitools.schedule import crontab, install, systemd
from bitools.schedule.timers import timers

_SHOWN = 3  # names in one line


def units(jobs: Jobs, inventory: Inventory) -> Standing:
    """Well if every job has its line or a timer that runs, and no unit of ours failed."""
    wanted = {timer.name: timer.words for timer in timers(jobs, inventory)}
    if not wanted:
        return unset("schedule", _("there is no job to run"))
    lines, ticking = _lines(), install.ticking()
    idle = [
        name for name, words in wanted.items() if _timer(name) not in ticking and " ".join(words) not in lines
    ]
    problems = [*_failed(), *([_idle(idle)] if idle else [])]
    text = ng("{count} job runs by itself", "{count} jobs run by themselves", len(wanted))
    return standing("schedule", problems, text.format(count=len(wanted)), None)


def _timer(name: str) -> str:
    return f"{systemd.PREFIX}{name}.timer"


def _idle(names: list[str]) -> Problem:
    """Jobs that nothing starts; where they have timers, systemd does not run, or somebody stopped them."""
    text = ng(
        "{count} job does not run by itself: {names}",
        "{count} jobs do not run by themselves: {names}",
        len(names),
    )
    shown = ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
    said, step = text.format(count=len(names), names=shown), "bitools schedule install"
    if any(os.path.lexists(install.UNITS / _timer(name)) for name in names):
        if install.BOOTED.is_dir():
            return Problem(said, f"{step} --as systemd")
        said += "; " + _("they have timers, and systemd does not run here")
    return Problem(said, step)


def _lines() -> str:
    """Of the crontabs, what bitools wrote."""
    file = install.CRON / crontab.FILE
    common = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
    own = install.crontab_now() if process.installed("crontab") else ""
    inside = own.partition(crontab.BEGIN)[2].partition(crontab.END)[0]
    return f"{common}\n{inside}".replace("'", "")


def _failed() -> list[Problem]:
    return [
        Problem(_("{unit} failed").format(unit=name), f"systemctl status {name}")
        for name in install.listed("--failed")
    ]
