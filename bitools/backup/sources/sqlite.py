"""One SQLite database, copied while it is in use, by SQLite's own online backup."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bitools import privilege
from bitools.backup.decisions.tables import COUNTED
from bitools.backup.sources.paths import mounts
from bitools.backup.sources.source import Restored, Scene, Source, broken, read_back
from bitools.backup.wire.producer import Producer
from bitools.errors import Rejected
from bitools.i18n import _
from bitools.inventory.backups import SqliteDataset
from bitools.state import State

if TYPE_CHECKING:
    from bitools.documents.backup import Proof

_BUSY = 60.0  # seconds to wait for a writer
_PAGES = 4096  # copied at a time; writers get in between


def file_name(dataset: SqliteDataset) -> str:
    """The copy."""
    return f"{dataset.name}.sqlite"


def dump(dataset: SqliteDataset, scene: Scene) -> Source:
    """A copy, proven by `PRAGMA quick_check`. Raise Rejected if the file is not there."""
    places = mounts(dataset, [dataset.path], scene)
    return Source(mounts=places, producer=lambda: _copied(dataset, scene.run.state))


def prove(dataset: SqliteDataset, restored: Restored) -> Proof:
    """`PRAGMA integrity_check`, and every table is counted."""
    file = read_back(dataset, restored, file_name(dataset))
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as copy:
            (verdict,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
            if verdict != "ok":
                raise broken(dataset, str(verdict))
            names = [name.replace('"', '""') for name in _tables(copy)]
            rows = sum(copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names)  # noqa: S608
    except sqlite3.Error as error:
        raise broken(dataset, str(error)) from error
    return {"kind": "database", "tables": len(names), "rows": rows}


@contextmanager
def _copied(dataset: SqliteDataset, state: State) -> Iterator[Producer]:
    """The program that gives the copy; the state needs as much room.

    Raise Rejected if it is no database, is broken, or stays locked for a minute.
    """
    copy = state.path("scratch", file_name(dataset))
    copy.unlink(missing_ok=True)
    copy.touch(mode=0o600)
    try:
        try:
            rows = _copy(dataset.path, copy)
        except sqlite3.Error as error:
            message = _("{path} cannot be copied: {why}").format(path=dataset.path, why=error)
            raise Rejected(message, target=dataset.name, reason="database") from error
        yield Producer(("cat", str(copy)), file_name(dataset), at_least=copy.stat().st_size, rows=rows)
    finally:
        copy.unlink(missing_ok=True)


@privilege.raised()
def _copy(path: Path, copy: Path) -> dict[str, int]:
    """Copy it; give how many rows each table has, as far as we count."""
    with (
        closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=_BUSY)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        # Not a database: said here, before anything is copied.
        source.execute("PRAGMA schema_version").fetchone()
        source.backup(target, pages=_PAGES)
        (verdict,) = target.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        return {name: _some(target, name) for name in _tables(target)}


def _tables(database: sqlite3.Connection) -> list[str]:
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0"
    return [name for (name,) in database.execute(query)]


def _some(database: sqlite3.Connection, table: str) -> int:
    quoted = table.replace('"', '""')
    statement = f'SELECT count(*) FROM (SELECT 1 FROM "{quoted}" LIMIT {COUNTED})'  # noqa: S608
    return int(database.execute(statement).fetchone()[0])
