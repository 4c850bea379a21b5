"""How many lines came and went from one text to another, where that is plain to see. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

LINES = (
    "Lines"  # the trailer of a commit that says it: whoever lists thousands need not compare them all again
)
_WRITTEN = re.compile(r"\+(\d{1,9}) -(\d{1,9})")


def counted(old: str, new: str) -> tuple[int, int] | None:
    """Lines that came and lines that went, in the shortest difference; None if some changed places."""
    before, after = (text.removesuffix("\n").split("\n") if text else [] for text in (old, new))
    gone, come = Counter(before), Counter(after)
    gone.subtract(after)
    come.subtract(before)
    gone, come = +gone, +come
    if _without(before, gone) != _without(after, come):
        return None
    return come.total(), gone.total()


def _without(lines: Sequence[str], some: Counter[str]) -> list[str]:
    """The lines but the first so many of each of these."""
    left = some.copy()
    kept = []
    for line in lines:
        if left[line] > 0:
            left[line] -= 1
        else:
            kept.append(line)
    return kept


def trailer(counts: tuple[int, int] | None) -> dict[str, str]:
    """The trailer that says it; none for what is not plain."""
    return {LINES: f"+{counts[0]} -{counts[1]}"} if counts else {}


def read(trailers: Mapping[str, str]) -> tuple[int, int] | None:
    """What a commit's trailers say of it; None if they say nothing."""
    return _read(trailers.get(LINES, ""))


@lru_cache(1_000)
def _read(text: str) -> tuple[int, int] | None:
    """The same, remembered: most changes are of a line or two."""
    found = _WRITTEN.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else None
