"""What backups still hold of something that is gone from where it was."""

from __future__ import annotations

from datetime import date

from bitools.backup.wire import memory_file
from bitools.inventory.backups import Dataset
from bitools.run import Run


def remains(run: Run, dataset: Dataset, since: date) -> list[str]:
    """The snapshots of a data set since a day, in its repository and the copies, as last listed: repository,
    id and day of each. No repository is asked.
    """
    zone = run.inventory.settings.zone
    found = []
    for name, repository in run.inventory.repositories.items():
        if dataset.repository in (name, repository.copy_of):
            for one in memory_file.load(run.state, name).recall().get(dataset.name, []):
                day = one.time.astimezone(zone).date()
                if day >= since:
                    found.append(f"{name} {one.snapshots[-1].id[:8]} ({day})")
    return found
