"""Which snapshots a damaged pack hits.

`check` names packs, blobs or trees, some by their first eight digits; the indexes say what was in a pack even
if it is gone; `find` says which snapshots need that, and names those whose own folders cannot be read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bitools.backup.decisions.runs import Snapshot
from bitools.backup.wire.restic import Repository
from bitools.errors import BitoolsError

_NAME = re.compile(r"(?<![0-9a-f])[0-9a-f]{8,64}(?![0-9a-f])")
_UNREADABLE = re.compile(r"which belongs to snapshot ([0-9a-f]{64})")
_ARGUMENTS = 500  # blob ids in one call

Finder = Callable[[str, Sequence[str], str], str]  # kind, ids, snapshot or "" → what restic says


@dataclass(frozen=True, slots=True)
class Hit:
    """The snapshots that need what is damaged; `certain` is False if all had to be suspected."""

    snapshots: tuple[Snapshot, ...]
    certain: bool = True

    @property
    def datasets(self) -> list[str]:
        """The data sets they are of, by name."""
        return sorted({one.dataset for one in self.snapshots if one.dataset})


def trace(repository: Repository, complaint: str) -> Hit:
    """Which snapshots are hit by what `check` complained of; all of them if it cannot be told."""
    listed = repository.snapshots()
    try:
        names = needed(complaint, list(repository.indexes()))
        if not any(names.values()):
            return Hit(tuple(listed), certain=False)
        hit = hit_by(names, [one.id for one in listed], repository.find)
    except BitoolsError:  # an index that cannot be read, for one
        return Hit(tuple(listed), certain=False)
    return Hit(tuple(one for one in listed if one.id in hit))


def needed(complaint: str, indexes: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The blobs that the complaint names, itself or by their pack: ids by kind (`blob`, `tree`)."""
    words = _NAME.findall(complaint)
    whole, begun = {word for word in words if len(word) == 64}, {word[:8] for word in words if len(word) < 64}

    def named(identity: str) -> bool:
        return identity in whole or identity[:8] in begun

    found: dict[str, set[str]] = {"blob": set(), "tree": set()}
    for index in indexes:
        for pack in index.get("packs") or []:
            all_of_it = named(pack["id"])
            for blob in pack["blobs"]:
                if all_of_it or named(blob["id"]):
                    found["tree" if blob["type"] == "tree" else "blob"].add(blob["id"])
    return {kind: sorted(ids) for kind, ids in found.items()}


def hit_by(names: Mapping[str, Sequence[str]], snapshots: Sequence[str], find: Finder) -> set[str]:
    """Ids of the snapshots that need any of these. One that cannot be searched through is hit."""
    hit: set[str] = set()
    for kind, ids in _portions(names):
        try:
            hit |= _snapshots_in(find(kind, ids, ""))
        except BitoolsError:
            for snapshot in snapshots:
                try:
                    hit |= _snapshots_in(find(kind, ids, snapshot))
                except BitoolsError:
                    hit.add(snapshot)
    return hit


def _portions(names: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, Sequence[str]]]:
    for kind, ids in names.items():
        for start in range(0, len(ids), _ARGUMENTS):
            yield kind, ids[start : start + _ARGUMENTS]


def _snapshots_in(text: str) -> set[str]:
    """The snapshots in what `find --json` printed, between complaints of what it could not read."""
    found = set(_UNREADABLE.findall(text))
    for line in text.splitlines():
        if line.startswith("[{"):
            found.update(entry["snapshot"] for entry in json.loads(line))
    return found
