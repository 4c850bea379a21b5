"""One run of a command: what every verb is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bitools.errors import Locked
from bitools.inventory.model import Inventory
from bitools.ledger import Ledger
from bitools.state import Document, Item, State


@dataclass(frozen=True, slots=True)
class Run:
    """The inventory it works on, where it keeps what it learns, and since when it runs (with offset)."""

    id: str
    started: datetime
    inventory: Inventory
    state: State
    ledger: Ledger
    dry_run: bool = False

    def document(self, schema: str) -> Document[Item]:
        """A new document of this run, not applied if the run is a dry one."""
        return Document(schema, self.id, self.started, applied=not self.dry_run)

    def skip(self, document: Document[Item], lock: str, longest: timedelta, locked: Locked) -> None:
        """End a tick that met another run at work: a healthy one is let be, one beyond its time is an alarm.

        Raise Locked.
        """
        if self.state.held_since(lock, self.started) < self.started - longest:
            raise locked
        document.more["skipped"] = "running"

    def day(self, text: str) -> date:
        """The day a person names, in the inventory's zone. Raise Usage."""
        from bitools import moments  # not at the top: few commands are given a date

        return moments.day(text, self.started, self.inventory.settings.zone)

    def moment(self, text: str, *, end: bool = False) -> datetime:
        """What a person calls a time, in the inventory's zone; `end`: its last moment. Raise Usage."""
        from bitools import moments

        return moments.moment(text, self.started, self.inventory.settings.zone, end=end)
