"""`backup restore`: bring a data set back as it was, and prove that something came back."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bitools import privilege
from bitools.backup import sources
from bitools.backup.decisions.runs import BackupRun
from bitools.backup.sources.on_server import proven_name
from bitools.backup.verbs.history import DatasetHistory, histories, local
from bitools.documents.backup_admin import RestoreItem
from bitools.errors import BitoolsError, IntegrityBroken, NotFound, Refused
from bitools.i18n import _
from bitools.inventory.backups import Dataset
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document


def restore(
    run: Run,
    dataset: Dataset,
    target: Path,
    *,
    at: datetime | None = None,
    path: str = "",
    overwrite: bool = False,
    source: str = "",
    later: bool = False,
) -> Document[RestoreItem]:
    """Restore the newest complete run, or the last one up to `at`, into a folder; all of it, or one path.
    `source` names a copy to restore from. Into an empty folder, or with `later`, it goes on where the disk of
    the ledger refuses: what should stand there is in the document.

    Raise Refused if the folder is not empty (unless `overwrite`), NotFound if there is no such run or path,
    IntegrityBroken if what was read back is not what was stored.
    """
    document: Document[RestoreItem] = run.document("bitools.backup.restore/1")
    target = target.absolute()
    for history in histories(run, [dataset], document, source, rescue=True):
        chosen = choose(history.runs, dataset.name, at)
        if not chosen.complete:
            text = _("{name}: no complete run; this one left something out")
            document.warnings.append(text.format(name=dataset.name))
        _refuse_repository(history, target)
        _refuse_full_target(target, overwrite)
        item: RestoreItem = {
            "dataset": dataset.name,
            "snapshot": chosen.snapshots[-1].id,
            "run": chosen.id,
            "time": local(run, chosen.time),
            "to": _readable(str(target)),
            "path": _readable(path) or None,
        }
        document.items.append(item)
        if not run.dry_run:
            with run.ledger.intent(
                acts.BACKUP_RESTORE, dataset.name, before=item, later=later or not overwrite
            ) as entry:
                files, size = _bring_back(run, history, chosen, target, path)
                document.warnings.extend(history.repository.notes)
                entry.done({"files": files, "bytes": size})
            item |= {"files": files, "bytes": size}
            document.changed = True
    return document


def restore_database(
    run: Run,
    dataset: Dataset,
    database: str,
    *,
    at: datetime | None = None,
    source: str = "",
    which: str = "",
    later: bool = False,
) -> Document[RestoreItem]:
    """Restore a database's dump into a new database of this name, on the data set's own server; `which` of
    them, where the data set is all of a server; `later`: also where the disk of the ledger refuses.

    Raise Usage if it is not a database's data set or the name cannot be one's, Rejected if there is one of
    that name, NotFound if there is no such run, IntegrityBroken if the dump is not whole.
    """
    kind = sources.database(dataset)
    name = kind.part(dataset, which)
    proven_name(database)
    document: Document[RestoreItem] = run.document("bitools.backup.restore/1")
    for history in histories(run, [dataset], document, source, rescue=True):
        chosen = choose(history.runs, dataset.name, at)
        if which and f"/{name}" not in {path for part in chosen.snapshots for path in part.paths}:
            message = _("the run of {time} has no database {database}")
            when = local(run, chosen.time)
            raise NotFound(message.format(time=when, database=which), target=dataset.name)
        item: RestoreItem = {
            "dataset": dataset.name,
            "snapshot": chosen.holding(name).id,
            "run": chosen.id,
            "time": local(run, chosen.time),
            "to": database,
            "path": None,
        }
        document.items.append(item)
        if run.dry_run:
            continue
        with run.ledger.intent(acts.BACKUP_RESTORE, dataset.name, before=item, later=later) as entry:
            with history.repository.dumping(item["snapshot"], f"/{name}") as dump:
                loaded = kind.load(dataset, database, dump)
            entry.done({"tables": loaded.tables, "rows": loaded.rows})
        item |= {"tables": loaded.tables, "rows": loaded.rows}
        if loaded.left_out:
            item["left_out"] = list(loaded.left_out)
            text = _("{name}: the account may not give owners and rights: they were left out")
            document.warnings.append(text.format(name=dataset.name))
        document.changed = True
    return document


def _readable(path: str) -> str:
    """A path as documents can hold it: with marks where its bytes are no UTF-8."""
    return os.fsencode(path).decode(errors="replace")


def choose(runs: Sequence[BackupRun], name: str, at: datetime | None) -> BackupRun:
    """The newest complete run up to a moment; a partial one only if there is no other. Raise NotFound."""
    believed = [run for run in runs if (at is None or run.time <= at) and not run.quarantined]
    for candidates in ([run for run in believed if run.complete], believed):
        if candidates:
            return max(candidates, key=lambda run: (run.time, run.id))
    message = _("there is no snapshot of it up to {time}") if at else _("there is no snapshot of it")
    message = message.format(time=at.isoformat(timespec="seconds") if at else "")
    raise NotFound(message, target=name, hint=_("see: bitools backup list {name}").format(name=name))


@privilege.raised()
def _refuse_repository(history: DatasetHistory, target: Path) -> None:
    """What is restored among a repository's own files would be taken for damage."""
    folder = history.repository.access.folder
    if folder and target.resolve().is_relative_to(Path(folder).resolve()):
        message = _("{folder} lies in the repository itself").format(folder=target)
        raise Refused(message, hint=_("name another folder"), reason="in_repository")


@privilege.raised()
def _refuse_full_target(target: Path, overwrite: bool) -> None:
    if target.is_symlink() and not target.exists():
        message = _("{folder} is a link that leads nowhere").format(folder=target)
        raise Refused(message, hint=_("name the folder itself"), reason="not_a_folder")
    if target.exists() and not target.is_dir():
        raise Refused(_("{folder} is not a folder").format(folder=target), reason="not_a_folder")
    if not overwrite and target.is_dir() and any(target.iterdir()):
        message = _("{folder} is not empty").format(folder=target)
        raise Refused(message, hint=_("name an empty folder, or add --overwrite"), reason="not_empty")


@privilege.raised()
def _bring_back(
    run: Run, history: DatasetHistory, chosen: BackupRun, target: Path, path: str
) -> tuple[int, int]:
    """Restore every snapshot of a run; give how many files, and bytes in them, are there afterwards."""
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for snapshot in chosen.snapshots:
        history.repository.restore(snapshot.id, target, [path] if path else [])
    place = Path(os.path.normpath(f"{target}/{path}")) if path else target
    files, size = _count(place)
    if path and not os.path.lexists(place):
        message = _("the snapshot of {time} has no {path}").format(time=local(run, chosen.time), path=path)
        hint = _("a path is written in full, as it was on the machine")
        raise NotFound(message, target=history.dataset.name, hint=hint)
    if not files and not path:
        raise _nothing(history)
    return files, size


def _count(place: Path) -> tuple[int, int]:
    if not place.is_dir() or place.is_symlink():
        return (1, place.lstat().st_size) if os.path.lexists(place) else (0, 0)
    files = [Path(folder, name) for folder, _folders, names in os.walk(place) for name in names]
    return len(files), sum(file.lstat().st_size for file in files)


def _nothing(history: DatasetHistory) -> BitoolsError:
    message = _("restic says that all went well, but nothing was restored")
    return IntegrityBroken(message, target=history.dataset.name, reason="nothing_restored")
