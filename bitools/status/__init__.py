"""One screen of today: each part of the work well or not, since when, and what to type next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bitools.doctor import ages
from bitools.documents.status import StandingItem
from bitools.i18n import _, here
from bitools.inventory.model import Inventory
from bitools.past.reading import Past
from bitools.state import State
from bitools.status.parts import parts, records
from bitools.status.standing import Problem, Standing, standing
from bitools.status.units import units

__all__ = ["Standing", "status"]


def status(inventory: Inventory, state: State, broken: Sequence[str], now: datetime) -> list[Standing]:
    """Every part, in the order in which it is shown. `broken`: what is wrong with ledger and history.

    Nothing is connected to: it is told from the documents of past runs.
    """
    past = Past(state, recent=True)
    overdue = list(ages.examine(inventory, state, now, past))
    wrong = [Problem(error, "bitools ledger verify") for error in broken]
    kept = [*wrong, *records(overdue)]
    ledger = standing("ledger", kept, _("it goes on where it ended"), None)
    return [*parts(inventory, past, now, overdue), ledger, units(inventory)]


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
