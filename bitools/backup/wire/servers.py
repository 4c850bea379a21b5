"""A database server as a place to load a dump into: a database of its own, made for it, never a live one."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from bitools import process
from bitools.backup.wire.databases import option_file, password_file
from bitools.backup.wire.producer import content, secret_file
from bitools.errors import IntegrityBroken, Rejected, Usage
from bitools.i18n import _
from bitools.inventory.backups import MysqlDataset, PostgresqlDataset

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_CHUNK = 1 << 20
_LOAD = 12 * 3600.0  # seconds
_EVENTS, _AFTER_EVENTS = b"-- Dumping events for ", b"-- Dumping routines for "
_ENDING = b"-- Dump completed on "
_POSTGRESQL_ROWS = (
    "SELECT count(*), coalesce(sum((xpath('/row/c/text()', query_to_xml("
    "format('SELECT count(*) AS c FROM %I.%I', schemaname, tablename),"
    " false, true, '')))[1]::text::bigint), 0) FROM pg_tables"
    " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
)
_MYSQL_TABLES = (
    "SELECT table_name FROM information_schema.tables"
    " WHERE table_schema = '{database}' AND table_type = 'BASE TABLE'"
)


def proven_name(database: str) -> str:
    """A name for a new database. Raise Usage if it would have to be quoted."""
    if not _NAME.fullmatch(database):
        hint = _("letters, digits and '_'; 63 at most, no digit first")
        raise Usage(_('"{name}" cannot be a database').format(name=database), hint=hint)
    return database


@dataclass(frozen=True, slots=True)
class Server:
    """A server and the account that may make databases there. `secret` is what its programs read."""

    dataset: PostgresqlDataset | MysqlDataset
    host: str
    port: int
    username: str
    secret: str

    def __repr__(self) -> str:
        return f"Server({self.host!r}, {self.port})"

    @classmethod
    def of(cls, dataset: PostgresqlDataset | MysqlDataset, *, scratch: bool = False) -> Server:
        """The server of a data set; with `scratch` the one that its `drill` names, if it does."""
        wanted = dataset.drill if scratch else None
        password = (wanted.password if wanted else None) or dataset.password
        reads = password_file if isinstance(dataset, PostgresqlDataset) else option_file
        return cls(
            dataset,
            (wanted.host if wanted else None) or dataset.host,
            (wanted.port if wanted else None) or dataset.port,
            (wanted.username if wanted else None) or dataset.username,
            reads(password) if password else "",
        )

    def create(self, database: str) -> None:
        """Make an empty database. Raise Rejected if there is one of that name."""
        postgresql = isinstance(self.dataset, PostgresqlDataset)
        statement = 'CREATE DATABASE "{}" TEMPLATE template0' if postgresql else "CREATE DATABASE `{}`"
        self._ask("postgres" if postgresql else "", statement.format(proven_name(database)))

    def drop(self, database: str) -> None:
        """Remove a database that we made."""
        postgresql = isinstance(self.dataset, PostgresqlDataset)
        statement = 'DROP DATABASE "{}"' if postgresql else "DROP DATABASE `{}`"
        self._ask("postgres" if postgresql else "", statement.format(proven_name(database)))

    def count(self, database: str) -> tuple[int, int]:
        """How many tables a database has, and rows in all of them."""
        if isinstance(self.dataset, PostgresqlDataset):
            tables, rows = self._ask(database, _POSTGRESQL_ROWS).split("|")
            return int(tables), int(rows)
        names = self._ask("", _MYSQL_TABLES.format(database=proven_name(database))).splitlines()
        quoted = [f"`{name.replace('`', '``')}`" for name in names]
        sums = "+".join(f"(SELECT count(*) FROM {name})" for name in quoted)  # noqa: S608
        return len(names), int(self._ask(database, f"SELECT {sums}")) if names else 0

    def load(self, database: str, dump: IO[bytes]) -> None:
        """Load a dump into a database. Raise IntegrityBroken if it is not whole or is not accepted."""
        postgresql = isinstance(self.dataset, PostgresqlDataset)
        words = [_client(), f"--database={database}"]
        if postgresql:
            words = ["pg_restore", "--exit-on-error", "--no-owner", "--no-privileges", f"--dbname={database}"]
        pour = _pour if postgresql else _pour_sql
        with self._program(words) as (argv, extra, descriptors), tempfile.TemporaryFile() as said:
            output = said.fileno()
            with process.start(
                argv, extra=extra, pass_fds=descriptors, stdout=output, stderr=output
            ) as child:
                code, whole = _feed(child, pour, dump)
            why = (content(said).decode(errors="replace").strip().splitlines() or [""])[-1]
        if code != 0 or not whole:
            why = why or _("its end is missing")
            message = _("the dump cannot be loaded: {why}").format(why=why)
            raise IntegrityBroken(message, target=self.dataset.name, reason="not_loaded")

    def _ask(self, database: str, statement: str) -> str:
        if isinstance(self.dataset, PostgresqlDataset):
            words = ["psql", "-X", "-qAt", "-v", "ON_ERROR_STOP=1", f"--dbname={database}", "-c", statement]
        else:
            words = [_client(), "--batch", "--skip-column-names", f"--execute={statement}"]
            words += [f"--database={database}"] if database else []
        with self._program(words) as (argv, extra, descriptors):
            done = process.run(argv, extra=extra, pass_fds=descriptors, timeout=3600)
        if done.code != 0:
            message = _("the database server refused: {why}").format(why=done.complaint)
            raise Rejected(message, target=self.dataset.name, reason="database")
        return done.stdout.decode(errors="replace").strip()

    @contextmanager
    def _program(self, words: list[str]) -> Iterator[tuple[list[str], dict[str, str], tuple[int, ...]]]:
        """A client program with its place, its account and its password."""
        with secret_file(self.secret) as (descriptors, place):
            if isinstance(self.dataset, PostgresqlDataset):
                where = [f"--host={self.host}", f"--port={self.port}", f"--username={self.username}"]
                extra = {"PGPASSFILE": place} if place else {}
                yield [words[0], *where, "--no-password", *words[1:]], extra, descriptors
                return
            socket = self.host.startswith("/")
            where = [f"--socket={self.host}"] if socket else [f"--host={self.host}", f"--port={self.port}"]
            reads = f"--defaults-file={place}" if place else "--no-defaults"
            yield [words[0], reads, *where, f"--user={self.username}", *words[1:]], {}, descriptors


def _client() -> str:
    return "mariadb" if process.installed("mariadb") else "mysql"


def _feed(
    child: process.Child, pour: Callable[[IO[bytes], IO[bytes]], bool], dump: IO[bytes]
) -> tuple[int, bool]:
    """Pour a dump into a program; its code, and whether the dump was whole."""
    assert child.stdin is not None
    whole = False
    try:
        whole = pour(dump, child.stdin)
        child.stdin.close()
    except BrokenPipeError:
        pass  # it has complained, and ended
    return child.wait(_LOAD), whole


def _pour(dump: IO[bytes], into: IO[bytes]) -> bool:
    while chunk := dump.read(_CHUNK):
        into.write(chunk)
    return True


def _pour_sql(dump: IO[bytes], into: IO[bytes]) -> bool:
    """Pour SQL text without its events, which would begin to run; say whether it ends as a whole dump does.

    No line of data can look like a comment: line breaks in values are written as escapes.
    """
    inside_events, last = False, b""
    for line in dump:
        if line.startswith((_EVENTS, _AFTER_EVENTS)):
            inside_events = line.startswith(_EVENTS)
        if line.startswith(b"-- "):
            last = line
        if not inside_events:
            into.write(line)
    return last.startswith(_ENDING)
