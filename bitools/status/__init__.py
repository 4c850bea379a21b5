"""One screen of today: each part of the work well or not, since when, and what to type next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bitools.doctor import ages
from bitools.documents.status import StandingItem
from bitools.i18n import _, here
from bitools.inventory.model import Inventory
from bitools.job import Jobs
from bitools.job.finding import Finding
from bitools.job.standing import Problem, Standing, late, standing, unset
from bitools.past.reading import Past
from bitools.state import State
from bitools.status.units import units

__all__ = ["Standing", "status"]

_LEDGER = ("clock", "state", "documents")  # what doctor calls the place of all records, and their time


def status(
    jobs: Jobs, inventory: Inventory, state: State, broken: Sequence[str], now: datetime
) -> list[Standing]:
    """Every part, in the order in which it is shown. `broken`: what is wrong with ledger and history.

    Nothing is connected to: it is told from the documents of past runs.
    """
    past = Past(state, recent=True)
    overdue = list(ages.examine(jobs, inventory, state, now, past))
    wrong = [Problem(error, "bitools ledger verify") for error in broken]
    own = [one for job in jobs for one in job.standings(inventory, past, now, overdue)]
    kept = [*wrong, *late(overdue, _LEDGER)]
    ledger = standing("ledger", kept, _("it goes on where it ended"), None)
    return [*own, _mail(inventory, overdue), ledger, units(jobs, inventory)]


def _mail(inventory: Inventory, overdue: Sequence[Finding]) -> Standing:
    if inventory.settings.mail is None:
        return unset("mail", _("no mail server is described"))
    return standing("mail", late(overdue, ("mail",)), _("nothing waits"), None)


def item(one: Standing) -> StandingItem:
    """As the document says it."""
    return {
        "part": one.part,
        "stand": one.stand,
        "since": here(one.since).isoformat() if one.since else None,
        "text": one.text,
        "more": one.more,
        "next": one.next,
    }
