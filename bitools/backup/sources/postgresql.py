"""One PostgreSQL database, or all of a server, by `pg_dump` in its custom format: compressed, restored by
`pg_restore`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import IO, TYPE_CHECKING

from bitools.backup.decisions.tables import COUNTED
from bitools.backup.sources import database_head, every_database, on_server
from bitools.backup.sources.on_server import Program, ServerLogin, proven_name
from bitools.backup.sources.source import Loaded, Restored, Scene, Source
from bitools.backup.wire.producer import SECRET, Producer, secret_file
from bitools.errors import Rejected
from bitools.inventory.backups import PostgresqlDataset

if TYPE_CHECKING:
    from bitools.documents.backup import Proof
    from bitools.documents.backup_admin import LeftOut

PACKAGES = ("postgresql-client",)
NEEDLESS = frozenset({"postgres"})
_ENDING = ".pgdump"
_CONNECT = "30"  # seconds
_DATABASES = "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY 1"
_ROWS = (
    "SELECT count(*), coalesce(sum((xpath('/row/c/text()', query_to_xml("
    "format('SELECT count(*) AS c FROM %I.%I', schemaname, tablename),"
    " false, true, '')))[1]::text::bigint), 0) FROM pg_tables"
    " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
)

_EACH = (
    "SELECT format('%I.%I', schemaname, tablename), (xpath('/row/c/text()', query_to_xml("
    "format('SELECT count(*) AS c FROM (SELECT FROM %I.%I LIMIT {most}) AS first_ones',"
    " schemaname, tablename),"
    " false, true, '')))[1]::text FROM pg_tables"
    " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
).replace("{most}", str(COUNTED))


def file_name(dataset: PostgresqlDataset) -> str:
    """The dump; the roles, where there is a dump of each database."""
    return f"{dataset.name}.globals.sql" if dataset.database == "all" else f"{dataset.name}{_ENDING}"


def dump(dataset: PostgresqlDataset, scene: Scene) -> Source:
    """`pg_dump` as it writes; for all databases one after the other."""
    roles = partial(_beside, dataset)
    if dataset.database != "all":
        return Source(producer=lambda: nullcontext(_pg_dump(dataset)), beside=roles)
    names = databases(dataset)
    return Source(parts=every_database.parts(dataset, names, _pg_dump, _ENDING), beside=roles)


def _beside(dataset: PostgresqlDataset) -> AbstractContextManager[Producer]:
    return nullcontext(_globals(dataset))


def databases(dataset: PostgresqlDataset) -> list[str]:
    """Those of the server, without its templates. Raise Rejected if it refuses."""
    return PostgresqlServer(dataset, ServerLogin.of(dataset)).databases()


def version(dataset: PostgresqlDataset) -> str:
    """The server's: `15.8`. Raise Rejected if it refuses."""
    return PostgresqlServer(dataset, ServerLogin.of(dataset)).version()


def outdated(ours: str, theirs: str) -> bool:
    """pg_dump refuses a server of a newer major version (its manual, "Notes")."""
    both = on_server.versions(ours, theirs)
    return both is not None and both[0][0] < both[1][0]


def part(dataset: PostgresqlDataset, database: str) -> str:
    """The file that holds this database. Raise Usage if it is not said which one of all."""
    return every_database.chosen(dataset, database, _ENDING)


def prove(dataset: PostgresqlDataset, restored: Restored) -> Proof:
    """Load it into a scratch database."""
    server = PostgresqlServer(dataset, ServerLogin.of(dataset, scratch=True))
    if dataset.database != "all":
        return on_server.rehearse(dataset, server, restored, file_name(dataset))
    return every_database.rehearse(dataset, server, restored, _ENDING)


def recovery(dataset: PostgresqlDataset, take: str) -> list[str]:
    """Roles first (those that are there already are complained of, and stay), then the database.

    Of all databases each is one file, `DATA-SET.DATABASE.pgdump`.
    """
    load = "pg_restore --exit-on-error --create --dbname=postgres"
    roles = f"{take.format(f'{dataset.name}.globals.sql')} | psql --dbname=postgres"
    if dataset.database != "all":
        return [roles, f"{take.format(file_name(dataset))} | {load}"]
    server_has_it = f'[ "$file" = {dataset.name}.postgres{_ENDING} ] && create= || create=--create'
    each = f"{take.format('$file')} | {load.replace('--create', '$create')}"
    return [roles, *every_database.recovery(dataset, _ENDING, server_has_it, each)]


def _connection(database: str) -> str:
    """A database's name as the programs take it; bare, one with an = would be more than a name."""
    quoted = database.replace("\\", "\\\\").replace("'", "\\'")
    return f"dbname='{quoted}'"


def load(dataset: PostgresqlDataset, database: str, dump: IO[bytes]) -> Loaded:
    """Load a dump into a new database on the data set's own server."""
    return on_server.load_into(PostgresqlServer(dataset, ServerLogin.of(dataset)), database, dump)


def _pg_dump(dataset: PostgresqlDataset) -> Producer:
    rows = PostgresqlServer(dataset, ServerLogin.of(dataset)).rows()
    meaning = partial(on_server.not_let_in, dataset)
    command = (
        "pg_dump",
        "--format=custom",
        "--no-password",
        f"--host={dataset.host}",
        f"--port={dataset.port}",
        f"--username={dataset.username}",
        f"--dbname={_connection(dataset.database)}",
    )
    if dataset.password is None:
        return Producer(command, file_name(dataset), dataset.at_least, rows=rows, meaning=meaning)
    secret = on_server.password_of(dataset.password, _password_file)
    variables = (("PGPASSFILE", SECRET),)
    return Producer(
        command, file_name(dataset), dataset.at_least, variables, secret=secret, rows=rows, meaning=meaning
    )


def _globals(dataset: PostgresqlDataset) -> Producer:
    """The server's roles and tablespaces, which no dump of a database holds: SQL for `psql`."""
    server = PostgresqlServer(dataset, ServerLogin.of(dataset))
    command = (
        "pg_dumpall",
        "--globals-only",
        *([] if server.all_powerful() else ["--no-role-passwords"]),
        "--no-password",
        f"--host={dataset.host}",
        f"--port={dataset.port}",
        f"--username={dataset.username}",
        f"--database={'postgres' if dataset.database == 'all' else dataset.database}",
    )
    ending = rb"-- PostgreSQL database cluster dump complete\s*--\s*\Z"
    name, variables = f"{dataset.name}.globals.sql", (("PGPASSFILE", SECRET),)
    secret = on_server.password_of(dataset.password, _password_file)
    return Producer(command, name, 1, variables if secret else (), secret=secret, ending=ending)


def _password_file(password: str) -> str:
    """The password as libpq reads it from PGPASSFILE."""
    quoted = password.replace("\\", "\\\\").replace(":", "\\:")
    return f"*:*:*:*:{quoted}\n"


@dataclass(frozen=True, slots=True)
class PostgresqlServer:
    """A server, through `psql` and `pg_restore`."""

    dataset: PostgresqlDataset
    account: ServerLogin

    def create(self, database: str) -> None:
        """Make an empty database. Raise Rejected if there is one of that name."""
        self._ask("postgres", f'CREATE DATABASE "{proven_name(database)}" TEMPLATE template0')

    def drop(self, database: str) -> None:
        """Remove a database that we made."""
        self._ask("postgres", f'DROP DATABASE "{proven_name(database)}"')

    def create_as(self, database: str, dump: IO[bytes]) -> tuple[IO[bytes], list[LeftOut]]:
        """Make an empty database with the encoding, settings, owner and rights of the dumped one.

        Raise Rejected if there is one of that name, or its locale is not known here.
        """
        statements, stream = database_head.read(dump)
        wanted = database_head.renamed(statements, proven_name(database))
        if not wanted:
            self.create(database)
            return stream, []
        self._ask("postgres", wanted[0])
        powerful = self.all_powerful()
        left_out: list[LeftOut] = []
        for statement in wanted[1:]:
            setting = database_head.is_setting(statement, database)
            if not powerful and not setting:
                continue  # owner and rights, which `load` tells of
            try:
                self._ask("postgres", statement)
            except Rejected:
                if powerful:
                    self.drop(database)
                    raise
                left_out = ["settings"]
        return stream, left_out

    def load(self, database: str, dump: IO[bytes], *, whole: bool) -> list[LeftOut]:
        """Load a dump; owners and rights too where this account may give them, and it is no drill.

        Raise IntegrityBroken if it is not whole or is not accepted.
        """
        words = ["pg_restore", "--exit-on-error", f"--dbname={_connection(database)}"]
        bare = not whole or not self.all_powerful()
        words += ["--no-owner", "--no-privileges"] if bare else []
        on_server.feed(self.dataset, self._program(words), dump, on_server.pour_all)
        return ["owners", "privileges"] if whole and bare else []

    def all_powerful(self) -> bool:
        """May this account do everything? Then it sees how roles log in, and may give things to others."""
        return self._ask("postgres", "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == "t"

    def databases(self) -> list[str]:
        """Those that hold something of somebody's."""
        return self._ask("postgres", _DATABASES).splitlines()

    def version(self) -> str:
        """The server's version: `15.8`."""
        return self._ask("postgres", "SHOW server_version").split()[0]

    def count(self, database: str) -> Loaded:
        """What is in a database."""
        tables, rows = self._ask(database, _ROWS, counting=True).split("|")
        return Loaded(int(tables), int(rows))

    def rows(self) -> dict[str, int]:
        """How many rows each table of the data set's database has, as far as we count; nothing of what this
        account may not read.
        """
        try:
            lines = self._ask(self.dataset.database, _EACH).splitlines()
        except Rejected:
            return {}
        return {name: int(rows) for name, _bar, rows in (line.rpartition("|") for line in lines)}

    def _ask(self, database: str, statement: str, *, counting: bool = False) -> str:
        words = [
            "psql",
            "-X",
            "-qAt",
            "-v",
            "ON_ERROR_STOP=1",
            f"--dbname={_connection(database)}",
            "-c",
            statement,
        ]
        return on_server.ask(self.dataset, self._program(words), counting=counting)

    @contextmanager
    def _program(self, words: list[str]) -> Iterator[Program]:
        """A client program with its place, its account and its password."""
        account = self.account
        with secret_file(on_server.password_of(account.password, _password_file)) as (descriptors, place):
            where = [f"--host={account.host}", f"--port={account.port}", f"--username={account.username}"]
            extra = {"PGCONNECT_TIMEOUT": _CONNECT} | ({"PGPASSFILE": place} if place else {})
            yield [words[0], *where, "--no-password", *words[1:]], extra, descriptors
