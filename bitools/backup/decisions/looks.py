"""What files begin with, type by type: encrypted content is random and bears no mark of a type.

A type is the ending of a name. Pictures, archives and office files are nearly random too, behind their type's
mark; what has no mark and was random before, is so by nature.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Look = Literal[
    "text", "page", "marked", "hollow", "unmarked", "random", "noise", "blank", "scrap", "alike", "other"
]
"""`page`: a text that is a web page; `marked`: as the name's type, or any packed type, begins; `hollow`: it
begins so, and what its type has further inside is not there; `unmarked`: the name's type begins otherwise;
`noise`: random all the way behind a beginning that is not; `blank`: nothing, or one byte over and over;
`scrap`: too little to say; `alike`: a text of which there are many, word for word."""

_NEW_TYPE: frozenset[Look] = frozenset(
    {"unmarked", "random", "noise", "blank", "hollow"}
)  # strange in a type never seen
_NEVER: frozenset[Look] = frozenset({"text", "page"})  # strange
_MORE_RANDOM: Mapping[Look, frozenset[Look]] = {
    "other": frozenset({"random", "noise"}),
    "noise": frozenset({"random"}),
}
_PACKED: frozenset[Look] = frozenset({"random", "other"})
_MORE = 2  # times the usual share
_RARELY = 0.1  # of the files of a type
Looks = Mapping[str, Mapping[Look, int]]  # by ending


@dataclass(frozen=True, slots=True)
class Sample:
    """Some files' first bytes: how many of each ending look like what; `of` how many files they are of.
    `bytes` says of the biggest files how many bytes look like what: one mailbox may be most of a data set; of
    rare types one byte a file. `inside`: how far inside files were looked at. 1: packed ones, 2: the biggest
    ones in many places, 3: rare types, and whether packed ones have a password; older versions saw less.
    """

    looks: Looks = field(default_factory=dict)
    of: int = 0
    bytes: Looks = field(default_factory=dict)
    inside: int = 0

    @property
    def looked(self) -> int:
        """How many files were looked at."""
        return sum(sum(found.values()) for found in self.looks.values())

    def strange(self, usual: Sample | None = None) -> float:
        """Which share of them looks as nothing of their type did in the usual sample."""
        past, now = (usual.looks, self.as_deep_as(usual)) if usual else ({}, self)
        rare = usual.bytes if usual else {}
        found = sum(
            _strange(looks, past.get(ending) or rare.get(ending, {})) for ending, looks in now.looks.items()
        )
        return found / self.looked if self.looked else 0.0

    def odd(self, usual: Sample) -> float:
        """Which share of them looks as hardly one of its type did. Of one folder: that all of it looks as a
        fifth of all does is not strange.
        """
        past = {**usual.bytes, **usual.looks}
        looks = self.as_deep_as(usual).looks.items()
        return sum(_odd(found, past.get(ending, {})) for ending, found in looks) / max(1, self.looked)

    def strange_bytes(self, usual: Sample | None = None, *, known: bool = False) -> int:
        """How many bytes of the biggest files look as nothing of their type did; with `known` only of types
        that the usual sample knows.
        """
        past, now = usual or Sample(), self.as_deep_as(usual) if usual else self
        return sum(
            size
            for ending, found in now.bytes.items()
            if not known or past.looks_of(ending)
            for look, size in found.items()
            if look in _unseen(found, past.looks_of(ending))
        )

    def unlike(self, usual: Sample) -> bool:
        """Does one begin as none of its type did? Of what a program writes that is strange, text too; what is
        packed without a mark is random today and not quite tomorrow.
        """
        return any(
            past and look not in past and not (look in _PACKED and past & _PACKED)
            for ending, found in self.looks.items()
            for past in [usual.looks_of(ending)]
            for look in found
        )

    def looks_of(self, ending: str) -> frozenset[Look]:
        """How files of a type look; none if it is not known."""
        return frozenset([*self.looks.get(ending, ()), *self.bytes.get(ending, ())])

    def of_types(self, other: Sample) -> Sample:
        """The same, without the types that the other one does not know."""
        kept = {ending: found for ending, found in self.looks.items() if other.looks_of(ending)}
        return Sample(kept, self.of, inside=self.inside)

    def as_deep_as(self, other: Sample) -> Sample:
        """The same, as it looks to who looks no further inside than the other one did."""
        if other.inside >= self.inside:
            return self
        return Sample(self.looks if other.inside else _unlooked(self.looks), self.of, inside=other.inside)

    def joined(self, other: Sample) -> Sample:
        """The same, with what only the other one knows: types, and how else those look that both know."""
        scale = other.of * self.looked / max(1, other.looked * self.of)
        looks = {ending: dict(found) for ending, found in self.looks.items()}
        for ending, found in other.looks.items():
            new = found.keys() - self.looks_of(ending)
            if new:
                more = {look: max(1, round(found[look] * scale)) for look in new}
                looks[ending] = looks.get(ending, {}) | more
        bytes_ = {ending: {**found, **self.bytes.get(ending, {})} for ending, found in other.bytes.items()}
        return Sample(looks, self.of, {**self.bytes, **bytes_}, self.inside)


def _unlooked(looks: Looks) -> Looks:
    """What is hollow is marked to who looks at the beginning."""
    flat: dict[str, Mapping[Look, int]] = {}
    for ending, found in looks.items():
        rest = {look: count for look, count in found.items() if look not in ("hollow", "marked")}
        begins = found.get("hollow", 0) + found.get("marked", 0)
        flat[ending] = rest | ({"marked": begins} if begins else {})
    return flat


def _unseen(looks: Collection[Look], before: Collection[Look]) -> Iterator[Look]:
    """Those that are strange: none like it was seen, and it is not just text."""
    for look in looks:
        if look in before or look in _NEVER or _MORE_RANDOM.get(look, frozenset()).intersection(before):
            continue
        if before or look in _NEW_TYPE:
            yield look


def _odd(now: Mapping[Look, int], before: Mapping[Look, int]) -> int:
    often = [look for look, count in before.items() if count >= sum(before.values()) * _RARELY]
    less_random = {"other"} if "random" in often else set[str]()
    return sum(now[look] for look in _unseen(now, often) if look not in less_random)


def _strange(now: Mapping[Look, int], before: Mapping[Look, int]) -> float:
    """How many files of one type look as few or none of it did; text is never strange."""
    seen, count = sum(before.values()), sum(now.values())
    if not seen:
        return sum(now.get(look, 0) for look in _NEW_TYPE)
    expected = {look: before.get(look, 0) / seen * count * _MORE for look in now}
    if "other" in now and "random" in before:  # less random than it was is no damage
        expected["other"] = count
    return sum(max(0.0, found - expected[look]) for look, found in now.items() if look not in _NEVER)
