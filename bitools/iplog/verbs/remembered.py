"""What the ledger remembers of this job: it is walked once, whoever asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bitools.ledger import acts
from bitools.run import Run

Range = tuple[str, str, str]
"""File number, first and last day (ISO 8601)."""


@dataclass(slots=True)
class Remembered:
    """The manifest of each seal, those that were begun, those that were purged, the time and serial number of
    each token; what was frozen and not released; when questions were answered.
    """

    sealed: dict[int, str] = field(default_factory=dict)
    begun: set[int] = field(default_factory=set)
    purged: set[int] = field(default_factory=set)
    stamped: dict[int, tuple[str, str]] = field(default_factory=dict)
    frozen: set[Range] = field(default_factory=set)
    answered: list[str] = field(default_factory=list)


def remembered(run: Run) -> Remembered:
    """All of it. A seal counts as begun, and what was frozen as released, from the intent on."""
    known = Remembered()
    for entry in run.ledger.entries():
        action, target = entry["action"], entry["target"]
        if action == acts.IPLOG_SEAL.name:
            known.begun.add(int(target))
        elif action == acts.IPLOG_RELEASE.name:
            known.frozen = {one for one in known.frozen if one[0] != target}
        if entry["outcome"] != "done":
            continue
        if action == acts.IPLOG_WHO.name:
            known.answered.append(entry["time"])
        elif action in _TELLING:
            result: Any = entry["after"]["result"]  # type: ignore[index]  # JSON
            _TELLING[action](known, target, result)
    return known


def _sealed(known: Remembered, target: str, result: Any) -> None:
    known.sealed[int(target)] = result["manifest"]


def _stamped(known: Remembered, target: str, result: Any) -> None:
    known.stamped[int(target)] = result["time"], result["serial"]


def _purged(known: Remembered, _target: str, result: Any) -> None:
    known.purged.update(result["segments"])


def _frozen(known: Remembered, _target: str, result: Any) -> None:
    known.frozen.add((result["file_number"], result["begins"], result["ends"]))


_TELLING = {
    acts.IPLOG_SEAL.name: _sealed,
    acts.IPLOG_STAMP.name: _stamped,
    acts.IPLOG_PURGE.name: _purged,
    acts.IPLOG_HOLD.name: _frozen,
}
