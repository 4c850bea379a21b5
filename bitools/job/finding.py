"""What a look at one thing found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Grade = Literal["good", "warning", "missing"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: how it is, and how to mend it."""

    name: str
    grade: Grade
    text: str
    hint: str = ""


def listed(names: Sequence[str], most: int = 5) -> str:
    """The first of these names in one sentence."""
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")
