"""What files begin with, type by type: encrypted content is random and bears no mark of a type.

A type is the ending of a name. Pictures, archives and office files are nearly random too, behind their type's
mark; what has no mark and was random before, is so by nature.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Look = Literal["text", "marked", "unmarked", "random", "blank", "other"]
"""`marked`: as the name's type, or any packed type, begins; `unmarked`: the name's type begins otherwise;
`blank`: nothing, or one byte over and over."""

_NEW_TYPE: frozenset[Look] = frozenset({"unmarked", "random", "blank"})  # strange in a type never seen before
_KNOWN = 3  # files of a type looked at; fewer say nothing of it
_MORE = 2  # times the usual share


@dataclass(frozen=True, slots=True)
class Sample:
    """Some files' first bytes: how many of each ending look like what; `of` how many files they are of."""

    looks: Mapping[str, Mapping[Look, int]] = field(default_factory=dict)
    of: int = 0

    @property
    def looked(self) -> int:
        """How many files were looked at."""
        return sum(sum(found.values()) for found in self.looks.values())

    def strange(self, usual: Sample | None = None) -> float:
        """Which share of them looks as nothing of their type did in the usual sample."""
        past = usual.looks if usual else {}
        found = sum(_strange(looks, past.get(ending, {})) for ending, looks in self.looks.items())
        return found / self.looked if self.looked else 0.0

    def joined(self, other: Sample) -> Sample:
        """The same, with the types that only the other one knows."""
        return Sample({**other.looks, **self.looks}, self.of)


def _strange(now: Mapping[Look, int], before: Mapping[Look, int]) -> float:
    """How many files of one type look as few or none of it did; text is never strange."""
    seen, count = sum(before.values()), sum(now.values())
    if seen < _KNOWN:
        return sum(now.get(look, 0) for look in _NEW_TYPE)
    expected = {look: before.get(look, 0) / seen * count * _MORE for look in now}
    return sum(max(0.0, found - expected[look]) for look, found in now.items() if look != "text")
