"""When each job runs by itself. Pure.

Every job may meet itself or be late: a tick that meets a running one ends at once, and what was missed is
caught up by the next. Nothing runs between midnight and one or at two to four, where clocks are changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bitools.errors import InventoryInvalid
from bitools.i18n import _
from bitools.inventory.model import Inventory


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


@dataclass(frozen=True, slots=True)
class Caller:
    """How a job calls bitools: the program, and the folders by option, since cron's environment has none."""

    program: str
    inventory: Path
    state: Path
    account: bool = False  # is the state the service account's?
    confined: bool = True  # a person's own timers have no rights to give up

    def words(self, job: Job) -> list[str]:
        """A job's whole command line. Raise as `line`."""
        return self.line(*job.words)

    def line(self, *words: str) -> list[str]:
        """A whole command line. Raise InventoryInvalid for a place that would begin a line of its own."""
        options = ["--inventory", str(self.inventory), "--state", str(self.state)]
        for word in (self.program, *options):
            if not word.isprintable():
                message = _("{word}: a line break or a control character has no place here")
                shown = word.encode("unicode_escape").decode()
                hint = _("move it to a place with a plain name")
                raise InventoryInvalid(message.format(word=shown), hint=hint)
        return [self.program, *options, *words]


def jobs(inventory: Inventory) -> list[Job]:
    """What this inventory gives to do."""
    return [
        *_network(inventory),
        *_accounts(inventory),
        *_backups(inventory),
        *_addresses(inventory),
        *_records(inventory),
        *_reports(inventory),
    ]


def _network(inventory: Inventory) -> Iterator[Job]:
    if inventory.settings.devices_from:
        why = _("every hour: devices that another system names")
        yield Job("devices", ("inventory", "import", "--sync", "--yes"), "3 * * * *", "*-*-* *:03:00", why)
    if inventory.devices:
        yield Job("net", ("net", "snapshot"), "7 * * * *", "*-*-* *:07:00", _("every hour: what changed"))
        words = ("net", "diff", "--against", "startup")
        why = _("every day: what was not saved on the devices; the reports tell it")
        yield Job("unsaved", words, "37 4 * * *", "*-*-* 04:37:00", why, mute=True)


def _accounts(inventory: Inventory) -> Iterator[Job]:
    if inventory.directory:
        if any(one.command for one in inventory.directory.connectors.values()):
            once_more = _("every hour: other systems are told what they were not yet")
            words = ("user", "connectors", "--again")
            yield Job("connectors", words, "41 * * * *", "*-*-* *:41:00", once_more, mute=True)
        why = _("every morning: what is wrong with the accounts; first passwords on slips end after a week")
        again = _("every night: what was granted until a day is taken back")
        yield Job("grants", ("user", "revoke", "--due", "--yes"), "9 1 * * *", "*-*-* 01:09:00", again)
        yield Job("accounts", ("user", "audit"), "52 6 * * *", "*-*-* 06:52:00", why)


def _backups(inventory: Inventory) -> Iterator[Job]:
    if not inventory.datasets:
        return
    hourly = any("hourly" in inventory.policy(one) for one in inventory.datasets.values())
    cron, calendar = (
        ("17 * * * *", "*-*-* *:17:00") if hourly else ("17 1,7,13,19 * * *", "*-*-* 1,7,13,19:17:00")
    )
    programs = {one.runs_programs for one in inventory.datasets.values()}
    if programs != {True}:
        words = ("backup", "run", *(("--no-programs",) if True in programs else ()))
        yield Job("backup", words, cron, calendar, _("all backups that are due"))
    if True in programs:
        why = _("backups that run programs of the inventory, which may need more rights")
        words = ("backup", "run", *(("--programs",) if False in programs else ()))
        later = cron.replace("17", "32", 1), calendar.replace(":17:", ":32:")
        yield Job("backup-programs", words, *later, why)
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


def _addresses(inventory: Inventory) -> Iterator[Job]:
    if not inventory.sources:
        return
    why = _("every 5 minutes: new lines of the IP-distribution log")
    yield Job("iplog", ("iplog", "ingest"), "*/5 * * * *", "*-*-* *:00/5:00", why)
    why = _("every hour: finished days are sealed, and stamped as soon as the time authority answers")
    yield Job("seal", ("iplog", "seal"), "14 * * * *", "*-*-* *:14:00", why)
    why = _("every day: lines whose time is over are removed")
    yield Job("purge", ("iplog", "purge", "--yes"), "24 5 * * *", "*-*-* 05:24:00", why)
    why = _("every morning: silent sources, lines that were not understood, seals without a time stamp")
    yield Job("sources", ("iplog", "status", "--exit-code"), "2 7 * * *", "*-*-* 07:02:00", why)
    why = _("every Sunday: the whole chain is proven")
    yield Job("chain", ("iplog", "verify"), "27 6 * * 0", "Sun *-*-* 06:27:00", why)


def _records(inventory: Inventory) -> Iterator[Job]:
    """What the records need, whatever is recorded; an inventory without a job has none."""
    if inventory.settings.timestamp:
        why = _("every hour, until it is done that day: the ledger's head is stamped by the time authority")
        yield Job("stamp", ("ledger", "stamp"), "3 5-23 * * *", "*-*-* 5..23:03:00", why)
    if inventory.devices or inventory.datasets or inventory.directory:
        why = _("every day: what is past its age is digested or removed")
        yield Job("tidy", ("tidy",), "56 4 * * *", "*-*-* 04:56:00", why)


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
    if reports.passwords and inventory.directory:
        why = _("every morning: whose password ends soon is told by mail")
        words = ("user", "list", "--password-expires", str(reports.passwords))
        yield Job("passwords", words, "33 7 * * *", "*-*-* 07:33:00", why, mute=True)
    why = _("mails that are still waiting")
    yield Job("outbox", ("report", "flush"), "*/10 * * * *", "*-*-* *:00/10:00", why)
