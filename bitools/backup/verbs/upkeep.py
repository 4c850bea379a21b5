"""`backup prune`, `verify`, `pin` and `unpin`: care for the repositories themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from bitools.backup.decisions.answers import Damaged
from bitools.backup.decisions.runs import PINNED
from bitools.backup.verbs.history import histories, local, open_repository
from bitools.backup.verbs.restoring import choose
from bitools.backup.wire import ballast, damage, forecast
from bitools.backup.wire.memory import Memory
from bitools.backup.wire.restic import Repository
from bitools.errors import BitoolsError
from bitools.i18n import _
from bitools.inventory.backups import Dataset
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document


def prune(run: Run, datasets: Sequence[Dataset]) -> Document:
    """Reclaim the space of what was forgotten, once a repository. Nothing is forgotten here."""

    def reclaim(repository: Repository, memory: Memory) -> dict[str, Any]:
        before = _disk_use(repository)
        if not run.dry_run:
            with run.ledger.intent(acts.BACKUP_PRUNE, repository.name) as entry:
                ballast.despite_full_disk(run, repository, repository.prune)
                ballast.take(run, repository)
                entry.done({"bytes": _disk_use(repository)})
        after = _disk_use(repository)
        known = before is not None and after is not None
        status = "due" if run.dry_run else "pruned"
        return {"status": status, "bytes": after, "freed": before - after if known else None}  # type: ignore[operator]

    return _each_repository(run, datasets, "bitools.backup.prune/1", reclaim, changes=True)


def verify(run: Run, datasets: Sequence[Dataset], days: int) -> Document:
    """Check the structure of each repository and read the part of its packs that was read longest ago.

    The packs are read in as many parts as there are days, one for each day since the last time, so that all
    have been read within that many days. Where damage is found the data sets are named that it hits.
    """
    found: list[dict[str, Any]] = []

    def read(repository: Repository, memory: Memory) -> dict[str, Any]:
        parts = due_parts(memory.read, days, run.started)
        if not run.dry_run:
            for part in parts:
                try:
                    repository.check(part)
                except Damaged as error:
                    found.append({"target": repository.name, **_traced(repository, part, error)})
                    raise
                memory.read[part] = run.started.isoformat()
            memory.read = {part: at for part, at in memory.read.items() if part.endswith(f"/{days}")}
            memory.save(run.state)
        return {"status": "intact", "parts": parts, "of": days, "unread": days - len(memory.read)}

    document = _each_repository(run, datasets, "bitools.backup.verify/1", read, changes=False)
    document.items.extend(found)
    return document


def _traced(repository: Repository, part: str, error: Damaged) -> dict[str, Any]:
    """The item of a damaged repository; the error's message says whom it hits, too."""
    hit = damage.trace(repository, error.complaint)
    if hit.certain:
        text = _("{why}; data sets hit: {names}")
    else:
        text = _("{why}; which data sets are hit cannot be told, it may be: {names}")
    error.message = text.format(why=error.message, names=", ".join(hit.datasets) or _("none"))
    return {
        "repository": repository.name,
        "status": "damaged",
        "part": part,
        "datasets": hit.datasets,
        "snapshots": [one.id for one in hit.snapshots],
        "certain": hit.certain,
    }


def due_parts(read: dict[str, str], days: int, now: datetime) -> list[str]:
    """Which parts to read now: one for each day since the last reading, the longest unread first."""
    parts = [f"{number}/{days}" for number in range(1, days + 1)]
    last = max((datetime.fromisoformat(read[part]) for part in parts if part in read), default=None)
    missed = (now - last).days if last else 1
    return sorted(parts, key=lambda part: (read.get(part, ""), parts.index(part)))[
        : max(1, min(missed, days))
    ]


def pin(run: Run, dataset: Dataset, *, at: datetime | None, pinned: bool, reason: str) -> Document:
    """Keep a run whatever the policy says, or no longer. Raise NotFound if there is no such run.

    restic gives a snapshot a new id when its tags change; the run keeps its name.
    """
    document = run.document("bitools.backup.pin/1")
    for history in histories(run, [dataset], document):
        chosen = choose([one for one in history.runs if pinned or one.pinned], dataset.name, at)
        item = {
            "dataset": dataset.name,
            "run": chosen.id,
            "snapshot": chosen.snapshots[-1].id,
            "time": local(run, chosen.time),
            "pinned": pinned,
        }
        document.items.append(item)
        if run.dry_run or chosen.pinned == pinned:
            continue
        ids = [snapshot.id for snapshot in chosen.snapshots]
        change = {"add": PINNED} if pinned else {"remove": PINNED}
        act = acts.BACKUP_PIN if pinned else acts.BACKUP_UNPIN
        with (
            run.state.lock(f"backup-{history.repository.name}"),
            run.ledger.intent(act, dataset.name, before={"run": chosen.id, "reason": reason}) as entry,
        ):
            listed = history.repository.tag(ids, **change)
            history.memory.look(listed, run.started)
            history.memory.save(run.state)
            item["snapshot"] = next(one.id for one in listed if one.original in ids or one.run == chosen.id)
            entry.done({"snapshot": item["snapshot"]})
        document.changed = True
    return document


def unlock(run: Run, datasets: Sequence[Dataset]) -> Document:
    """Remove the locks that nobody holds any more, and say who holds those that stay.

    A lock is stale when its process is gone, or after half an hour without a sign of life from another host
    (restic renews every five minutes); a living one is never removed.
    """

    def free(repository: Repository, memory: Memory) -> dict[str, Any]:
        before = repository.locks()
        if before and not run.dry_run:
            with run.ledger.intent(acts.BACKUP_UNLOCK, repository.name) as entry:
                repository.unlock()
                after = repository.locks()
                entry.done({"removed": len(before) - len(after)})
        else:
            after = before
        held = [
            {
                "host": lock.host,
                "user": lock.user,
                "pid": lock.pid,
                "since": local(run, lock.since),
                "exclusive": lock.exclusive,
            }
            for lock in after
        ]
        return {"status": "held" if after else "free", "removed": len(before) - len(after), "locks": held}

    return _each_repository(run, datasets, "bitools.backup.unlock/1", free, changes=True)


def _each_repository(
    run: Run,
    datasets: Sequence[Dataset],
    schema: str,
    work: Callable[[Repository, Memory], dict[str, Any]],
    *,
    changes: bool,
) -> Document:
    """Do the same to each repository of these data sets; one's failure stops no other."""
    document = run.document(schema)
    for name in dict.fromkeys(one.repository for one in datasets):
        try:
            with run.state.lock(f"backup-{name}", wait=True):
                repository = open_repository(run, name)
                item = work(repository, Memory.load(run.state, name))
                if not run.dry_run:
                    repository.heal()
                document.warnings.extend(repository.notes)
        except BitoolsError as error:
            document.failed.append(error.as_document() | {"target": name})
            continue
        document.items.append({"target": name, "repository": name, **item})
        document.changed |= changes and not run.dry_run and item.get("removed") != 0
    return document


def _disk_use(repository: Repository) -> int | None:
    """Bytes in a local repository; None if it is elsewhere."""
    return forecast.disk_use(repository.access.folder) if repository.access.folder else None
