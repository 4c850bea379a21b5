"""`backup unpin`: let the policy decide again on a run that was pinned."""

from __future__ import annotations

from datetime import datetime

from bitools.backup.verbs.pin import set_pinned
from bitools.documents.backup_admin import PinItem
from bitools.inventory.backups import Dataset
from bitools.run import Run
from bitools.state import Document


def unpin(run: Run, dataset: Dataset, *, at: datetime | None, reason: str) -> Document[PinItem]:
    """Unpin the newest pinned run up to `at`. Raise NotFound if there is none."""
    return set_pinned(run, dataset, at=at, pinned=False, reason=reason)
