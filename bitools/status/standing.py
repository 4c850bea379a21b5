"""How one part of the day's work stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bitools.documents.status import Part, Stand


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that needs a person: since when (None: nobody knows), and the command that looks or mends."""

    text: str
    next: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A part: well, in need of a person, or not described at all. `since`: from then on it stands so."""

    part: Part
    stand: Stand
    text: str
    since: datetime | None = None
    next: str = ""
    more: int = 0  # problems beside the one that `text` tells


def standing(part: Part, problems: Sequence[Problem], well: str, since: datetime | None) -> Standing:
    """A part with these problems, the gravest first; without one it is well since `since`."""
    if not problems:
        return Standing(part, "well", well, since)
    [first, *others] = problems
    return Standing(part, "attention", first.text, first.since, first.next, len(others))


def unset(part: Part, text: str) -> Standing:
    """A part of which the inventory says nothing: no problem, but no watch either."""
    return Standing(part, "unset", text)
