"""A database server as a place to load a dump into: a database of its own, made for it, never a live one."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING, Protocol

from bitools import process
from bitools.backup.sources.source import Loaded, Restored, broken
from bitools.backup.wire.cause import cause
from bitools.backup.wire.producer import Sink, content, in_memory
from bitools.backup.wire.watch import TimeLimits, Watch
from bitools.credentials import Reference
from bitools.errors import BitoolsError, CredentialsRejected, IntegrityBroken, Rejected, Unreachable, Usage
from bitools.i18n import _
from bitools.inventory.backups import MysqlDataset, PostgresqlDataset

if TYPE_CHECKING:
    from bitools.documents.backup import Proof
    from bitools.documents.backup_admin import LeftOut

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_VERSION = re.compile(r"(\d+)\.(\d+)")
_ROLE = re.compile(r'role "[^"]*" does not exist')
_EXTENSION = re.compile(r'extension "[^"]*" is not available|could not open extension control file')
_SHUT_OUT = re.compile(  # libpq's words, or the server's; MariaDB's and MySQL's numbers
    r"authentication failed|no password supplied|no pg_hba\.conf entry|pg_hba\.conf rejects"
    r"|FATAL:  role \".*\" (does not exist|is not permitted to log in)"
    r"|\bERROR:? (1045|1130|1251|1698|1862|4151)\b",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"connection to server .* failed: (?!FATAL)|could not (connect|translate host name)"
    r"|server closed the connection|the database system is (starting up|shutting down|in recovery)"
    r"|\bERROR:? (2002|2003|2005|2006|2013|2026|1053)\b",
    re.IGNORECASE,
)
_CHUNK = 1 << 20
_LOAD = 12 * 3600.0  # seconds in which a client takes nothing, or does not end: an index may take hours
_COUNT = 3600.0  # seconds

DOWN = "unreachable"
OnServer = PostgresqlDataset | MysqlDataset
Program = tuple[list[str], dict[str, str], tuple[int, ...]]  # words, variables, descriptors to inherit


@dataclass(frozen=True, slots=True)
class ServerLogin:
    """Who asks a server, and where it is; `password` None where the system vouches for us."""

    host: str
    port: int
    username: str
    password: Reference | None

    @classmethod
    def of(cls, dataset: OnServer, *, scratch: bool = False) -> ServerLogin:
        """The account of a data set; with `scratch` the one that its `drill` names, if it does."""
        wanted = dataset.drill if scratch else None
        return cls(
            (wanted.host if wanted else None) or dataset.host,
            (wanted.port if wanted else None) or dataset.port,
            (wanted.username if wanted else None) or dataset.username,
            (wanted.password if wanted else None) or dataset.password,
        )


def versions(ours: str, theirs: str) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Major and minor of a client (the last that it says) and of a server; None if one is not said."""
    client, server = _VERSION.findall(ours), _VERSION.findall(theirs)
    if not client or not server:
        return None
    return tuple(map(int, client[-1])), tuple(map(int, server[0]))


class Server(Protocol):
    """A server that speaks one dialect."""

    def create(self, database: str) -> None:
        """Make an empty database. Raise Rejected if there is one of that name."""

    def create_as(self, database: str, dump: IO[bytes]) -> tuple[IO[bytes], list[LeftOut]]:
        """Make an empty database that is as the dumped one was, and give the dump, whole, to be loaded; and
        what had to be left out. Raise Rejected if there is one of that name.
        """

    def drop(self, database: str) -> None:
        """Remove a database that we made."""

    def load(self, database: str, dump: IO[bytes], *, whole: bool) -> list[LeftOut]:
        """Load a dump; `whole`: with events, rights and owners, which a drill leaves out. Give what had to be
        left out all the same. Raise IntegrityBroken if it is not whole or is not accepted.
        """

    def count(self, database: str) -> Loaded:
        """What is in a database."""


def proven_name(database: str) -> str:
    """A name for a new database. Raise Usage if it would have to be quoted."""
    if not _NAME.fullmatch(database):
        hint = _("letters, digits and '_'; 63 at most, no digit first")
        raise Usage(_('"{name}" cannot be a database').format(name=database), hint=hint)
    return database


def load_into(server: Server, database: str, dump: IO[bytes]) -> Loaded:
    """Load a dump into a new database and say what is in it then; it is gone again if that fails."""
    stream, without = server.create_as(database, dump)
    try:
        left_out = [*without, *server.load(database, stream, whole=True)]
        return replace(server.count(database), left_out=tuple(left_out))
    except BaseException:
        server.drop(database)  # half a database must not be taken for one, nor stand in the next try's way
        raise


def rehearse(dataset: OnServer, server: Server, restored: Restored, name: str) -> Proof:
    """Load the dump of this name into a scratch database, which is dropped afterwards."""
    snapshot = restored.files.get(name, restored.snapshot)
    database = f"bitools_drill_{secrets.token_hex(8)}"
    server.create(database)
    try:
        with restored.repository.dumping(snapshot, f"/{name}") as dump:
            server.load(database, dump, whole=False)
        found = server.count(database)
    finally:
        server.drop(database)
    if not found.tables and dataset.database != "all":
        raise broken(dataset, _("the restored database has no tables"))
    return {"kind": "database", "tables": found.tables, "rows": found.rows}


def ask(dataset: OnServer, program: AbstractContextManager[Program], *, counting: bool = False) -> str:
    """What a client program prints. Raise Rejected if the server refuses, CredentialsRejected if it does not
    let us in, Unreachable if it is down or keeps silent for longer than a dump may; `counting` the rows of a
    big database takes longer.
    """
    patience = max(_COUNT, dataset.silence) if counting else dataset.silence
    with program as (argv, extra, descriptors):
        done = process.run(argv, extra=extra, pass_fds=descriptors, timeout=patience, root=True)
    if done.code != 0:
        raise refused(dataset, cause(done.stderr.decode(errors="replace")) or done.complaint)
    return done.stdout.decode(errors="replace").strip()


def refused(dataset: OnServer, why: str) -> BitoolsError:
    """The error that a client's complaint stands for."""
    if found := not_let_in(dataset, why):
        return found
    message = _("the database server refused: {why}").format(why=why)
    return Rejected(message, target=dataset.name, reason="database")


def not_let_in(dataset: OnServer, why: str) -> BitoolsError | None:
    """Is it that the server is down, or that it does not accept our account? None if it is anything else."""
    if _SHUT_OUT.search(why):
        message = _("the database server does not let {user} in: {why}")
        hint = _("is the password that of this account, and may it log in from here?")
        message = message.format(user=dataset.username, why=why)
        return CredentialsRejected(message, target=dataset.name, hint=hint, reason="password")
    if _DOWN.search(why):
        message = _("the database server at {where} cannot be reached: {why}")
        message = message.format(where=f"{dataset.host}:{dataset.port}", why=why)
        return Unreachable(message, target=dataset.name, hint=_("does it run?"), reason=DOWN)
    return None


def feed(
    dataset: OnServer,
    program: AbstractContextManager[Program],
    dump: IO[bytes],
    pour: Callable[[IO[bytes], Sink], bool],
) -> None:
    """Pour a dump into a program. Raise IntegrityBroken if it is not whole or is not accepted; Unreachable if
    the program hangs, or takes longer than the data set may.
    """
    with program as (argv, extra, descriptors), in_memory() as said:
        output = said.fileno()
        with process.start(
            argv, extra=extra, pass_fds=descriptors, stdout=output, stderr=output, root=True
        ) as child:
            assert child.stdin is not None
            whole, watch = False, Watch(argv[0], TimeLimits(_LOAD, dataset.time_limit), snapshot=False)
            sink = Sink(child.stdin.fileno(), watch)
            try:
                whole = pour(dump, sink)
                sink.flush()
                child.stdin.close()
            except BrokenPipeError:
                pass  # it has complained, and ended
            code = process.waited(child, watch.left())
            if code is None:
                watch.left()  # says so, if it was the time it may take
                raise watch.ended(_LOAD)
        why = cause(content(said).decode(errors="replace"))
    if code != 0 or not whole:
        why = why or _("its end is missing")
        message = _("the dump cannot be loaded: {why}").format(why=why)
        raise IntegrityBroken(message, target=dataset.name, hint=_hint(dataset, why), reason="not_loaded")


def _hint(dataset: OnServer, why: str) -> str:
    """What the server lacks that the dump needs."""
    if _ROLE.search(why):
        text = _(
            "the server's roles are stored beside the dump, in {name}.globals.sql: load it with psql first"
        )
        return text.format(name=dataset.name)
    return _("install the extension on the server first") if _EXTENSION.search(why) else ""


def pour_all(dump: IO[bytes], into: Sink) -> bool:
    """Pour all of it: the program that reads it knows whether it is whole."""
    while chunk := dump.read(_CHUNK):
        into.write(chunk)
    return True


def password_of(reference: Reference | None, written: Callable[[str], str]) -> str:
    """A password as a program's file has it; empty without one."""
    return written(reference.resolve().reveal()) if reference else ""
