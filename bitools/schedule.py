"""When each job runs by itself: as lines for cron, or as timers of systemd.

Every job may meet itself or be late: a tick that meets a running one ends at once, and what was missed is
caught up by the next. Nothing runs between midnight and one or at two to four, where clocks are changed.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bitools.errors import InventoryInvalid
from bitools.i18n import _
from bitools.inventory.model import Inventory

BEGIN, END = "# bitools: begin", "# bitools: end"
PREFIX = "bitools-"


@dataclass(frozen=True, slots=True)
class Job:
    """A command of bitools and when it runs, as cron and as systemd write it; `why` is for people.

    `mute`: what it prints is in the reports already, and cron need not mail it.
    """

    name: str
    words: tuple[str, ...]
    cron: str
    calendar: str
    why: str
    mute: bool = False


def jobs(inventory: Inventory) -> list[Job]:
    """What this inventory gives to do."""
    return [*_network(inventory), *_backups(inventory), *_reports(inventory)]


def _network(inventory: Inventory) -> Iterator[Job]:
    if inventory.devices:
        yield Job("net", ("net", "snapshot"), "7 * * * *", "*-*-* *:07:00", _("every hour: what changed"))
        words = ("net", "diff", "--against", "startup")
        why = _("every day: what was not saved on the devices; the reports tell it")
        yield Job("unsaved", words, "37 4 * * *", "*-*-* 04:37:00", why, mute=True)


def _backups(inventory: Inventory) -> Iterator[Job]:
    if not inventory.datasets:
        return
    hourly = any("hourly" in inventory.policy(one) for one in inventory.datasets.values())
    cron, calendar = (
        ("17 * * * *", "*-*-* *:17:00") if hourly else ("17 1,7,13,19 * * *", "*-*-* 1,7,13,19:17:00")
    )
    yield Job("backup", ("backup", "run"), cron, calendar, _("all backups that are due"))
    if any(one.copy_of for one in inventory.repositories.values()):
        why = _("every day: the second repositories")
        yield Job("copy", ("backup", "copy"), "27 5 * * *", "*-*-* 05:27:00", why)
    why = _("every day: a part of what is stored is read back")
    yield Job("verify", ("backup", "verify"), "37 5 * * *", "*-*-* 05:37:00", why)
    if inventory.settings.mail:
        why = _("every morning: what is overdue; the reports tell it")
        words = ("backup", "status", "--exit-code")
        yield Job("watch", words, "12 7 * * *", "*-*-* 07:12:00", why, mute=True)
    why = _("every Sunday: space is reclaimed")
    yield Job("prune", ("backup", "prune"), "47 6 * * 0", "Sun *-*-* 06:47:00", why)
    why = _("every Saturday: backups are restored into a scratch place")
    yield Job("drill", ("backup", "drill"), "47 6 * * 6", "Sat *-*-* 06:47:00", why)


def _reports(inventory: Inventory) -> Iterator[Job]:
    if inventory.settings.mail is None:
        return
    reports = inventory.settings.reports
    if reports.changes or any(site.mail for site in inventory.sites.values()):
        why = _("every hour: mails about changes")
        yield Job("report", ("report", "changes", "--mail"), "22 * * * *", "*-*-* *:22:00", why)
    if reports.daily:
        why = _("every morning: the day in one mail")
        yield Job("daily", ("report", "daily", "--mail"), "42 7 * * *", "*-*-* 07:42:00", why)
    if reports.month:
        why = _("on the 2nd: the month before")
        yield Job("month", ("report", "month", "--mail"), "52 7 2 * *", "*-*-02 07:52:00", why)
    if reports.year:
        why = _("on 3 January: the year before")
        yield Job("year", ("report", "year", "--mail"), "57 7 3 1 *", "*-01-03 07:57:00", why)
    why = _("mails that are still waiting")
    yield Job("outbox", ("report", "flush"), "*/10 * * * *", "*-*-* *:00/10:00", why)


def command(program: str, places: Mapping[str, str], job: Job) -> list[str]:
    """The whole command line: cron's environment names no inventory.

    Raise InventoryInvalid for a place that would begin a line of its own.
    """
    options = [word for option, place in places.items() for word in (option, place)]
    for word in (program, *options):
        if not word.isprintable():
            message = _("{word}: a line break or a control character has no place here")
            shown = word.encode("unicode_escape").decode()
            raise InventoryInvalid(message.format(word=shown), hint=_("move it to a place with a plain name"))
    return [program, *options, *job.words]


def crontab(wanted: list[Job], program: str, places: Mapping[str, str]) -> str:
    """A block for a crontab, between two marks that the next installation finds again."""
    lines = [BEGIN]
    for job in wanted:
        words = shlex.join(command(program, places, job)).replace("%", r"\%")  # cron(8): % ends a line
        lines += [f"# {job.why}", f"{job.cron} {words}" + (" >/dev/null 2>&1" if job.mute else "")]
    return "\n".join([*lines, END]) + "\n"


def merged(existing: str, block: str) -> str:
    """A crontab with our block in the place of the one before; everything else stays as it is."""
    lines, inside = [], False
    for line in existing.splitlines():
        if line == BEGIN:
            inside = True
        if not inside:
            lines.append(line)
        if line == END:
            inside = False
    kept = "\n".join(lines).rstrip("\n")
    return f"{kept}\n{block}" if kept else block


def units(wanted: list[Job], program: str, places: Mapping[str, str]) -> dict[str, str]:
    """Units of systemd, by file name: a service and a timer for each job."""
    files = {}
    for job in wanted:
        words = " ".join(_quoted(word) for word in command(program, places, job))
        files[f"{PREFIX}{job.name}.service"] = (
            f"[Unit]\nDescription=bitools {' '.join(job.words)}\nAfter=network-online.target\n"
            "Wants=network-online.target\n\n[Service]\nType=oneshot\nKillSignal=SIGINT\nTimeoutStopSec=60\n"
            f"Nice=10\nExecStart={words}\n" + ("StandardOutput=null\n" if job.mute else "")
        )
        files[f"{PREFIX}{job.name}.timer"] = (
            f"[Unit]\nDescription=bitools {' '.join(job.words)}\n\n[Timer]\nOnCalendar={job.calendar}\n"
            "Persistent=true\nRandomizedDelaySec=60\n\n[Install]\nWantedBy=timers.target\n"
        )
    return files


def _quoted(word: str) -> str:
    """A word as ExecStart= takes it (systemd.service(5)): % and $ are its own."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return (
        f'"{plain}"'
        if plain != word or not plain or any(character in plain for character in " '\t")
        else plain
    )
