"""`backup list`: the snapshots that are there, and what is in a folder of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bitools.backup.decisions.runs import BackupRun
from bitools.backup.verbs.history import DatasetHistory, histories, local
from bitools.backup.verbs.restore import choose
from bitools.documents.backup_admin import FolderItem, ListItem
from bitools.errors import NotFound
from bitools.i18n import _
from bitools.inventory.backups import Dataset
from bitools.run import Run
from bitools.state import Document


def list_(run: Run, datasets: Sequence[Dataset], source: str = "") -> Document[ListItem]:
    """Every snapshot of these data sets, newest first; `source` names a copy to look into.

    If all are asked for, those too that left the inventory while their snapshots stayed.
    """
    document: Document[ListItem] = run.document("bitools.backup.list/1")
    every = len(datasets) == len(run.inventory.datasets)
    seen = set()
    for history in histories(run, datasets, document, source):
        document.items.extend(_listed(run, history, history.dataset.name, history.runs))
        if every and history.repository.name not in seen:
            seen.add(history.repository.name)
            for name, runs in history.strangers.items():
                document.items.extend(_listed(run, history, name, runs))
    return document


def _listed(run: Run, history: DatasetHistory, name: str, runs: Sequence[BackupRun]) -> Iterator[ListItem]:
    for one in runs:
        for snapshot in one.snapshots:
            yield {
                "dataset": name,
                "snapshot": snapshot.id,
                "run": one.id,
                "time": local(run, snapshot.time),
                "status": "complete" if one.complete else "partial",
                "pinned": one.pinned,
                "quarantined": one.quarantined,
                "host": snapshot.host,
                "paths": list(snapshot.paths),
                "labels": [tag for tag in snapshot.tags if not tag.startswith("bi.")],
                "repository": history.repository.name,
            }


def browse(
    run: Run, dataset: Dataset, path: str, at: datetime | None = None, source: str = ""
) -> Document[FolderItem]:
    """What is in one folder of the newest complete run, or of the last one up to `at`.

    Names that are not UTF-8 are shown with a replacement mark; `restore --path` takes them as they are.
    """
    document: Document[FolderItem] = run.document("bitools.backup.entries/1")
    for history in histories(run, [dataset], document, source):
        chosen = choose(history.runs, dataset.name, at)
        for snapshot in chosen.snapshots:
            for node in history.repository.entries(snapshot.id, path):
                document.items.append(
                    {
                        "dataset": dataset.name,
                        "snapshot": snapshot.id,
                        "path": node["path"],
                        "type": node["type"],
                        "bytes": node.get("size", 0),
                        "time": node.get("mtime", ""),
                    }
                )
    if not document.items and not document.failed:
        message = _("the snapshot has no folder {path}, or it is empty").format(path=path)
        hint = _("a path is written in full, as it was on the machine")
        raise NotFound(message, target=dataset.name, hint=hint)
    return document
