"""One run of a command: what every verb is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bitools.inventory.model import Inventory
from bitools.ledger import Ledger
from bitools.state import Document, State


@dataclass(frozen=True, slots=True)
class Run:
    """The inventory it works on, where it keeps what it learns, and since when it runs (with offset)."""

    id: str
    started: datetime
    inventory: Inventory
    state: State
    ledger: Ledger
    dry_run: bool = False

    def document(self, schema: str) -> Document[Any]:
        """A new document of this run, not applied if the run is a dry one."""
        return Document(schema, self.id, self.started, applied=not self.dry_run)
