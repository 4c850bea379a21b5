"""`backup prune`: reclaim the space of what was forgotten."""

from __future__ import annotations

from collections.abc import Sequence

from bitools.backup.decisions.memory import Memory
from bitools.backup.verbs.each_repository import each_repository
from bitools.backup.wire import ballast, forecast, memory_file, torn
from bitools.backup.wire.restic import Repository
from bitools.backup.wire.restic_answers import NoRepository
from bitools.documents.backup import PruneItem
from bitools.errors import BitoolsError
from bitools.inventory.backups import Dataset
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document


def prune(run: Run, datasets: Sequence[Dataset]) -> Document[PruneItem]:
    """Reclaim the space of what was forgotten, once a repository. Nothing is forgotten here."""

    def reclaim(repository: Repository, memory: Memory) -> PruneItem:
        before = _disk_use(repository)
        name = repository.name
        item: PruneItem = {
            "target": name,
            "repository": name,
            "status": "due",
            "bytes": before,
            "freed": None,
        }
        if repository.append_only:  # space is reclaimed from where things may be deleted
            return item | {"status": "append_only"}
        if not run.dry_run:
            try:
                _prune(run, repository)
            except NoRepository:
                raise  # a copy that was never made
            except BitoolsError as error:
                _note(run, memory, error.message)
                raise
            _note(run, memory)
        after = _disk_use(repository)
        freed = None if before is None or after is None else before - after
        return item | {"status": "due" if run.dry_run else "pruned", "bytes": after, "freed": freed}

    return each_repository(run, datasets, "bitools.backup.prune/1", reclaim, changes=True)


def _prune(run: Run, repository: Repository) -> None:
    with run.ledger.intent(acts.BACKUP_PRUNE, repository.name) as entry:
        ballast.despite_full_disk(run, repository, repository.prune)
        ballast.take(run, repository)
        if repository.access.folder:
            torn.sweep(repository.access.folder)
        entry.done({"bytes": _disk_use(repository)})


def _note(run: Run, memory: Memory, error: str = "") -> None:
    """That it failed, or went well again: `status` tells it, for a disk that is never cleared fills up."""
    memory.note("prune", memory.repository, run.started, error)
    memory_file.save(memory, run.state)


def _disk_use(repository: Repository) -> int | None:
    """Bytes in a local repository; None if it is elsewhere."""
    return forecast.disk_use(repository.access.folder) if repository.access.folder else None
