"""The folders of a tree: is one gone, or empty, that was always there? To the whole it may be a tenth.

Only folders that stand side by side at the top are missed, for inside of a department years come and go; an
empty one that is still there is missed anywhere, for so is where something is not mounted any more. What was
moved is elsewhere in the tree, what was archived is packed beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import PurePosixPath

DEEP = 3  # levels below each path of a data set
FEW, SHARE = 10, 0.005  # files, and of all: smaller folders are not judged
_LEFT, _AS_SMALL = 0.2, 0.5  # of the files; of the fewest that there ever were
_MOST = 0.5  # of all files in one folder: then those in it stand at the top
_MOVED = (0.5, 1.5)  # times as many files elsewhere, that were not there
_SETTLED = timedelta(days=5)  # younger folders may be passing; those of the first look are not young
_REMEMBERED = timedelta(days=100)


@dataclass(frozen=True, slots=True)
class Census:
    """How many files each folder holds, those below it too; which folders are `bare`, with nothing in them;
    which names (without their endings) packed files have that came since the last run.
    """

    files: Mapping[str, int] = field(default_factory=dict)
    bare: frozenset[str] = frozenset()
    packed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """A folder: how many files it held last; the fewest that were right, and when; since when it is known."""

    files: int
    least: int
    low: datetime
    since: datetime


def missed(now: Census, past: Mapping[str, Place], when: datetime) -> tuple[str, ...]:
    """The folders that are gone, or as good as empty, and were always there."""
    every = sum(past[one].files for one in _roots(past))
    baseline = min((one.since for one in past.values()), default=when)
    least = max(FEW, every * SHARE)
    tops = frozenset(_tops(past, every))
    found = [
        name
        for name, one in past.items()
        if one.files >= least
        and one.least >= FEW  # else it was as good as empty before, and that was right
        and (one.since <= baseline or when - one.since >= _SETTLED)
        and now.files.get(name, 0) <= min(one.files * _LEFT, one.least * _AS_SMALL)
        and (name in tops or name in now.bare)
        and not any(packed.startswith(name) for packed in now.packed)
    ]
    outer = [name for name in found if not any(_parent(name, above) for above in found)]
    return tuple(sorted(_not_moved(outer, now, past, least)))


def learned(now: Census, past: Mapping[str, Place], when: datetime) -> dict[str, Place]:
    """What is known of each folder after a good run, or one that was accepted."""
    every = max(now.files.values(), default=0)
    least = max(FEW, every * SHARE)
    kept = {name for name, count in now.files.items() if count >= least} | past.keys()
    after = {name: _after(now.files.get(name, 0), past.get(name), when) for name in kept}
    return {name: one for name, one in after.items() if one.files >= least or when - one.low < _REMEMBERED}


def _after(files: int, was: Place | None, when: datetime) -> Place:
    if was is None:
        return Place(files, files, when, when)
    if files <= was.least or when - was.low >= _REMEMBERED:
        return Place(files, files, when, was.since)
    return Place(files, was.least, was.low, was.since)


def _roots(past: Mapping[str, Place]) -> list[str]:
    """The paths of the data set: what lies in a folder that is known is known to lie in it."""
    return [name for name in past if str(PurePosixPath(name).parent) not in past or name == "/"]


def _tops(past: Mapping[str, Place], every: int) -> Iterator[str]:
    """The folders that stand side by side at the top: the paths, if there are several; what is in them."""
    roots = _roots(past)
    if len(roots) > 1:
        yield from roots
    waiting = list(roots)
    while waiting:
        here = waiting.pop()
        for name in past:
            if name != here and str(PurePosixPath(name).parent) == here:
                yield name
                if past[name].files >= every * _MOST:
                    waiting.append(name)


def _parent(name: str, above: str) -> bool:
    return name != above and name.startswith(above.rstrip("/") + "/")


def _not_moved(names: list[str], now: Census, past: Mapping[str, Place], least: float) -> Iterator[str]:
    """Those whose files are not elsewhere, by their number."""
    missing = {name: past[name].files - now.files.get(name, 0) for name in names}
    grown = [
        count - past[name].files if name in past else count
        for name, count in now.files.items()
        if name in past or count >= least  # fewer may have been there
    ]

    def elsewhere(count: int) -> bool:
        return any(count * _MOVED[0] <= more <= count * _MOVED[1] for more in grown)

    if missing and not elsewhere(sum(missing.values())):
        yield from (name for name, count in missing.items() if not elsewhere(count))
