"""`backup status`: how each data set and repository stands, and what is overdue."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from bitools import privilege
from bitools.backup.decisions import tiers
from bitools.backup.decisions.memory import Memory
from bitools.backup.decisions.runs import BackupRun
from bitools.backup.verbs import absence
from bitools.backup.verbs.history import (
    DatasetHistory,
    copies_of,
    histories,
    local,
    open_repository,
    policy_of,
)
from bitools.backup.wire import memory_file
from bitools.backup.wire.forecast import predict
from bitools.backup.wire.restic import Repository
from bitools.backup.wire.restic_answers import NoRepository
from bitools.documents.backup import RepositoryItem, StatusItem, Tier
from bitools.errors import BitoolsError, Code
from bitools.i18n import _
from bitools.inventory.backups import Dataset
from bitools.run import Run
from bitools.state import Document

_LEAST_FREE = 64 << 20  # bytes; with less restic cannot be trusted to write its lock and an index


def status(run: Run, datasets: Sequence[Dataset]) -> Document[StatusItem]:
    """For each data set and tier: the last complete run, its age, whether it is due or overdue.

    A tier is overdue when its last complete run is older than `ages` in settings.yaml says, by itself two of
    its periods. A repository whose
    retention stood still, that is not read, or a copy that is not brought up to date, is an alarm too:
    backups stay green while it does.
    """
    document: Document[StatusItem] = run.document("bitools.backup.status/1")
    repositories: list[RepositoryItem] = []
    alarms: list[Alarm] = []
    document.more = {"strangers": {}}
    for history in histories(run, datasets, document):
        items = list(_tiers(run, history))
        document.items.extend(items)
        alarms += [*_late(history, items), *_not_drilled(run, history), *_suspected(run, history)]
        alarms += _absent(run, history.memory, history.dataset.name, history.runs)
        name = history.repository.name
        if name not in {one["repository"] for one in repositories}:
            repositories.append(_repository(run, history))
            alarms += _of_repository(run, history.memory, repositories[-1])
            document.more["strangers"].update({one: len(runs) for one, runs in history.strangers.items()})
    for first in dict.fromkeys(one["repository"] for one in repositories):
        for copy in copies_of(run, first):
            repositories.append(_copy(run, document, first, copy, alarms))
    document.more |= {"repositories": repositories, "alarms": [alarm.as_document() for alarm in alarms]}
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


def overdue(document: Document[StatusItem]) -> bool:
    """Is there anything to be alarmed about?"""
    return bool(document.warnings) or any(item["overdue"] for item in document.items)


def _late(history: DatasetHistory, items: Sequence[StatusItem]) -> Iterator[Alarm]:
    late = [item for item in items if item["overdue"]]
    if late and late[0]["time"] is None:
        yield Alarm(history.dataset.name, _("it was never backed up"), shown=True)
    elif late:
        text = _("its last complete backup is of {time}").format(time=late[0]["time"])
        yield Alarm(history.dataset.name, text, shown=True)


def _tiers(run: Run, history: DatasetHistory) -> Iterator[StatusItem]:
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
            "tier": cast(Tier, tier),
            "snapshot": last.snapshots[-1].id if last else None,
            "time": local(run, last.time) if last else None,
            "age": int(age.total_seconds()) if age else None,
            "due": by is None,
            "overdue": age is None or age > run.inventory.settings.ages.backup[tier],
            "runs": len(history.runs),
        }


def _copy(
    run: Run, document: Document[StatusItem], first: str, name: str, alarms: list[Alarm]
) -> RepositoryItem:
    """A second repository: what its first one and itself know of it, and whether it is there."""
    mine, memory = memory_file.load(run.state, first), memory_file.load(run.state, name)
    item = _unseen(name)
    try:
        repository = open_repository(run, name)
        item = _repository_item(run, repository, memory)
        there = memory.look(repository.snapshots(), run.started)
        for dataset in {dataset for dataset, _run in memory.absent}:
            alarms += _absent(run, memory, dataset, there.get(dataset, []))
    except BitoolsError as error:
        if memory.listed or not isinstance(
            error, NoRepository
        ):  # else it was never made, and its age tells it
            document.failed.append(error.as_document() | {"target": name})
    copied, ages = mine.copied.get(name), run.inventory.settings.ages
    item |= {"copy_of": first, "copied": local(run, copied) if copied else None}
    if run.started - (copied or _known_since(run, mine)) > ages.copy_:
        text = _("it was not brought up to date for more than {days} days; run: bitools backup copy")
        alarms.append(Alarm(name, text.format(days=ages.copy_.days)))
    alarms += _of_repository(run, memory, item)
    return item


def _repository(run: Run, history: DatasetHistory) -> RepositoryItem:
    return _repository_item(run, history.repository, history.memory)


@privilege.raised()
def _repository_item(run: Run, repository: Repository, memory: Memory) -> RepositoryItem:
    """Size, growth a day and days until its disk is full, of a local repository; None where not known."""
    folder = repository.access.folder
    if not folder or not Path(folder).is_dir():
        return _unseen(repository.name)
    free = os.statvfs(folder)
    seen = predict(memory.sizes, free.f_bavail * free.f_frsize, run.started.date())
    return {
        "repository": repository.name,
        "bytes": seen.size,
        "growth": None if seen.growth is None else round(seen.growth),
        "free": seen.free,
        "days_left": None if seen.days_left is None else round(seen.days_left),
    }


def _unseen(name: str) -> RepositoryItem:
    """One of which nothing is known: it is elsewhere, or does not answer."""
    return {"repository": name, "bytes": None, "growth": None, "free": None, "days_left": None}


def _of_repository(run: Run, memory: Memory, item: RepositoryItem) -> Iterator[Alarm]:
    """What somebody must look at in one repository, a copy or not."""
    name, known, ages = item["repository"], _known_since(run, memory), run.inventory.settings.ages
    if run.started - (memory.retained or known) > ages.retention:
        text = _("nothing was forgotten for more than {days} days; see: bitools backup plan")
        yield Alarm(name, text.format(days=ages.retention.days))
    if run.started - max(memory.read.values(), default=known) > ages.verify:
        text = _("it was not read back for more than {days} days; run: bitools backup verify")
        yield Alarm(name, text.format(days=ages.verify.days))
    if item["days_left"] is not None and item["days_left"] < ages.disk_full.days:
        text = _("its disk will be full in {days} days, as it grows now")
        yield Alarm(name, text.format(days=item["days_left"]))
    if item["free"] is not None and item["free"] < _LEAST_FREE:
        yield Alarm(name, _("its disk is full: {free} MiB are free").format(free=item["free"] >> 20))
    for (act, target), trouble in memory.troubles.items():
        text = _("the last {act} failed, at {time}: {error}")
        when = local(run, trouble.time)
        yield Alarm(target, text.format(act=act, time=when, error=trouble.error))


def _known_since(run: Run, memory: Memory) -> datetime:
    """Since when we know of anything in the repository."""
    return min(memory.seen.values(), default=run.started)


def _suspected(run: Run, history: DatasetHistory) -> Iterator[Alarm]:
    for one in history.runs:
        if one.suspicious:
            text = _("the run of {time} is suspected; nothing is forgotten until it is accepted")
            yield Alarm(history.dataset.name, text.format(time=local(run, one.time)))
            return


def _absent(run: Run, memory: Memory, name: str, runs: Sequence[BackupRun]) -> Iterator[Alarm]:
    if lost := absence.unexplained(run, memory, name, runs):
        yield Alarm(name, f"{memory.repository}: {absence.words(run, lost)}")


def _not_drilled(run: Run, history: DatasetHistory) -> Iterator[Alarm]:
    drilled = history.memory.drilled.get(history.dataset.name)
    last = drilled or _known_since(run, history.memory)
    age = run.inventory.settings.ages.drill
    if run.started - last > age:
        text = _("no drill went well for more than {days} days; run: bitools backup drill")
        yield Alarm(history.dataset.name, text.format(days=age.days))
