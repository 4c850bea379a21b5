"""How each kind of database is dumped whole while it is in use."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bitools import process
from bitools.backup.wire.producer import SECRET, Producer
from bitools.credentials import Reference
from bitools.errors import Rejected
from bitools.i18n import _
from bitools.inventory.backups import MysqlDataset, PostgresqlDataset, SqliteDataset
from bitools.state import State

_BUSY = 60.0  # seconds to wait for a writer
_PAGES = 4096  # copied at a time; writers get in between


def postgresql(dataset: PostgresqlDataset) -> Producer:
    """`pg_dump` in its custom format: compressed, restored by `pg_restore`."""
    command = (
        "pg_dump",
        "--format=custom",
        "--no-password",
        f"--host={dataset.host}",
        f"--port={dataset.port}",
        f"--username={dataset.username}",
        f"--dbname={dataset.database}",
    )
    name = f"{dataset.name}.pgdump"
    if dataset.password is None:
        return Producer(command, name, dataset.at_least)
    variables, secret = (("PGPASSFILE", SECRET),), password_file(dataset.password)
    return Producer(command, name, dataset.at_least, variables, secret=secret)


def mysql(dataset: MysqlDataset) -> Producer:
    """`mariadb-dump`, or `mysqldump` where that is what there is, in one transaction: SQL text."""
    program = "mariadb-dump" if process.installed("mariadb-dump") else "mysqldump"
    socket = dataset.host.startswith("/")
    place = (f"--socket={dataset.host}",) if socket else (f"--host={dataset.host}", f"--port={dataset.port}")
    options = (
        "--single-transaction",
        "--quick",
        "--routines",
        "--events",
        "--triggers",
        *place,
        f"--user={dataset.username}",
        "--",
        dataset.database,
    )
    name, ending = f"{dataset.name}.sql", rb"-- Dump completed on .*\s*\Z"
    if dataset.password is None:
        return Producer((program, "--no-defaults", *options), name, dataset.at_least, ending=ending)
    secret = option_file(dataset.password)
    command = (program, f"--defaults-file={SECRET}", *options)
    return Producer(command, name, dataset.at_least, ending=ending, secret=secret)


def password_file(password: Reference) -> str:
    """The password as libpq reads it from PGPASSFILE."""
    quoted = password.resolve().reveal().replace("\\", "\\\\").replace(":", "\\:")
    return f"*:*:*:*:{quoted}\n"


def option_file(password: Reference) -> str:
    """The password as MariaDB's and MySQL's programs read it."""
    quoted = password.resolve().reveal().replace("\\", "\\\\").replace('"', '\\"')
    return f'[client]\npassword="{quoted}"\n'


@contextmanager
def sqlite(dataset: SqliteDataset, state: State) -> Iterator[Producer]:
    """A copy by SQLite's own online backup, proven by `PRAGMA quick_check`; the state needs as much room.

    Raise Rejected if it is no database, is broken, or stays locked for a minute.
    """
    copy = state.path("scratch", f"{dataset.name}.sqlite")
    copy.unlink(missing_ok=True)
    copy.touch(mode=0o600)
    try:
        try:
            _copy(dataset.path, copy)
        except sqlite3.Error as error:
            message = _("{path} cannot be copied: {why}").format(path=dataset.path, why=error)
            raise Rejected(message, target=dataset.name, reason="database") from error
        yield Producer(("cat", str(copy)), f"{dataset.name}.sqlite", at_least=copy.stat().st_size)
    finally:
        copy.unlink(missing_ok=True)


def _copy(path: Path, copy: Path) -> None:
    with (
        closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=_BUSY)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.execute(
            "PRAGMA schema_version"
        ).fetchone()  # not a database: said here, before anything is copied
        source.backup(target, pages=_PAGES)
        (verdict,) = target.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
