"""A municipality in two folders, for tests that call verbs and no command line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from bitools.inventory.load import load
from bitools.ledger import Ledger
from bitools.run import Run
from bitools.state import State, new_run


class Town:
    """An inventory and a state folder; what a test adds is written into them."""

    def __init__(self, folder: Path) -> None:
        self.inventory = folder / "inventory"
        self.inventory.mkdir()
        self.state = State(folder / "state")

    def write(self, name: str, text: str) -> None:
        """A file of the inventory."""
        path = self.inventory / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def begin(self, now: datetime, *, name: str = "", dry_run: bool = False) -> Run:
        """A run of a command, as the front door makes it."""
        name = name or new_run(now)
        return Run(
            name, now, load(self.inventory), self.state, Ledger(self.state, name, "bitools", "ayse"), dry_run
        )
