"""`database: all`: every database of a server, each as a dump of its own, in one run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote, unquote

from bitools.backup.sources import on_server
from bitools.backup.sources.on_server import OnServer, Server
from bitools.backup.sources.source import Part, Restored, broken
from bitools.backup.wire.producer import Producer
from bitools.errors import NotFound, Rejected, Usage
from bitools.i18n import _
from bitools.inventory.backups import MysqlDataset, PostgresqlDataset

if TYPE_CHECKING:
    from bitools.documents.backup import Proof

One = TypeVar("One", PostgresqlDataset, MysqlDataset)


def stored_as(dataset: OnServer, database: str, ending: str) -> str:
    """The file of one database of all; what has no place in a file's name is written as in an address."""
    return f"{dataset.name}.{quote(database, safe='')}{ending}"


def of_server(dataset: One, names: Sequence[str]) -> Iterator[tuple[str, One]]:
    """Each database of a server, and the data set as if it were of that one alone. Raise Rejected if none."""
    if not names:
        raise Rejected(_("the server shows no database"), target=dataset.name, reason="database")
    for name in names:
        yield name, dataset.model_copy(update={"database": name})


def parts(
    dataset: One, names: Sequence[str], dump: Callable[[One], Producer], ending: str
) -> tuple[Part, ...]:
    """The dump of each, under a name of its own."""

    def part(one: One, file: str) -> Part:
        return lambda: nullcontext(replace(dump(one), file_name=file))

    return tuple(part(one, stored_as(dataset, name, ending)) for name, one in of_server(dataset, names))


def stored(dataset: OnServer, restored: Restored, ending: str) -> dict[str, str]:
    """The databases of a run: name → file. Raise NotFound if there is none."""
    found = {}
    for file in restored.files:
        database = file.removeprefix(f"{dataset.name}.").removesuffix(ending)
        if file == f"{dataset.name}.{database}{ending}":
            found[unquote(database)] = file
    if not found:
        raise NotFound(_("no database is in it"), target=dataset.name)
    return found


def chosen(dataset: OnServer, database: str, ending: str) -> str:
    """The file of the database that is asked for. Raise Usage if `all` are there and none is named."""
    if dataset.database != "all":
        if database not in ("", dataset.database):
            message = _("{name} holds the database {database}").format(
                name=dataset.name, database=dataset.database
            )
            raise Usage(message)
        return f"{dataset.name}{ending}"
    if not database:
        message = _("{name} holds every database of its server").format(name=dataset.name)
        raise Usage(
            message,
            hint=_("which one: --database NAME; see: bitools backup list {name}").format(name=dataset.name),
        )
    return stored_as(dataset, database, ending)


def rehearse(dataset: OnServer, server: Server, restored: Restored, ending: str) -> Proof:
    """Load each dump into a scratch database; what was found in all of them. Raise IntegrityBroken."""
    files = stored(dataset, restored, ending).values()
    proofs = [on_server.rehearse(dataset, server, restored, file) for file in files]
    tables, rows = sum(one.get("tables", 0) for one in proofs), sum(one.get("rows", 0) for one in proofs)
    if not tables:
        raise broken(dataset, _("the restored databases have no tables"))
    return {"kind": "database", "tables": tables, "rows": rows}


def recovery(dataset: OnServer, ending: str, *commands: str) -> list[str]:
    """The commands for each database of the newest run, in whose place `$file` is its dump."""
    tag = shlex.quote(f"bi.set={dataset.name}")
    listed = f"restic snapshots --no-lock --tag {tag} --json"
    names = rf"grep -o '/{re.escape(dataset.name)}\.[^\"]*{re.escape(ending)}' | sort -u"
    return [
        f"for path in $({listed} | {names}); do",
        '  file="${path#/}"',
        *(f"  {one}" for one in commands),
        "done",
    ]
