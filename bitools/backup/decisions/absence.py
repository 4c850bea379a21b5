"""Runs that were in a repository and are not any more. Who let them go?

Our own forgetting stands in the ledger; another host's goes by the same policy. What neither explains was
forgotten by hand, or by an intruder who wants nothing to be left to come back from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bitools.backup.decisions.retention import Policy, decide
from bitools.backup.decisions.runs import BackupRun, RunKey, Snapshot


@dataclass(frozen=True, slots=True)
class Absent:
    """A run that a listing had, whole, and a later one has not, or not all `parts` of; `told`: nobody asked
    for it, and that was said.
    """

    time: datetime
    parts: int = 1
    complete: bool = True
    pinned: bool = False
    told: bool = False


def compare(
    before: Mapping[str, Sequence[BackupRun]], now: Iterable[Snapshot], absent: Mapping[RunKey, Absent]
) -> dict[RunKey, Absent]:
    """What is absent now, of the runs that were there before and of those that were absent then."""
    known = {
        (dataset, one.id): Absent(one.time, len(one.snapshots), one.complete, one.pinned)
        for dataset, runs in before.items()
        for one in runs
    } | dict(absent)
    there = Counter((one.dataset, one.run) for one in now)
    return {key: one for key, one in known.items() if there[key] < one.parts}


def unasked(
    absent: Mapping[RunKey, Absent],
    dataset: str,
    runs: Sequence[BackupRun],
    policy: Policy,
    asked: Collection[str],
    now: datetime,
) -> dict[str, Absent]:
    """The absent runs of a data set that nothing explains: we did not forget them (`asked`), and the policy
    would have kept them, had they been there.
    """
    lacking = {run: one for (name, run), one in absent.items() if name == dataset and run not in asked}
    if not lacking:
        return {}
    there = [one for one in runs if one.id not in lacking]
    gone = [
        BackupRun(run, one.time, complete=one.complete, pinned=one.pinned) for run, one in lacking.items()
    ]
    let_go = {one.id for one in decide([*there, *gone], policy, now).forget}
    return {run: one for run, one in lacking.items() if run not in let_go}
