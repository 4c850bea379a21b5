"""Files that changed together: those of one folder, or all of one type.

A department of a twelfth of all files is nothing to the whole; but half of its files do not become random at
once, nor get a kind of name that nobody knew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bitools.backup.decisions.looks import Sample
from bitools.backup.decisions.places import FEW, SHARE

_HALF = 0.5  # of a group's files
_OF_ALL = 0.25  # of all files, under a new kind of name
_FEW_LOOKS, _FEW_ALIKE = 8, 4
_MORE = 2  # times as many as usually
_RARE = 0.015  # of all files: a type may be as frequent and be missed by a sample of two hundred


@dataclass(frozen=True, slots=True)
class Group:
    """Files that changed, of one folder or one type: about how many; how many there were before, and how many
    came in addition; what some of them look like; how many have which ending.
    """

    name: str
    before: int
    touched: float
    grown: int
    sample: Sample
    endings: Mapping[str, float]


def random(groups: Iterable[Group], usual: Sample, every: int, most: int) -> dict[str, float]:
    """The groups of which half turned strange, and which share of what changed in each is; no more than
    `most` files changed in all of them.
    """
    found = {}
    for one in groups:
        share = one.sample.odd(usual)
        enough = one.before >= max(FEW, every * SHARE) and one.sample.looked >= _FEW_LOOKS
        if enough and min(most, share * one.touched) - one.grown >= max(FEW, one.before) * _HALF:
            found[one.name] = share
    return found


def renamed(groups: Iterable[Group], whole: Group, usual: Sample, most: int) -> dict[str, float]:
    """The groups of which half have endings now that few files had; the whole, if a quarter of it has. No
    more than `most` files are new.
    """
    found = {}
    for one in groups:
        shifted = min(most, _shifted(one, usual, whole.before)) - one.grown
        if one.before >= max(FEW, whole.before * SHARE) and shifted >= max(FEW, one.before) * _HALF:
            found[one.name] = shifted
    shifted = min(most, _shifted(whole, usual, whole.before)) - whole.grown
    if whole.before >= FEW and shifted >= max(FEW, whole.before * _OF_ALL):
        found[whole.name] = shifted
    return found


def usually(usual: Sample, ending: str, every: int) -> float:
    """About how many files of a type there are, of so many."""
    seen = sum(usual.looks.get(ending, {}).values())
    if seen:
        return max(_RARE, seen / usual.looked) * every
    return every * _RARE if usual.looks_of(ending) else 0.0


def _shifted(one: Group, usual: Sample, every: int) -> float:
    """How many of the files have an ending of which there were not as many."""
    return sum(
        max(0.0, count - _MORE * usually(usual, ending, every))
        for ending, count in one.endings.items()
        if count >= _FEW_ALIKE
    )
