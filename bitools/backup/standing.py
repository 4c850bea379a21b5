"""`backup status`: how each data set and repository stands, and what is overdue."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from bitools.backup import tiers
from bitools.backup.forecast import predict
from bitools.backup.history import History, histories, local, policy_of
from bitools.i18n import _
from bitools.inventory.backups import Dataset
from bitools.run import Run
from bitools.state import Document

RETENTION_AGE = timedelta(days=8)  # forgetting that stood still for so long is an alarm
READING_AGE = timedelta(days=35)
DRILL_AGE = timedelta(days=35)
FULL_AHEAD = timedelta(days=30)


def status(run: Run, datasets: Sequence[Dataset]) -> Document:
    """For each data set and tier: the last complete run, its age, whether it is due or overdue.

    A tier is overdue when its last complete run is older than two of its periods. A repository whose
    retention stood still, or that is not read, is a warning: backups stay green while it does.
    """
    document = run.document("bitools.backup.status/1")
    document.more["repositories"] = []
    seen: set[str] = set()
    for history in histories(run, datasets, document):
        document.items.extend(_tiers(run, history))
        first = history.repository.name not in seen
        document.warnings.extend(_neglected(run, history, first=first))
        if first:
            seen.add(history.repository.name)
            document.more["repositories"].append(_repository(run, history))
            document.warnings.extend(
                _running_full(history.repository.name, document.more["repositories"][-1])
            )
    return document


def overdue(document: Document) -> bool:
    """Is there anything to be alarmed about?"""
    return bool(document.warnings) or any(item["overdue"] for item in document.items)


def _tiers(run: Run, history: History) -> Iterator[dict[str, Any]]:
    policy = policy_of(run, history.dataset)
    covered = tiers.covering(policy.counts, history.runs, run.started, policy.zone)
    complete = [
        one for one in history.runs if one.complete and not one.quarantined and one.time <= run.started
    ]
    last = max(complete, key=lambda one: (one.time, one.id), default=None)
    age = run.started - last.time if last else None
    for tier, by in covered.items():
        yield {
            "dataset": history.dataset.name,
            "tier": tier,
            "snapshot": last.snapshots[-1].id if last else None,
            "time": local(run, last.time) if last else None,
            "age": int(age.total_seconds()) if age else None,
            "due": by is None,
            "overdue": age is None or age > 2 * tiers.LENGTHS[tier],
            "runs": len(history.runs),
        }


def _repository(run: Run, history: History) -> dict[str, Any]:
    """Size, growth a day and days until its disk is full, of a local repository; None where not known."""
    folder = history.repository.access.folder
    item: dict[str, Any] = {"repository": history.repository.name}
    if not folder:
        return item | {"bytes": None, "growth": None, "free": None, "days_left": None}
    free = os.statvfs(folder)
    seen = predict(history.memory.sizes, free.f_bavail * free.f_frsize, run.started.date())
    growth = None if seen.growth is None else round(seen.growth)
    left = None if seen.days_left is None else round(seen.days_left)
    return item | {"bytes": seen.size, "growth": growth, "free": seen.free, "days_left": left}


def _running_full(name: str, item: dict[str, Any]) -> Iterator[str]:
    if item["days_left"] is not None and item["days_left"] < FULL_AHEAD.days:
        text = _("{name}: its disk will be full in {days} days, as it grows now")
        yield text.format(name=name, days=item["days_left"])


def _neglected(run: Run, history: History, *, first: bool) -> Iterator[str]:
    memory = history.memory
    known = min((datetime.fromisoformat(since) for since in memory.seen.values()), default=run.started)
    drilled = memory.drilled.get(history.dataset.name)
    if run.started - (datetime.fromisoformat(drilled) if drilled else known) > DRILL_AGE:
        text = _("{name}: no drill went well for more than {days} days; run: bitools backup drill")
        yield text.format(name=history.dataset.name, days=DRILL_AGE.days)
    if first:
        yield from _neglected_repository(run, history, known)


def _neglected_repository(run: Run, history: History, known: datetime) -> Iterator[str]:
    memory, name = history.memory, history.repository.name
    retained = datetime.fromisoformat(memory.retained) if memory.retained else known
    if run.started - retained > RETENTION_AGE:
        yield _("{name}: nothing was forgotten for more than {days} days; see: bitools backup plan").format(
            name=name, days=RETENTION_AGE.days
        )
    read = max((datetime.fromisoformat(at) for at in memory.read.values()), default=known)
    if run.started - read > READING_AGE:
        yield _("{name}: it was not read back for more than {days} days; run: bitools backup verify").format(
            name=name, days=READING_AGE.days
        )
