"""Dumps as they are now: is each as big as ever, with its tables and their rows, and is none missing?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bitools.backup.decisions import tables
from bitools.backup.decisions.memory import Memory
from bitools.backup.decisions.suspicion import Extent, Suspicion, suspect
from bitools.backup.verbs.repository_run import RepositoryRun
from bitools.backup.wire import dump_head
from bitools.backup.wire.made import Made

_OFTEN = 5  # good runs that had a database: then it is missed


@dataclass(frozen=True, slots=True)
class Dumps:
    """What a run's dumps hold: how much, and how many rows in which table; which databases are gone."""

    held: Mapping[str, Extent] = field(default_factory=dict)
    rows: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    gone: tuple[str, ...] = ()


def read(memory: Memory, name: str, made: Made) -> Dumps:
    """Each by the name that memory has for it: the data set's own, or with the file's behind it."""
    held = {_named(name, part): extent_of(made, part) for part in made.parts}
    rows = {_named(name, file) if made.parts else name: rows for file, rows in made.rows.items() if rows}
    known = {one: len(runs) for one, runs in memory.usual.items() if one.startswith(f"{name}/")}
    always = min(_OFTEN, max(known.values(), default=0))
    gone = (one for one, runs in known.items() if one not in held and runs >= always)
    return Dumps(held, rows, tuple(sorted(gone)) if made.complete and made.parts else ())


def extent_of(made: Made, part: str) -> Extent:
    """How much is in one dump."""
    size = made.parts.get(part, made.bytes)
    return dump_head.extent_of(made.heads.get(part, b""), size, made.tables.get(part))


def strange(work: RepositoryRun, dumps: Dumps) -> Iterator[Suspicion]:
    """Among big ones nobody would miss a small one."""
    memory = work.memory
    for name, extent in dumps.held.items():
        yield from suspect(extent, memory.past(name, work.now), dump=True)
    emptied = [
        one for name, rows in dumps.rows.items() for one in tables.emptied(rows, memory.tables.get(name, {}))
    ]
    if emptied:
        yield Suspicion("table_emptied", 0, len(emptied), tuple(emptied))
    if dumps.gone:
        names = tuple(one.partition("/")[2] for one in dumps.gone)
        yield Suspicion("database_gone", len(dumps.held), len(dumps.held) + len(names), names)


def learn(memory: Memory, dumps: Dumps) -> None:
    """A good run: what it held is usual from now on."""
    for name, extent in dumps.held.items():
        memory.learn(name, extent)
    memory.learn_rows(dumps.rows)


def _named(dataset: str, part: str) -> str:
    return f"{dataset}/{part}"
