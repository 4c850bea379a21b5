"""`backup status`: how each data set and repository stands, and what is overdue."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bitools import privilege
from bitools.backup.decisions import tiers
from bitools.backup.verbs.history import History, histories, local, policy_of
from bitools.backup.wire.forecast import predict
from bitools.errors import Code
from bitools.i18n import _
from bitools.inventory.backups import Dataset
from bitools.run import Run
from bitools.state import Document


def status(run: Run, datasets: Sequence[Dataset]) -> Document:
    """For each data set and tier: the last complete run, its age, whether it is due or overdue.

    A tier is overdue when its last complete run is older than `ages` in settings.yaml says, by itself two of
    its periods. A repository whose
    retention stood still, or that is not read, is an alarm too: backups stay green while it does.
    """
    document = run.document("bitools.backup.status/1")
    repositories: list[dict[str, Any]] = []
    alarms: list[Alarm] = []
    for history in histories(run, datasets, document):
        items = list(_tiers(run, history))
        document.items.extend(items)
        alarms += [*_late(history, items), *_not_drilled(run, history)]
        name = history.repository.name
        if name not in {one["repository"] for one in repositories}:
            repositories.append(_repository(run, history))
            alarms += [*_neglected_repository(run, history), *_running_full(run, name, repositories[-1])]
    document.more = {"repositories": repositories, "alarms": [alarm.as_document() for alarm in alarms]}
    document.warnings += [f"{alarm.target}: {alarm.text}" for alarm in alarms if not alarm.shown]
    return document


@dataclass(frozen=True, slots=True)
class Alarm:
    """What somebody must look at; `shown` if the table of the standing shows it already."""

    target: str
    text: str
    shown: bool = False

    def as_document(self) -> dict[str, Any]:
        """As the failure of a run is written, so that a report tells both alike."""
        hint = _("look: bitools backup status")
        return {"target": self.target, "code": int(Code.DIFFERENT), "error": self.text, "hint": hint}


def overdue(document: Document) -> bool:
    """Is there anything to be alarmed about?"""
    return bool(document.warnings) or any(item["overdue"] for item in document.items)


def _late(history: History, items: Sequence[dict[str, Any]]) -> Iterator[Alarm]:
    late = [item for item in items if item["overdue"]]
    if late and late[0]["time"] is None:
        yield Alarm(history.dataset.name, _("it was never backed up"), shown=True)
    elif late:
        text = _("its last complete backup is of {time}").format(time=late[0]["time"])
        yield Alarm(history.dataset.name, text, shown=True)


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
            "overdue": age is None or age > run.inventory.settings.ages.backup[tier],
            "runs": len(history.runs),
        }


@privilege.raised()
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


def _running_full(run: Run, name: str, item: dict[str, Any]) -> Iterator[Alarm]:
    if item["days_left"] is not None and item["days_left"] < run.inventory.settings.ages.disk_full.days:
        text = _("its disk will be full in {days} days, as it grows now")
        yield Alarm(name, text.format(days=item["days_left"]))


def _known_since(run: Run, history: History) -> datetime:
    """Since when we know of anything in the repository."""
    seen = history.memory.seen.values()
    return min(seen, default=run.started)


def _not_drilled(run: Run, history: History) -> Iterator[Alarm]:
    drilled = history.memory.drilled.get(history.dataset.name)
    last = drilled or _known_since(run, history)
    age = run.inventory.settings.ages.drill
    if run.started - last > age:
        text = _("no drill went well for more than {days} days; run: bitools backup drill")
        yield Alarm(history.dataset.name, text.format(days=age.days))


def _neglected_repository(run: Run, history: History) -> Iterator[Alarm]:
    memory, name, known = history.memory, history.repository.name, _known_since(run, history)
    retained = memory.retained or known
    ages = run.inventory.settings.ages
    if run.started - retained > ages.retention:
        text = _("nothing was forgotten for more than {days} days; see: bitools backup plan")
        yield Alarm(name, text.format(days=ages.retention.days))
    read = max(memory.read.values(), default=known)
    if run.started - read > ages.verify:
        text = _("it was not read back for more than {days} days; run: bitools backup verify")
        yield Alarm(name, text.format(days=ages.verify.days))
