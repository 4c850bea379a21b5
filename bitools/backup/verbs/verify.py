"""`backup verify`: read back what is stored, and name what damage hits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bitools.backup.decisions.memory import Memory
from bitools.backup.verbs import same_repository
from bitools.backup.verbs.each_repository import each_repository
from bitools.backup.wire import damage, memory_file
from bitools.backup.wire.restic import Repository, gone
from bitools.backup.wire.restic_answers import Damaged, NoRepository
from bitools.documents.backup import DamagedItem, IntactItem
from bitools.errors import BitoolsError
from bitools.i18n import _
from bitools.inventory.backups import Dataset
from bitools.ledger import acts
from bitools.progress import Turns
from bitools.run import Run
from bitools.state import Document


def verify(run: Run, datasets: Sequence[Dataset], days: int) -> Document[IntactItem | DamagedItem]:
    """Check the structure of each repository and read the part of its packs that was read longest ago.

    The packs are read in as many parts as there are days, one for each day since the last time, so that all
    have been read within that many days. Where damage is found the data sets are named that it hits.
    """
    found: list[IntactItem | DamagedItem] = []

    def read(repository: Repository, memory: Memory) -> IntactItem | DamagedItem:
        _same(run, repository, memory)
        parts = due_parts(memory.read, days, run.started)
        with run.ledger.intent(acts.BACKUP_VERIFY, repository.name, before={"parts": parts}) as entry:
            turns = Turns(len(parts))
            for part in parts:
                turns.begin(f"{repository.name} {part}")
                try:
                    repository.check(part)
                except BitoolsError as error:
                    memory.note("verify", repository.name, run.started, error.message)
                    memory_file.save(memory, run.state)
                    if not isinstance(error, Damaged):
                        raise
                    hit = damage.trace(repository, error.complaint)
                    found.append(_damaged(repository, part, hit))
                    raise error.but(message=_whom(hit, error)) from error
                memory.read[part] = run.started
            entry.done({"parts": len(parts), "of": days})
        memory.note("verify", repository.name, run.started)
        memory.read = {part: at for part, at in memory.read.items() if part.endswith(f"/{days}")}
        memory_file.save(memory, run.state)
        return {
            "target": repository.name,
            "repository": repository.name,
            "status": "intact",
            "parts": parts,
            "of": days,
            "unread": days - len(memory.read),
        }

    document = each_repository(run, datasets, "bitools.backup.verify/1", read, changes=False)
    document.items.extend(found)
    return document


def _same(run: Run, repository: Repository, memory: Memory) -> None:
    try:
        same_repository.check(repository, memory)
    except NoRepository:
        if memory.listed:
            memory.note("verify", repository.name, run.started, gone(repository).message)
            memory_file.save(memory, run.state)
        raise  # else it is a copy that was never made
    except BitoolsError as error:
        memory.note("verify", repository.name, run.started, error.message)
        memory_file.save(memory, run.state)
        raise


def _whom(hit: damage.Hit, error: Damaged) -> str:
    """What is damaged, and whom it hits."""
    if hit.certain:
        text = _("{why}; data sets hit: {names}")
    else:
        text = _("{why}; which data sets are hit cannot be told, it may be: {names}")
    return text.format(why=error.message, names=", ".join(hit.datasets) or _("none"))


def _damaged(repository: Repository, part: str, hit: damage.Hit) -> DamagedItem:
    """The item of a damaged repository."""
    return {
        "target": repository.name,
        "repository": repository.name,
        "status": "damaged",
        "part": part,
        "datasets": hit.datasets,
        "snapshots": [one.id for one in hit.snapshots],
        "certain": hit.certain,
    }


def due_parts(read: Mapping[str, datetime], days: int, now: datetime) -> list[str]:
    """Which parts to read now: one for each day since the last reading, the longest unread first."""
    parts = [f"{number}/{days}" for number in range(1, days + 1)]
    last = max((read[part] for part in parts if part in read), default=None)
    missed = (now - last).days if last else 1
    return sorted(parts, key=lambda part: (part in read, read.get(part, now), parts.index(part)))[
        : max(1, min(missed, days))
    ]
