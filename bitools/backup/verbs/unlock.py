"""`backup unlock`: remove the locks that nobody holds any more."""

from __future__ import annotations

from collections.abc import Sequence

from bitools.backup.decisions.memory import Memory
from bitools.backup.verbs.each_repository import each_repository
from bitools.backup.verbs.history import local
from bitools.backup.wire.restic import Repository
from bitools.documents.backup_admin import LockItem, UnlockItem
from bitools.inventory.backups import Dataset
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document


def unlock(run: Run, datasets: Sequence[Dataset]) -> Document[UnlockItem]:
    """Remove the locks that nobody holds any more, and say who holds those that stay.

    A lock is stale when its process is gone, or after half an hour without a sign of life from another host
    (restic renews every five minutes); a living one is never removed.
    """

    def free(repository: Repository, memory: Memory) -> UnlockItem:
        before = repository.locks()
        if before and not run.dry_run:
            with run.ledger.intent(acts.BACKUP_UNLOCK, repository.name) as entry:
                repository.unlock()
                after = repository.locks()
                entry.done({"removed": len(before) - len(after)})
        else:
            after = before
        held: list[LockItem] = [
            {
                "host": lock.host,
                "user": lock.user,
                "pid": lock.pid,
                "since": local(run, lock.since),
                "exclusive": lock.exclusive,
            }
            for lock in after
        ]
        return {
            "target": repository.name,
            "repository": repository.name,
            "status": "held" if after else "free",
            "removed": len(before) - len(after),
            "locks": held,
        }

    return each_repository(run, datasets, "bitools.backup.unlock/1", free, changes=True)
