"""What every part of the guided start is given, and what it gives back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bitools.documents.init import Part
from bitools.i18n import plain
from bitools.init.answers import Answers
from bitools.inventory import starter
from bitools.inventory.draft import Draft, Proof
from bitools.inventory.model import Inventory

Step = tuple[str, ...]  # the words of a command


@dataclass(slots=True)
class Described:
    """One part: its name in the inventory (empty: left for later), what shows that it works."""

    name: str = ""
    steps: list[Step] = field(default_factory=list)
    there: bool = False  # the inventory had it already


@dataclass(frozen=True, slots=True)
class Beginning:
    """Who answers, and the inventory that comes to be. `proof`: the inventory as it were with some texts."""

    answers: Answers
    draft: Draft
    proof: Proof

    @property
    def folder(self) -> Path:
        """The inventory's."""
        return self.draft.folder

    def inventory(self) -> Inventory:
        """As it is now, with what the draft adds; empty where there is none. Raise InventoryInvalid."""
        if not self.draft.texts and not any(self.folder.glob("*.yaml")):
            return Inventory(self.folder)
        return self.proof(self.draft.texts)

    def begin(self, *names: str) -> None:
        """New files with comments, for those that are not there."""
        texts = starter.files()
        for name in names:
            self.draft.begin(name, texts[name])


Describe = Callable[[Beginning], Described]
Parts = dict[Part, Describe]


def name_for(text: str, otherwise: str) -> str:
    """A name of the inventory made from a text; `otherwise` if no letter of it can stay."""
    found = re.sub(r"[^a-z0-9._-]+", "-", plain(text)).strip("-._")[:63].rstrip("-._")
    return re.sub(r"\.{2,}", ".", found) or otherwise
