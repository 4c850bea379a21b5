"""One MySQL or MariaDB database, or all of a server: SQL text by `mariadb-dump`, or `mysqldump` where that is
what there is, in one transaction.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import IO, TYPE_CHECKING

from bitools import process
from bitools.backup.decisions.tables import COUNTED
from bitools.backup.sources import every_database, on_server
from bitools.backup.sources.on_server import Program, ServerLogin, proven_name
from bitools.backup.sources.source import Loaded, Restored, Scene, Source
from bitools.backup.wire.producer import SECRET, Producer, Sink, secret_file
from bitools.errors import Rejected, Unreachable
from bitools.inventory.backups import MysqlDataset

if TYPE_CHECKING:
    from bitools.documents.backup import Proof
    from bitools.documents.backup_admin import LeftOut

PACKAGES = ("mariadb-client",)
NEEDLESS: frozenset[str] = frozenset()
_SUFFIX = ".sql"
_TEXT = "--default-character-set=utf8mb4"  # by itself latin1: half of Turkish is not in it
_CONNECT = 30  # seconds
_ITS_OWN = frozenset({"information_schema", "performance_schema", "mysql", "sys"})
_EVERYBODY = (
    "SELECT DISTINCT grantee FROM information_schema.user_privileges"
    " WHERE grantee LIKE '%@%' AND grantee NOT LIKE '\\'mysql.%' AND grantee NOT LIKE '\\'mariadb.sys%'"
)
_EVENTS, _AFTER_EVENTS = b"-- Dumping events for ", b"-- Dumping routines for "
_COMPLETED = b"-- Dump completed on "
_FROM, _VIEW = b"Database: ", b"/*!50001 VIEW "
_OURS, _DATABASE = b"-- bitools: ", b"`{database}`"
_CHARSET = (
    "SELECT concat('CHARACTER SET ', default_character_set_name, ' COLLATE ', default_collation_name)"
    " FROM information_schema.schemata WHERE schema_name = '{name}'"
)
_USERS = (
    "SELECT DISTINCT grantee FROM (SELECT grantee, table_schema AS d"
    " FROM information_schema.schema_privileges"
    " UNION SELECT grantee, table_schema FROM information_schema.table_privileges"
    " UNION SELECT grantee, table_schema FROM information_schema.column_privileges) AS every"
    " WHERE grantee NOT LIKE '%PUBLIC%' AND (d = '{name}' OR replace(d, '\\\\_', '_') = '{name}')"
)
_TABLE_COUNT = (
    "SELECT count(*) FROM information_schema.tables"
    " WHERE table_schema = '{name}' AND table_type = 'BASE TABLE'"
)
_TABLES = (
    "SELECT table_name FROM information_schema.tables"
    " WHERE table_schema = '{database}' AND table_type = 'BASE TABLE'"
)

_SILENT = (Rejected, Unreachable)
_AT_ONCE = 400  # tables asked in one statement, which is one word of a command line


def file_name(dataset: MysqlDataset) -> str:
    """The dump; the accounts, where there is a dump of each database."""
    return f"{dataset.name}-accounts.sql" if dataset.database == "all" else f"{dataset.name}{_SUFFIX}"


def dump(dataset: MysqlDataset, scene: Scene) -> Source:
    """The dump as the program writes it; for all databases one after the other."""
    if dataset.database != "all":
        return Source(producer=lambda: nullcontext(_dumped(dataset)))
    names = databases(dataset)
    return Source(
        parts=every_database.parts(dataset, names, _dumped, _SUFFIX), beside=partial(_accounts, dataset)
    )


def _dumped(dataset: MysqlDataset) -> Producer:
    server = MysqlServer(dataset, ServerLogin.of(dataset))
    known = replace(_dump_program(dataset), preface=server.preface(), tables=server.tables())
    return replace(known, rows=server.rows(), meaning=partial(on_server.not_let_in, dataset))


def _accounts(dataset: MysqlDataset) -> AbstractContextManager[Producer]:
    """Every account of the server, with what it may do anywhere: SQL."""
    text = MysqlServer(dataset, ServerLogin.of(dataset)).accounts()
    return nullcontext(Producer(("true",), file_name(dataset), at_least=0, preface=text))


def databases(dataset: MysqlDataset) -> list[str]:
    """Those of the server, without its own. Raise Rejected if it refuses."""
    return MysqlServer(dataset, ServerLogin.of(dataset)).databases()


def version(dataset: MysqlDataset) -> str:
    """The server's: `10.11.6-MariaDB`. Raise Rejected if it refuses."""
    return MysqlServer(dataset, ServerLogin.of(dataset)).version()


def outdated(ours: str, theirs: str) -> bool:
    """mysqldump says MySQL's version, mariadb-dump its own and MariaDB's: only of one maker they compare."""
    both = on_server.versions(ours, theirs)
    one_maker = ("maria" in ours.casefold()) == ("maria" in theirs.casefold())
    return both is not None and one_maker and both[0] < both[1]


def part(dataset: MysqlDataset, database: str) -> str:
    """The file that holds this database. Raise Usage if it is not said which one of all."""
    return every_database.chosen(dataset, database, _SUFFIX)


def prove(dataset: MysqlDataset, restored: Restored) -> Proof:
    """Load it into a scratch database."""
    server = MysqlServer(dataset, ServerLogin.of(dataset, scratch=True))
    if dataset.database != "all":
        return on_server.rehearse(dataset, server, restored, file_name(dataset))
    return every_database.rehearse(dataset, server, restored, _SUFFIX)


def recovery(dataset: MysqlDataset, take: str) -> list[str]:
    """The database with its character set and its users; then its content; then its rights.

    Of all databases each is one file, `DATA-SET.DATABASE.sql`, and the accounts are another: where it is made
    anew by its own server, an account that is there already is complained of, and stays.
    """
    if dataset.database != "all":
        return list(_rebuilt(take.format(file_name(dataset)), shlex.quote(dataset.database)))
    dump = take.format("$file")
    called = f"database=$({dump} | sed -n 's/^-- Host: .* Database: //p; /^-- Host: /q')"
    return [
        *every_database.recovery(dataset, _SUFFIX, called, *_rebuilt(dump, '"$database"', "IF NOT EXISTS ")),
        f"{take.format(file_name(dataset))} | mariadb {_TEXT} --force || true",
    ]


def _rebuilt(dump: str, database: str, unless: str = "") -> Iterator[str]:
    """One database from its dump; `database` is its name as the shell takes it."""
    ours = f"sed -n 's/^-- bitools: //p' | sed 's/`{{database}}`/`'{database}'`/'"
    mariadb = f"mariadb {_TEXT}"
    yield f"{mariadb} -e 'CREATE DATABASE {unless}`'{database}'`'"
    yield f"{dump} | {ours} | {{ grep -v '^GRANT' || true; }} | {mariadb}"
    yield f"{dump} | {mariadb} {database}"
    yield f"{dump} | {ours} | {{ grep '^GRANT' || true; }} | {mariadb}"


def load(dataset: MysqlDataset, database: str, dump: IO[bytes]) -> Loaded:
    """Load a dump into a new database on the data set's own server."""
    return on_server.load_into(MysqlServer(dataset, ServerLogin.of(dataset)), database, dump)


def _dump_program(dataset: MysqlDataset) -> Producer:
    program = "mariadb-dump" if process.installed("mariadb-dump") else "mysqldump"
    options = (
        "--single-transaction",
        "--quick",
        "--routines",
        "--events",
        "--triggers",
        *_place(ServerLogin.of(dataset)),
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


def _place(account: ServerLogin) -> list[str]:
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
class MysqlServer:
    """A server, through its client program."""

    dataset: MysqlDataset
    account: ServerLogin

    def create(self, database: str) -> None:
        """Make an empty database. Raise Rejected if there is one of that name."""
        self._ask("", f"CREATE DATABASE `{proven_name(database)}`")

    def create_as(self, database: str, dump: IO[bytes]) -> tuple[IO[bytes], list[LeftOut]]:
        """Make an empty database; what it was like stands in front of its dump."""
        self.create(database)
        return dump, []

    def databases(self) -> list[str]:
        """Those that hold something of somebody's."""
        return [one for one in self._ask("", "SHOW DATABASES").splitlines() if one not in _ITS_OWN]

    def version(self) -> str:
        """The server's version."""
        return self._ask("", "SELECT version()")

    def accounts(self) -> bytes:
        """How every account was made, and what it may do. Raise Rejected if ours may not see that."""
        lines = []
        for account in self._ask("", _EVERYBODY).splitlines():
            made = self._ask("", f"SHOW CREATE USER {account}")
            lines.append(made.replace("CREATE USER ", "CREATE USER IF NOT EXISTS ", 1))
            lines += self._ask("", f"SHOW GRANTS FOR {account}").splitlines()
        return "".join(f"{line};\n" for line in lines).encode()

    def drop(self, database: str) -> None:
        """Remove a database that we made."""
        self._ask("", f"DROP DATABASE `{proven_name(database)}`")

    def load(self, database: str, dump: IO[bytes], *, whole: bool) -> list[LeftOut]:
        """Load a dump; a drill leaves out its events, which would begin to run, and its rights.

        Raise IntegrityBroken if it is not whole or is not accepted.
        """
        pour = partial(_pour, database=database, whole=whole)
        on_server.feed(self.dataset, self._program([_client(), f"--database={database}"]), dump, pour)
        return []

    def preface(self) -> bytes:
        """What a dump lacks, as comments that `_pour` turns into statements: character set, users, rights.

        Nothing of what this account may not read: the dump itself is worth more.
        """
        try:
            charset = self._ask("", _CHARSET.format(name=_text(self.dataset.database)))
            lines = [f"ALTER DATABASE {_DATABASE.decode()} {charset};"] if charset else []
            for account in self._ask("", _USERS.format(name=_text(self.dataset.database))).splitlines():
                lines += [f"{line};" for line in self._rights(account)]
        except _SILENT as error:
            _prove_said(error)
            return b""
        return b"".join(_OURS + line.encode() + b"\n" for line in lines)

    def tables(self) -> int | None:
        """How many tables there are to be dumped; None if it does not say."""
        try:
            return int(self._ask("", _TABLE_COUNT.format(name=_text(self.dataset.database))))
        except (*_SILENT, ValueError) as error:
            _prove_said(error)
            return None

    def rows(self) -> dict[str, int]:
        """How many rows each table has, as far as we count; nothing if this account may not read them."""
        database, found = self.dataset.database, dict[str, int]()
        try:
            names = self._ask("", _TABLES.format(database=_text(database))).splitlines()
            for start in range(0, len(names), _AT_ONCE):
                asked = [_some(database, name) for name in names[start : start + _AT_ONCE]]
                counts = self._ask("", " UNION ALL ".join(asked)).split()
                found |= dict(zip(names[start:], map(int, counts), strict=False))
        except (*_SILENT, ValueError) as error:
            _prove_said(error)
            return {}
        return found

    def _rights(self, account: str) -> Iterator[str]:
        """How an account was made and what it may do in this database."""
        made = self._ask("", f"SHOW CREATE USER {account}")
        yield made.replace("CREATE USER ", "CREATE USER IF NOT EXISTS ", 1)
        own = tuple(f" ON {one}." for one in _spellings(self.dataset.database))
        for grant in self._ask("", f"SHOW GRANTS FOR {account}").splitlines():
            for one in own:
                if one in grant:
                    yield grant.replace(one, f" ON {_DATABASE.decode()}.", 1)

    def count(self, database: str) -> Loaded:
        """What is in a database."""
        names = self._ask("", _TABLES.format(database=proven_name(database))).splitlines()
        quoted = [f"`{name.replace('`', '``')}`" for name in names]
        sums = "+".join(f"(SELECT count(*) FROM {name})" for name in quoted)  # noqa: S608
        return Loaded(len(names), int(self._ask(database, f"SELECT {sums}", counting=True)) if names else 0)

    def _ask(self, database: str, statement: str, *, counting: bool = False) -> str:
        words = [
            _client(),
            "--batch",
            "--skip-column-names",
            f"--connect-timeout={_CONNECT}",
            f"--execute={statement}",
        ]
        words += [f"--database={database}"] if database else []
        return on_server.ask(self.dataset, self._program(words), counting=counting)

    @contextmanager
    def _program(self, words: list[str]) -> Iterator[Program]:
        """A client program with its place, its account and its password."""
        account = self.account
        with secret_file(on_server.password_of(account.password, _option_file)) as (descriptors, place):
            reads = f"--defaults-file={place}" if place else "--no-defaults"
            argv = [words[0], reads, _TEXT, *_place(account), f"--user={account.username}", *words[1:]]
            yield argv, {}, descriptors


def _prove_said(error: Exception) -> None:
    """Raise it again if the server hangs; that it is down the dump itself says."""
    if isinstance(error, Unreachable) and error.reason != on_server.DOWN:
        raise error


def _spellings(database: str) -> Iterator[str]:
    """How the server spells a database in its grants: `_` and `%` are patterns there, and may be escaped."""
    quoted = database.replace("`", "``")
    yield f"`{quoted}`"
    if (escaped := quoted.replace("_", r"\_").replace("%", r"\%")) != quoted:
        yield f"`{escaped}`"


def _some(database: str, table: str) -> str:
    """How many rows it has, as far as we count."""
    place = ".".join("`{}`".format(one.replace("`", "``")) for one in (database, table))
    return f"SELECT count(*) FROM (SELECT 1 FROM {place} LIMIT {COUNTED}) AS first_ones"  # noqa: S608


def _text(name: str) -> str:
    """A name as the text of a statement."""
    return name.replace("\\", "\\\\").replace("'", "''")


def _pour(dump: IO[bytes], into: Sink, *, database: str, whole: bool) -> bool:
    """Pour SQL text into this database; say whether it ends as a whole dump does.

    `whole`: with its events, and with the character set and the rights that it had. No line of data can look
    like a comment: line breaks in values are written as escapes.
    """
    inside_events, last, in_front, rights, old = False, b"", True, [], b""
    for line in dump:
        # Only in front: who may write a procedure must not write statements of ours into its text.
        in_front = in_front and line.startswith(_OURS)
        if in_front:
            statement = line.removeprefix(_OURS).replace(_DATABASE, b"`%s`" % database.encode())
            if whole and statement.startswith(b"GRANT "):
                rights.append(statement)  # on tables, too, which are not there yet
            elif whole:
                into.write(statement)
            continue
        if line.startswith((_EVENTS, _AFTER_EVENTS)):
            inside_events = line.startswith(_EVENTS)
        if line.startswith(b"-- "):
            last = line
            old = old or line.partition(_FROM)[2].strip()
        if whole or not inside_events:
            into.write(_renamed(line, old, database) if line.startswith(_VIEW) else line)
    into.write(b"".join(rights))
    return last.startswith(_COMPLETED)


def _renamed(view: bytes, old: bytes, new: str) -> bytes:
    """A view as it is in a database of another name: the server writes the old one into it where whoever made
    the view is gone, or may not read the tables any more.
    """
    return view.replace(b"`%s`." % old.replace(b"`", b"``"), b"`%s`." % new.encode()) if old else view
