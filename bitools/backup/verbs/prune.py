"""`backup prune`: reclaim the space of what was forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bitools.backup.decisions.memory import Memory
from bitools.backup.verbs.each_repository import each_repository
from bitools.backup.wire import ballast, forecast
from bitools.backup.wire.restic import Repository
from bitools.inventory.backups import Dataset
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document


def prune(run: Run, datasets: Sequence[Dataset]) -> Document:
    """Reclaim the space of what was forgotten, once a repository. Nothing is forgotten here."""

    def reclaim(repository: Repository, memory: Memory) -> dict[str, Any]:
        before = _disk_use(repository)
        if repository.append_only:  # space is reclaimed from where things may be deleted
            return {"status": "append_only", "bytes": before, "freed": None}
        if not run.dry_run:
            with run.ledger.intent(acts.BACKUP_PRUNE, repository.name) as entry:
                ballast.despite_full_disk(run, repository, repository.prune)
                ballast.take(run, repository)
                entry.done({"bytes": _disk_use(repository)})
        after = _disk_use(repository)
        known = before is not None and after is not None
        status = "due" if run.dry_run else "pruned"
        return {"status": status, "bytes": after, "freed": before - after if known else None}  # type: ignore[operator]

    return each_repository(run, datasets, "bitools.backup.prune/1", reclaim, changes=True)


def _disk_use(repository: Repository) -> int | None:
    """Bytes in a local repository; None if it is elsewhere."""
    return forecast.disk_use(repository.access.folder) if repository.access.folder else None
