"""`backup drill`: restore the newest run into a scratch place, and see that it is whole.

A database goes into a scratch database made for it and dropped afterwards; files into a scratch folder, where
each one that has not changed since is compared with the living one byte by byte; a domain into a restored
domain. Nothing that is in use is written to.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bitools import privilege
from bitools.backup import sources
from bitools.backup.sources.source import Restored
from bitools.backup.verbs.history import DatasetHistory, histories, local
from bitools.backup.verbs.restore import choose
from bitools.backup.wire import memory_file
from bitools.documents.backup import DrillItem
from bitools.errors import BitoolsError
from bitools.inventory.backups import Dataset
from bitools.ledger import acts
from bitools.progress import Turns
from bitools.run import Run
from bitools.state import Document

if TYPE_CHECKING:
    from bitools.documents.backup import Proof

_MADE_BY = re.compile(r"drill-(\d+)-")
_OLD = 2 * 86_400.0  # seconds; older versions wrote no process into the name


def drill(
    run: Run, datasets: Sequence[Dataset], scratch: Path | None = None, source: str = ""
) -> Document[DrillItem]:
    """Restore each data set's newest run into a scratch place and prove it; one's failure stops no other.

    `source` names a copy to restore from.
    """
    document: Document[DrillItem] = run.document("bitools.backup.drill/1")
    turns = Turns(len(datasets))
    for history in histories(run, datasets, document, source):
        turns.begin(history.dataset.name)
        try:
            document.items.append(_one(run, history, scratch))
        except BitoolsError as error:
            name = history.dataset.name
            failure = error
            if error.target != name:  # a program names itself; what is not proven is the data set
                failure = error.but(message=str(error), target=name)
            document.fail(failure, name)
            if not run.dry_run:
                _remember(run, history, failure.message)
    return document


def _one(run: Run, history: DatasetHistory, scratch: Path | None) -> DrillItem:
    name = history.dataset.name
    chosen = choose(history.runs, name, None)
    snapshot = chosen.holding(sources.of(history.dataset).file_name(history.dataset)).id
    item: DrillItem = {
        "dataset": name,
        "snapshot": snapshot,
        "run": chosen.id,
        "time": local(run, chosen.time),
        "status": "due",
    }
    if run.dry_run:
        return item
    before = {"snapshot": snapshot, "run": chosen.id}
    with run.ledger.intent(acts.BACKUP_DRILL, name, before=before) as entry:
        files = {path.removeprefix("/"): part.id for part in chosen.snapshots for path in part.paths}
        proof = _proof(run, history, snapshot, files, scratch)
        entry.done(dict(proof))
    _remember(run, history)
    return {**item, "status": "passed", **proof}


def _remember(run: Run, history: DatasetHistory, error: str = "") -> None:
    """When a drill last went well, or that it did not: `status` tells it."""
    repository, name = history.repository.name, history.dataset.name
    with run.state.lock(f"backup-{repository}", wait=True):
        memory = memory_file.load(run.state, repository)
        memory.note("drill", name, run.started, error)
        if not error:
            memory.drilled[name] = run.started
        memory_file.save(memory, run.state)


def _proof(
    run: Run, history: DatasetHistory, snapshot: str, files: Mapping[str, str], scratch: Path | None
) -> Proof:
    """What was found in the restored copy. Raise IntegrityBroken if it is not whole."""
    place = scratch or run.state.path("scratch", "drill").parent
    with privilege.raised():  # what comes back is whoever's it was
        return _restored(history, snapshot, files, place)


def _restored(history: DatasetHistory, snapshot: str, files: Mapping[str, str], place: Path) -> Proof:
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    dataset = history.dataset
    _sweep(place)
    prefix = f"drill-{os.getpid()}-{dataset.name}-"
    with tempfile.TemporaryDirectory(prefix=prefix, dir=place) as folder:
        restored = Restored(history.repository, snapshot, Path(folder), files)
        return sources.of(dataset).prove(dataset, restored)


def _sweep(place: Path) -> None:
    """Remove what killed drills left: copies of everything, in the clear; nothing of a living one."""
    for folder in place.glob("drill-*"):
        maker = _MADE_BY.match(folder.name)
        living = maker and Path("/proc", maker[1]).exists()
        old = time.time() - folder.lstat().st_mtime > _OLD
        if folder.is_dir() and not folder.is_symlink() and (not living if maker else old):
            shutil.rmtree(folder, ignore_errors=True)
