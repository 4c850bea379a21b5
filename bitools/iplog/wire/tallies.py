"""What the index must hold: how many rows of every table, and the sum of their marks.

A row that is gone or was altered changes who held an address, or makes somebody nobody. Whoever asks compares
what was read with the tallies. They are kept by triggers of the writing connection alone (`temp`), so that
what another program writes into the file is in no tally. Against one who alters both stands what is sealed.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bitools.iplog.decisions.events import Address

TABLE = """create table tally (part text not null, key not null, rows integer not null, sum integer not null,
primary key (part, key)) without rowid;"""
SMALL = ("word", "manner", "untimed", "twice", "trouble", "gap", "progress", "longest", "latest", "fixed")
CLIENTS = ("holder", "named")  # one row a client and address: for questions about clients
_SIGHTING, _HEARD, _SESSION, _ALL = "sighting", "heard", "session", "all"
_SPAN = 12  # bits of a bucket's number that share a tally: four weeks of a source
_WEIGHTS = (1, 3, 1009, 211, 223, 17, 227, 5, 19, 23), (31, 7, 101, 103, 107, 1, 109, 11, 13, 29)
_LEAN = (1, 3, 0, 0, 223, 17, 0, 0), (0, 0, 101, 103, 0, 0, 109, 11)  # of sightings: there are millions
_PRIMES = 536_870_909, 2_147_483_629, 2_147_483_647  # the product of the first two fits SQLite's integers


def prepare(base: sqlite3.Connection, *, writing: bool) -> None:
    """Let a connection compute marks; of one that writes, keep the tallies."""
    base.create_function("crc", 1, zlib.crc32, deterministic=True)
    if not writing:
        return
    base.execute("pragma temp_store=memory")
    base.execute("create temp table batch as select * from sighting where 0")
    base.execute("create temp table sums (ip, rows integer, sum integer)")
    nothing = [(part,) for part in (*SMALL, *CLIENTS, _ALL)]
    base.executemany("insert or ignore into tally values (?, 0, 0, 0)", nothing)
    for part in (*SMALL, *CLIENTS, _HEARD):
        watch(base, part)
    watch(base, _SIGHTING, _ALL, ("delete", "update"))


def enter(base: sqlite3.Connection, rows: Sequence[Sequence[Any]]) -> None:
    """Write sightings with their tallies, all at once: of them there are millions."""
    if not rows:
        return
    base.executemany("insert into batch values (?,?,?,?,?,?,?,?)", rows)
    base.execute("insert into sighting select * from batch")
    mark = _mark(base, _SIGHTING)
    base.execute(f"insert into sums select ip, count(*), sum({mark}) from batch group by ip")  # noqa: S608  # ours
    for part, key, values in ((_SIGHTING, "ip", "rows, sum"), (_ALL, "0", "sum(rows), sum(sum)")):
        base.execute(
            f"insert into tally select '{part}', {key}, {values} from sums where 1 "  # noqa: S608  # ours
            "on conflict do update set rows=rows+excluded.rows, sum=sum+excluded.sum"
        )
    base.execute("delete from sums")
    base.execute("delete from batch")


def of_address(base: sqlite3.Connection, ip: Address) -> int | None:
    """How many sightings of an address there are; None if they are not those that were written."""
    read = _read(base, _SIGHTING, "ip=?", ip)
    return read[0] if read == _kept(base, _SIGHTING, ip) else None


def of_addresses(base: sqlite3.Connection) -> list[Address]:
    """Every address of which something was written, whether or not it is still there."""
    query = "select key from tally where part=? and rows<>0 order by key"
    return [ip for (ip,) in base.execute(query, (_SIGHTING,))]


def altered_tables(base: sqlite3.Connection, parts: Iterable[str] = SMALL) -> Iterator[str]:
    """The tables that do not hold what was written; that no tally of an address is missing."""
    for part in parts:
        if _read(base, part) != _kept(base, part, 0):
            yield part
    if not _complete(base, _SIGHTING):
        yield _SIGHTING


def prepare_sessions(base: sqlite3.Connection, *, writing: bool) -> None:
    """The same for the sessions of a segment, which have a file of their own."""
    base.create_function("crc", 1, zlib.crc32, deterministic=True)
    if writing:
        base.execute(TABLE.replace("create table", "create table if not exists"))
        base.execute("insert or ignore into tally values (?, 0, 0, 0)", (_ALL,))
        watch(base, _SESSION, _ALL)


def altered_sessions(base: sqlite3.Connection, public: Address, port: int) -> bool:
    """Are the sessions of a public address and port not those that were written?"""
    key = base.execute("select crc(cast(? as blob))*65536+?", (public, port)).fetchone()[0]
    told = _read(base, _SESSION, "public=? and public_port=?", public, port)
    return told != _kept(base, _SESSION, key) or not _complete(base, _SESSION)


def _complete(base: sqlite3.Connection, part: str) -> bool:
    """Is no tally of this table missing?"""
    query = "select coalesce(sum(rows), 0), coalesce(sum(sum), 0) from tally where part=?"
    return bool(base.execute(query, (part,)).fetchone() == _kept(base, _ALL, 0))


def altered_silence(base: sqlite3.Connection, source: int, span: int) -> bool:
    """Is what tells when a source was heard not what was written, in these weeks (`span_of`)?"""
    first = span << _SPAN
    where = f"source=? and bucket between {first} and {first + (1 << _SPAN) - 1}"
    return _read(base, _HEARD, where, source) != _kept(base, _HEARD, (source << 32) + span)


def span_of(bucket: int) -> int:
    """The weeks that ten minutes are in, which share a tally."""
    return bucket >> _SPAN


def altered_anywhere(base: sqlite3.Connection) -> Iterator[str]:
    """The same of the whole index, row by row: some seconds for two years."""
    yield from altered_tables(base, (*SMALL, *CLIENTS))
    for part in (_SIGHTING, _HEARD):
        key = _key(part).format("")
        groups = f"select {key} k, count(*) n, sum({_mark(base, part)}) s from {part} group by k"  # noqa: S608  # ours
        query = (
            "select count(*), coalesce(sum(rows is n and sum is s), 0) "  # noqa: S608  # ours
            f"from ({groups}) left join tally on part='{part}' and key=k"
        )
        held, alike = base.execute(query).fetchone()
        kept = base.execute("select count(*) from tally where part=? and rows<>0", (part,)).fetchone()[0]
        if not held == alike == kept:
            yield part


def watch(
    base: sqlite3.Connection, part: str, whole: str = "", acts: Iterable[str] = ("insert", "delete", "update")
) -> None:
    """Keep the tallies of a table while this connection writes; as `whole` that of all its rows."""
    base.execute("pragma recursive_triggers=1")  # what is replaced was deleted
    places = [(part, _key(part)), *([(whole, "0")] if whole else [])]
    for act in acts:
        steps = [_removed(base, part, *place) for place in places] if act != "insert" else []
        steps += [_added(base, part, *place) for place in places] if act != "delete" else []
        base.execute(
            f"create temp trigger tally_{part}_{act} after {act} on {part} begin {';'.join(steps)}; end"
        )


def _added(base: sqlite3.Connection, part: str, name: str, key: str) -> str:
    mark = _mark(base, part, "new.")
    return (
        f"insert into tally values ('{name}', {key.format('new.')}, 1, {mark}) "  # noqa: S608  # ours
        "on conflict do update set rows=rows+1, sum=sum+excluded.sum"
    )


def _removed(base: sqlite3.Connection, part: str, name: str, key: str) -> str:
    mark, there = _mark(base, part, "old."), key.format("old.")
    return f"update tally set rows=rows-1, sum=sum-{mark} where part='{name}' and key={there}"  # noqa: S608  # ours


def _key(part: str) -> str:
    """Which rows share a tally, as SQL; `{0}` stands before columns."""
    return {
        _SIGHTING: "{0}ip",
        _HEARD: f"(({{0}}source<<32)+({{0}}bucket>>{_SPAN}))",
        _SESSION: "(crc(cast({0}public as blob))*65536+{0}public_port)",
    }.get(part, "0")


def _mark(base: sqlite3.Connection, part: str, row: str = "") -> str:
    """A number of the whole row, as SQL: two sums of its columns, multiplied; by what SQLite can do fast."""
    columns = [
        _number(f"{row}{name}", kind.casefold())
        for _id, name, kind, *_rest in base.execute(f"pragma table_info({part})")
    ]
    one, two = (
        "+".join(["7", *(f"{column}*{by}" for column, by in zip(columns, weights, strict=False) if by)])
        for weights in (_LEAN if part == _SIGHTING else _WEIGHTS)
    )
    return f"((({one})%{_PRIMES[0]})*(({two})%{_PRIMES[1]})%{_PRIMES[2]})"


def _number(column: str, kind: str) -> str:
    if kind == "integer":
        return f"ifnull({column},-1)"
    if kind == "blob":
        return f"crc(cast(ifnull({column},x'') as blob))"
    return f"case typeof({column}) when 'integer' then {column} else crc(cast({column} as blob)) end"


def _read(base: sqlite3.Connection, part: str, where: str = "1", *values: Any) -> tuple[int, int]:
    query = f"select count(*), coalesce(sum({_mark(base, part)}), 0) from {part} where {where}"  # noqa: S608  # ours
    count, total = base.execute(query, values).fetchone()
    return count, total


def _kept(base: sqlite3.Connection, part: str, key: Address) -> tuple[int, int] | None:
    row = base.execute("select rows, sum from tally where part=? and key=?", (part, key)).fetchone()
    return row or ((0, 0) if part in (_SIGHTING, _HEARD, _SESSION) else None)
