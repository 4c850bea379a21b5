"""What a platform's file says of a line, found out once a line: most lines are asked of many times. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeVar

from bitools import regex

_REMEMBERED = 200_000  # lines
Value = TypeVar("Value")
Mark = Literal[
    "acts",
    "appended",
    "early",
    "exclusive",
    "hinders",
    "keeps",
    "late",
    "lists",
    "loses",
    "named",
    "numbered",
    "opens",
    "permanent",
    "removals",
    "replace",
    "retyped",
    "shown",
    "slots",
    "unordered",
    "whole",
    "wipes",
]


class Known(dict[str, Value]):
    """What was found out of each line, by one way of looking; looked at when first asked for."""

    def __init__(self, look: Callable[[str], Value]) -> None:
        super().__init__()
        self._look = look

    def __missing__(self, text: str) -> Value:
        if len(self) > _REMEMBERED:
            self.clear()
        known = self[text] = self._look(text)
        return known


def marks(kinds: Mapping[Mark, Sequence[str]]) -> Known[frozenset[Mark]]:
    """Which kinds of line each is: those of which a pattern fits."""
    named = [kind for kind, patterns in kinds.items() for _pattern in patterns]
    fitting = regex.Set([pattern for patterns in kinds.values() for pattern in patterns]).fitting
    same: dict[tuple[int, ...], frozenset[Mark]] = {}

    def look(text: str) -> frozenset[Mark]:
        found = tuple(fitting(text))
        known = same.get(found)
        if known is None:
            known = same[found] = frozenset(named[at] for at in found)
        return known

    return Known(look)
