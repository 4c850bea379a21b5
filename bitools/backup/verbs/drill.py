"""`backup drill`: restore the newest run into a scratch place, and see that it is whole.

A database goes into a scratch database made for it and dropped afterwards; files into a scratch folder, where
each one that has not changed since is compared with the living one byte by byte; a domain into a restored
domain. Nothing that is in use is written to.
"""

from __future__ import annotations

import filecmp
import os
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from bitools import process
from bitools.backup.verbs.history import History, histories, local
from bitools.backup.verbs.restore import choose
from bitools.backup.wire.servers import Server
from bitools.backup.wire.sources import file_name
from bitools.errors import BitoolsError, IntegrityBroken
from bitools.i18n import _
from bitools.inventory.backups import (
    Dataset,
    DirectoryDataset,
    MysqlDataset,
    PostgresqlDataset,
    SqliteDataset,
)
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document

_CHUNK = 1 << 20
_NO_DNS = b"The 'domaindns' role is not present"  # samba-tool restores no domain whose DNS is elsewhere


def drill(run: Run, datasets: Sequence[Dataset], scratch: Path | None = None) -> Document:
    """Restore each data set's newest run into a scratch place and prove it; one's failure stops no other."""
    document = run.document("bitools.backup.drill/1")
    for history in histories(run, datasets, document):
        try:
            document.items.append(_one(run, history, scratch))
        except BitoolsError as error:
            document.fail(error, history.dataset.name)
    return document


def _one(run: Run, history: History, scratch: Path | None) -> dict[str, Any]:
    name = history.dataset.name
    chosen = choose(history.runs, name, None)
    snapshot = chosen.snapshots[-1].id
    item: dict[str, Any] = {
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
        found = _proof(run, history, snapshot, scratch)
        entry.done(found)
    with run.state.lock(f"backup-{history.repository.name}", wait=True):
        memory = type(history.memory).load(run.state, history.repository.name)
        memory.drilled[name] = run.started.isoformat()
        memory.save(run.state)
    return item | {"status": "passed"} | found


def _proof(run: Run, history: History, snapshot: str, scratch: Path | None) -> dict[str, Any]:
    """What was found in the restored copy. Raise IntegrityBroken if it is not whole."""
    dataset = history.dataset
    if isinstance(dataset, PostgresqlDataset | MysqlDataset):
        return _database(history, dataset, snapshot)
    place = scratch or run.state.path("scratch", "drill").parent
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"drill-{dataset.name}-", dir=place) as folder:
        name = file_name(dataset)
        if name is None:
            return _files(history, snapshot, Path(folder))
        file = Path(folder, name)
        size = _take(history, snapshot, f"/{name}", file)
        if size < dataset.at_least:
            message = _("it has {count} bytes, at least {least} are expected")
            raise _broken(dataset, message.format(count=size, least=dataset.at_least))
        if isinstance(dataset, SqliteDataset):
            return _sqlite(dataset, file)
        if isinstance(dataset, DirectoryDataset):
            return _domain(dataset, file, Path(folder, "domain"))
        return {"kind": "stream", "bytes": size}


def _database(history: History, dataset: PostgresqlDataset | MysqlDataset, snapshot: str) -> dict[str, Any]:
    server = Server.of(dataset, scratch=True)
    database = f"bitools_drill_{secrets.token_hex(8)}"
    server.create(database)
    try:
        with history.repository.dumping(snapshot, f"/{file_name(dataset)}") as dump:
            server.load(database, dump)
        tables, rows = server.count(database)
    finally:
        server.drop(database)
    if not tables:
        raise _broken(dataset, _("the restored database has no tables"))
    return {"kind": "database", "tables": tables, "rows": rows}


def _files(history: History, snapshot: str, folder: Path) -> dict[str, Any]:
    history.repository.restore(snapshot, folder)
    files = size = compared = 0
    for here, _folders, names in os.walk(folder):
        for name in names:
            restored = Path(here, name)
            status = restored.lstat()
            files, size = files + 1, size + status.st_size
            living = Path("/", restored.relative_to(folder))
            if restored.is_symlink() or not _unchanged(living, status):
                continue
            compared += 1
            if not filecmp.cmp(restored, living, shallow=False):
                message = _("{path} came back different, although it has not changed since")
                raise _broken(history.dataset, message.format(path=living))
    if not files:
        raise _broken(history.dataset, _("restic says that all went well, but nothing was restored"))
    return {"kind": "files", "files": files, "bytes": size, "compared": compared}


def _unchanged(living: Path, status: os.stat_result) -> bool:
    try:
        now = living.lstat()
    except OSError:
        return False
    same = (now.st_size, now.st_mtime_ns, now.st_mode) == (status.st_size, status.st_mtime_ns, status.st_mode)
    return same and living.is_file()


def _take(history: History, snapshot: str, path: str, file: Path) -> int:
    """Bring one stored file back; give its size."""
    with open(file, "xb") as out, history.repository.dumping(snapshot, path) as dump:
        shutil.copyfileobj(dump, out, _CHUNK)
    return file.stat().st_size


def _sqlite(dataset: SqliteDataset, file: Path) -> dict[str, Any]:
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as copy:
            (verdict,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
            if verdict != "ok":
                raise _broken(dataset, str(verdict))
            query = "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0"
            names = [name.replace('"', '""') for (name,) in copy.execute(query)]
            rows = sum(copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names)  # noqa: S608
    except sqlite3.Error as error:
        raise _broken(dataset, str(error)) from error
    return {"kind": "database", "tables": len(names), "rows": rows}


def _domain(dataset: DirectoryDataset, file: Path, folder: Path) -> dict[str, Any]:
    """Restore the domain where there is Samba and the domain can be; else the archive is read through."""
    if process.installed("samba-tool"):
        words = ["samba-tool", "domain", "backup", "restore", f"--backup-file={file}"]
        words += ["--newservername=drill", f"--targetdir={folder}"]
        done = process.run(words, timeout=1800)
        if done.code == 0:
            return {"kind": "domain", "bytes": file.stat().st_size}
        if _NO_DNS not in done.stdout + done.stderr:
            raise _broken(dataset, done.complaint)
    done = process.run(["tar", "-tjf", str(file)], timeout=1800)
    if done.code != 0 or b"sam.ldb" not in done.stdout:
        raise _broken(dataset, done.complaint)
    return {"kind": "archive", "bytes": file.stat().st_size}


def _broken(dataset: Dataset, why: str) -> IntegrityBroken:
    message = _("the backup is not whole: {why}").format(why=why)
    hint = _("make a new one: bitools backup run {name} --now; then look at the older ones")
    hint = hint.format(name=dataset.name)
    return IntegrityBroken(message, target=dataset.name, hint=hint, reason="drill")
