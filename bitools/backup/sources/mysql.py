"""One MySQL or MariaDB database, by `mariadb-dump`, or `mysqldump` where that is what there is, in one
transaction: SQL text.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import IO

from bitools import process
from bitools.backup.sources import on_server
from bitools.backup.sources.on_server import Account, Program, proven_name
from bitools.backup.sources.source import Loaded, Proof, Restored, Scene, Source
from bitools.backup.wire.producer import SECRET, Producer, secret_file
from bitools.inventory.backups import MysqlDataset

_EVENTS, _AFTER_EVENTS = b"-- Dumping events for ", b"-- Dumping routines for "
_ENDING = b"-- Dump completed on "
_TABLES = (
    "SELECT table_name FROM information_schema.tables"
    " WHERE table_schema = '{database}' AND table_type = 'BASE TABLE'"
)


def file_name(dataset: MysqlDataset) -> str:
    """The dump."""
    return f"{dataset.name}.sql"


def dump(dataset: MysqlDataset, scene: Scene) -> Source:
    """The dump as the program writes it."""
    return Source(producer=lambda: nullcontext(_dump_program(dataset)))


def prove(dataset: MysqlDataset, restored: Restored) -> Proof:
    """Load it into a scratch database."""
    server = Server(dataset, Account.of(dataset, scratch=True))
    return on_server.rehearse(dataset, server, restored, file_name(dataset))


def load(dataset: MysqlDataset, database: str, dump: IO[bytes]) -> Loaded:
    """Load a dump into a new database on the data set's own server."""
    return on_server.load_into(Server(dataset, Account.of(dataset)), database, dump)


def _dump_program(dataset: MysqlDataset) -> Producer:
    program = "mariadb-dump" if process.installed("mariadb-dump") else "mysqldump"
    options = (
        "--single-transaction",
        "--quick",
        "--routines",
        "--events",
        "--triggers",
        *_place(Account.of(dataset)),
        f"--user={dataset.username}",
        "--",
        dataset.database,
    )
    name, ending = file_name(dataset), rb"-- Dump completed on .*\s*\Z"
    if dataset.password is None:
        return Producer((program, "--no-defaults", *options), name, dataset.at_least, ending=ending)
    secret = on_server.password_of(dataset.password, _option_file)
    command = (program, f"--defaults-file={SECRET}", *options)
    return Producer(command, name, dataset.at_least, ending=ending, secret=secret)


def _place(account: Account) -> list[str]:
    if account.host.startswith("/"):
        return [f"--socket={account.host}"]
    return [f"--host={account.host}", f"--port={account.port}"]


def _option_file(password: str) -> str:
    """The password as MariaDB's and MySQL's programs read it."""
    quoted = password.replace("\\", "\\\\").replace('"', '\\"')
    return f'[client]\npassword="{quoted}"\n'


def _client() -> str:
    return "mariadb" if process.installed("mariadb") else "mysql"


@dataclass(frozen=True, slots=True)
class Server:
    """A server, through its client program."""

    dataset: MysqlDataset
    account: Account

    def create(self, database: str) -> None:
        """Make an empty database. Raise Rejected if there is one of that name."""
        self._ask("", f"CREATE DATABASE `{proven_name(database)}`")

    def drop(self, database: str) -> None:
        """Remove a database that we made."""
        self._ask("", f"DROP DATABASE `{proven_name(database)}`")

    def load(self, database: str, dump: IO[bytes]) -> None:
        """Load a dump, without its events. Raise IntegrityBroken if it is not whole or is not accepted."""
        on_server.feed(self.dataset, self._program([_client(), f"--database={database}"]), dump, _pour)

    def count(self, database: str) -> Loaded:
        """What is in a database."""
        names = self._ask("", _TABLES.format(database=proven_name(database))).splitlines()
        quoted = [f"`{name.replace('`', '``')}`" for name in names]
        sums = "+".join(f"(SELECT count(*) FROM {name})" for name in quoted)  # noqa: S608
        return Loaded(len(names), int(self._ask(database, f"SELECT {sums}")) if names else 0)

    def _ask(self, database: str, statement: str) -> str:
        words = [_client(), "--batch", "--skip-column-names", f"--execute={statement}"]
        words += [f"--database={database}"] if database else []
        return on_server.ask(self.dataset, self._program(words))

    @contextmanager
    def _program(self, words: list[str]) -> Iterator[Program]:
        """A client program with its place, its account and its password."""
        account = self.account
        with secret_file(on_server.password_of(account.password, _option_file)) as (descriptors, place):
            reads = f"--defaults-file={place}" if place else "--no-defaults"
            argv = [words[0], reads, *_place(account), f"--user={account.username}", *words[1:]]
            yield argv, {}, descriptors


def _pour(dump: IO[bytes], into: IO[bytes]) -> bool:
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
