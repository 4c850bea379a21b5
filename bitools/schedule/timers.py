"""What runs by itself, and when. Pure.

Every timer may meet itself or be late: a tick that meets a running one ends at once, and what was missed is
caught up by the next. Nothing runs between midnight and one or at two to four, where clocks are changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bitools.errors import InventoryInvalid
from bitools.i18n import _
from bitools.inventory.model import Inventory
from bitools.job import Jobs
from bitools.job.timer import Timer


@dataclass(frozen=True, slots=True)
class Caller:
    """How a timer calls bitools: the program, and the folders by option: cron's environment has none."""

    program: str
    inventory: Path
    state: Path
    account: bool = False  # is the state the service account's?
    confined: bool = True  # a person's own timers have no rights to give up

    def words(self, timer: Timer) -> list[str]:
        """A timer's whole command line. Raise as `line`."""
        return self.line(*timer.words)

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


def timers(jobs: Jobs, inventory: Inventory) -> list[Timer]:
    """What this inventory gives to do: to each job, to the records of all, to the reports."""
    own = [timer for job in jobs for timer in job.timers(inventory)]
    described = any(job.described(inventory) for job in jobs)
    return [*own, *_records(inventory, described=described), *_reports(inventory)]


def _records(inventory: Inventory, *, described: bool) -> Iterator[Timer]:
    """What the records need, whatever is recorded; an inventory without a job has none."""
    if inventory.settings.timestamp:
        why = _("every hour, until it is done that day: the ledger's head is stamped by the time authority")
        yield Timer("stamp", ("ledger", "stamp"), "3 5-23 * * *", "*-*-* 5..23:03:00", why)
    if described:
        why = _("every day: what is past its age is digested or removed")
        yield Timer("tidy", ("tidy",), "56 4 * * *", "*-*-* 04:56:00", why)


def _reports(inventory: Inventory) -> Iterator[Timer]:
    if inventory.settings.mail is None:
        return
    reports = inventory.settings.reports
    if reports.changes or any(site.mail for site in inventory.sites.values()):
        why = _("every hour: mails about changes")
        yield Timer("report", ("report", "changes", "--mail"), "22 * * * *", "*-*-* *:22:00", why)
    if reports.daily:
        why = _("every morning: the day in one mail")
        yield Timer("daily", ("report", "daily", "--mail"), "42 7 * * *", "*-*-* 07:42:00", why)
    if reports.month:
        why = _("on the 2nd: the month before")
        yield Timer("month", ("report", "month", "--mail"), "52 7 2 * *", "*-*-02 07:52:00", why)
    if reports.year:
        why = _("on 3 January: the year before")
        yield Timer("year", ("report", "year", "--mail"), "57 7 3 1 *", "*-01-03 07:57:00", why)
    why = _("mails that are still waiting")
    yield Timer("outbox", ("report", "flush"), "*/10 * * * *", "*-*-* *:00/10:00", why)
