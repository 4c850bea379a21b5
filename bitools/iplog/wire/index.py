"""The index: what the lines say, by address, in SQLite. Derived: it can be deleted and made anew at will.

Events are kept as they are, not as tenancies: what was cut, renewed or contested is decided when it is asked,
from the same events in the same order, however they came in. `progress` says how far each segment is in it,
written with the events in one transaction: killed anywhere, nothing is missing and nothing is there twice.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

from bitools.errors import IntegrityBroken
from bitools.i18n import _
from bitools.iplog.decisions.events import Address, Event
from bitools.iplog.decisions.tenancies import Place, Sighting
from bitools.iplog.wire import tallies
from bitools.state import roomy

VERSION = 4
_END = 1 << 62
Stretch: TypeAlias = tuple[int, int]  # first and last instant, ms
BUCKET = 600_000  # ms; how finely is remembered when a source said something
_TABLES = """
create table word (id integer primary key, text text not null unique);
create table manner (
    id integer primary key, source integer not null, action integer not null, lease integer, relay integer not
    null, circuit integer not null, flags integer not null);
create index manner_of on manner (source, action, relay, circuit, flags, lease);
create table sighting (
    ip not null, at integer not null, segment integer not null, line integer not null, manner integer not
    null, mac blob, host integer not null, alternative integer, primary key (ip, at, segment, line, manner))
    without rowid;
create view event as
    select ip, at, segment, line, source, action, mac, host, lease, relay, circuit, flags, alternative
    from sighting join manner on manner.id=manner;
create table untimed (
    source integer not null, ip not null, at integer not null, segment integer not null, line integer not
    null);
create table twice (
    source integer not null, at integer not null, alternative integer not null, segment integer not null,
    line integer not null);
create table holder (mac blob not null, ip not null, primary key (mac, ip)) without rowid;
create table named (host text not null, mac blob not null, primary key (host, mac)) without rowid;
create table heard (
    source integer not null, bucket integer not null, first integer not null, last integer not null,
    events integer not null, primary key (source, bucket)) without rowid;
create table trouble (
    source integer not null, begins integer, ends integer, segment integer not null, line integer not null);
create index trouble_open on trouble (source) where ends is null;
create index trouble_ends on trouble (source, ends);
create table gap (source integer not null, begins integer not null, ends integer not null, segment integer not
null); create table progress (
    segment integer not null, source integer not null, lines integer not null, events integer not null,
    ignored integer not null, unparsed integer not null, impossible integer not null, first integer, last
    integer, records integer not null, primary key (segment, source)) without rowid;
create table longest (source integer primary key, lease integer not null);
create table latest (source integer primary key, at integer not null);
create table fixed (ip not null, mac blob, person text not null, begins integer not null, ends integer,
    segment integer not null, line integer not null);
"""


_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)  # a write-ahead log that finds no room is an I/O error
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_OTHER = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT)  # a table is gone; rows where none should be


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Use an index in the block. Raise Rejected on a full disk, IntegrityBroken if it is damaged."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _FULL:
            with roomy(path):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        if code in (*_DAMAGED, *_OTHER):
            raise unusable() from error
        raise


def unusable() -> IntegrityBroken:
    """There is none, or none that can be read: nothing is lost, as it is made of sealed lines."""
    return _anew(_("there is no index of the log, or none that this version can read"))


def altered(part: str) -> IntegrityBroken:
    """It does not hold what was written: whatever it says of anybody, or of nobody, is not believed."""
    return _anew(_("the index of the log was altered: {part}").format(part=part))


def _anew(text: str) -> IntegrityBroken:
    return IntegrityBroken(text, hint=_("make it anew: bitools iplog ingest --reindex"), reason="index")


class Progress(NamedTuple):
    """How much of a source's segment the index holds, and what it was."""

    lines: int = 0
    events: int = 0
    ignored: int = 0
    unparsed: int = 0
    impossible: int = 0
    first: int | None = None
    last: int | None = None
    records: int = 0


class Index:
    """One index file. Opened for reading only, unless `writing`."""

    def __init__(self, path: Path, *, writing: bool = False) -> None:
        self.path = path
        uri = f"file:{path}" if writing else f"file:{path}?mode=ro"
        self.base = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=30)
        self.base.execute("pragma cache_size=-65536" if writing else "pragma query_only=1")
        self._words: dict[str, int] = {}
        self._manners: dict[tuple[Any, ...], int] = {}
        self._around = lru_cache(4096)(self._neighbours)  # for who reads, and does not write
        self._troubled = lru_cache(4096)(self._has)
        self.met: set[tuple[bytes, Address, str]] = set()  # holders with their names that are in already
        if not writing:
            self.base.execute("begin")  # what is read is of one moment, whoever writes meanwhile
        if writing:
            path.chmod(0o640)
            self.base.execute("pragma journal_mode=wal")
            self.base.execute("pragma synchronous=normal")  # a crash may cost the last batch; it is read anew
            if not self.base.execute("pragma user_version").fetchone()[0]:
                self.base.executescript(
                    f"begin;{_TABLES}{tallies.TABLE}pragma user_version={VERSION};commit;"
                )
        if self.fits:
            tallies.prepare(self.base, writing=writing)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What the block writes is in whole or not at all; inside another one it belongs to that."""
        if self.base.in_transaction:
            yield
            return
        self.base.execute("begin")
        try:
            yield
        except BaseException:
            self.base.execute("rollback")
            raise
        self.base.execute("commit")

    def close(self) -> None:
        """Let go of the file."""
        self.base.close()

    @property
    def fits(self) -> bool:
        """Is it of this version?"""
        return bool(self.base.execute("pragma user_version").fetchone()[0] == VERSION)

    def word(self, text: str) -> int:
        """The number of a word; it is added if need be."""
        if (known := self._words.get(text)) is not None:
            return known
        row = self.base.execute("select id from word where text=?", (text,)).fetchone()
        if row is None:
            row = (self.base.execute("insert into word (text) values (?)", (text,)).lastrowid,)
        if len(self._words) > 200_000:
            self._words.clear()
        number = self._words[text] = int(row[0])
        return number

    def manner(
        self, source: int, action: int, lease: int | None, relay: str, circuit: str, flags: int
    ) -> int:
        """The number of what many events have in common; it is added if need be."""
        key = source, action, lease, relay, circuit, flags
        if (known := self._manners.get(key)) is not None:
            return known
        values = source, action, self.word(relay), self.word(circuit), flags, lease
        row = self.base.execute(
            "select id from manner where source=? and action=? and relay=? and circuit=? and flags=? "
            "and lease is ?", values,
        ).fetchone()  # fmt: skip
        if row is None:
            told = "insert into manner (source, action, relay, circuit, flags, lease) values (?,?,?,?,?,?)"
            row = (self.base.execute(told, values).lastrowid,)
        if len(self._manners) > 200_000:
            self._manners.clear()
        number = self._manners[key] = int(row[0])
        return number

    def source(self, name: str) -> int:
        """The number of a source, 0 if nothing of it is here."""
        if (known := self._words.get(name)) is not None:
            return known
        row = self.base.execute("select id from word where text=?", (name,)).fetchone()
        if row is None:
            return 0
        number = self._words[name] = int(row[0])
        return number

    def progress(self, segment: int, source: str) -> Progress:
        """How far a segment is in."""
        row = self.base.execute(
            "select lines, events, ignored, unparsed, impossible, first, last, records from progress "
            "where segment=? and source=?",
            (segment, self.source(source)),
        ).fetchone()
        return Progress(*row) if row else Progress()

    def segments(self, source: str, begins: int, ends: int) -> list[int]:
        """Those in which a source's lines tell of this stretch of time (ms)."""
        rows = self.base.execute(
            "select segment from progress where source=? and last>=? and first<=?",
            (self.source(source), begins, ends),
        )
        return [segment for (segment,) in rows.fetchall()]

    def events(self, ip: Address, begins: int, ends: int) -> Iterator[Sighting]:
        """The events of an address in a stretch of time, by time, then by place."""
        rows = self.base.execute(
            "select at, action, mac, h.text, lease, r.text, c.text, flags, alternative, segment, "
            "s.text, line "
            "from event join word h on h.id=host join word r on r.id=relay join word c on c.id=circuit "
            "join word s on s.id=source where ip=? and at between ? and ? order by at, segment, line",
            (ip, begins, ends),
        )
        for at, action, mac, host, lease, relay, circuit, flags, other, segment, source, line in rows:
            event = Event(at, action, ip, mac, host, lease, relay, circuit, flags, other)
            yield Sighting(event, Place(segment, source, line))

    def addresses_of(self, mac: bytes) -> list[Address]:
        """Every address that this hardware address ever had."""
        return [ip for (ip,) in self.base.execute("select ip from holder where mac=? order by ip", (mac,))]

    def macs_of(self, host: str) -> list[bytes]:
        """Every hardware address that ever bore this name."""
        rows = self.base.execute("select mac from named where host=? order by mac", (host.casefold(),))
        return [mac for (mac,) in rows]

    def heard(self, source: str, at: int) -> tuple[int | None, int | None, int | None]:
        """When a source was first heard, last at or before an instant, and next after it.

        To ten minutes: never later than true before the instant, never earlier than true after it.
        """
        oldest, before, own, after = self._around(source, at // BUCKET)
        first = oldest[0] if oldest else None
        last = before[1] if before else None
        next_ = after[0] if after else None
        if own and own[0] <= at:
            last = own[1] if own[1] <= at else own[0]
        if own and own[1] > at:
            next_ = own[0] if own[0] > at else own[1]
        return first, last, next_

    def _neighbours(self, source: str, bucket: int) -> tuple[Stretch | None, ...]:
        """When a source was heard in the first ten minutes of all, those before, these, and those after."""
        ask = self.base.execute
        number, columns = self.source(source), "select first, last from heard where source=?"
        return (
            ask(f"{columns} order by bucket limit 1", (number,)).fetchone(),
            ask(f"{columns} and bucket<? order by bucket desc limit 1", (number, bucket)).fetchone(),
            ask(f"{columns} and bucket=?", (number, bucket)).fetchone(),
            ask(f"{columns} and bucket>? order by bucket limit 1", (number, bucket)).fetchone(),
        )

    def silences(self, source: str, begins: int, ends: int, longer: int) -> list[Stretch]:
        """Stretches of more than so many ms in which a source said nothing, which touch this one.

        The one that goes on beyond its end is not among them.
        """
        number, last = self.source(source), ends // BUCKET
        query = "select max(bucket) from heard where source=? and bucket<=?"
        first = self.base.execute(query, (number, begins // BUCKET)).fetchone()[0]
        rows = self.base.execute(
            "select before, first from (select first, lag(last) over (order by bucket) before from heard "
            "where source=? and bucket between ? and ?) where first-before>? and before<=? and first>?",
            (number, begins // BUCKET if first is None else first, last, longer, ends, begins),
        )
        return [(before, after) for before, after in rows]

    def troubles(self, source: str, begins: int, ends: int) -> list[tuple[int, int]]:
        """Stretches with lines that were not understood, which touch this one."""
        return self._stretches("trouble", source, begins, ends)

    def gaps(self, source: str, begins: int, ends: int) -> list[tuple[int, int]]:
        """Stretches whose lines were lost, which touch this one."""
        return self._stretches("gap", source, begins, ends)

    def _stretches(
        self, table: Literal["trouble", "gap"], source: str, begins: int, ends: int
    ) -> list[Stretch]:
        number = self.source(source)
        if not self._troubled(table, number):
            return []
        rows = self.base.execute(
            f"select coalesce(begins, 0), ends from {table} "  # noqa: S608  # one of two names
            f"where source=? and ends>=? and coalesce(begins, 0)<=? union all "
            f"select coalesce(begins, 0), {_END} from {table} "
            f"where source=? and ends is null and coalesce(begins, 0)<=?",
            (number, begins, ends, number, ends),
        )
        return [(first, last) for first, last in rows]

    def _has(self, table: str, number: int) -> bool:
        """Is anything there of this source? Mostly not."""
        query = f"select 1 from {table} where source=? limit 1"  # noqa: S608  # one of two names
        return self.base.execute(query, (number,)).fetchone() is not None

    def longest(self, source: str) -> int | None:
        """The longest lease a source ever said, in seconds."""
        row = self.base.execute("select lease from longest where source=?", (self.source(source),)).fetchone()
        return int(row[0]) if row else None

    def twice(self, source: str, begins: int, ends: int) -> Iterable[tuple[int, int, int, int]]:
        """Events of an hour that happened twice: both instants and their place, in the order of lines."""
        return self.base.execute(
            "select at, alternative, segment, line from twice where source=? and at between ? and ? "
            "order by segment, line",
            (self.source(source), begins, ends),
        )
