"""Lines into the index, as they stand in a segment, from where the index ends.

What it makes of them depends on the lines and their order only, never on how many came at a time: an index
made anew is equal to one that grew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bitools.iplog.decisions.events import LONGEST, Action, Event, Flag, Meaning, Reader, Session, Word
from bitools.iplog.decisions.formats import JOURNALS, READERS, verbatim
from bitools.iplog.decisions.instants import Clock
from bitools.iplog.wire import tallies
from bitools.iplog.wire.encoding import texts
from bitools.iplog.wire.index import BUCKET, Index, Progress
from bitools.iplog.wire.sessions import Sessions

_BATCH = 50_000  # events in a transaction
_RECALLED = 50  # lines before the first new one that are read once more
_MET = 500_000  # names and holders that are remembered
_IGNORED, _UNTIMED = Word.IGNORED, Flag.UNTIMED
_TIMED = (Action.ACK, Action.DECLINE)  # events that are written when they happen


class Indexing:
    """One source's segment on its way into the index. Use `enter`, then `finish`."""

    def __init__(
        self,
        index: Index,
        segment: int,
        source: str,
        layout: str,
        clock: Callable[[str], Clock],
        sessions: Sessions | None = None,
    ) -> None:
        self.index, self.segment, self.name = index, segment, source
        self.sessions, self.clock = sessions, clock
        self.make = READERS[layout]
        self.journal = layout in JOURNALS  # where the end of what was only offered lies ahead of its block
        self.source = index.word(source)
        self.nothing = index.word("")
        self.met = index.met
        self.done = index.progress(segment, source)
        self.last = index.base.execute("select at from latest where source=?", (self.source,)).fetchone()
        self.latest: int | None = self.last[0] if self.last else None
        query = "select 1 from trouble where source=? and ends is null"
        self.troubled = index.base.execute(query, (self.source,)).fetchone() is not None
        query = "select 1 from untimed where source=?"
        self.waiting = index.base.execute(query, (self.source,)).fetchone() is not None
        self._readers: dict[str, Reader] = {}
        self._clear()

    def _clear(self) -> None:
        self.rows: list[Sequence[Any]] = []
        self.heard: dict[int, list[int]] = {}
        self.holders: set[tuple[bytes, Any, str]] = set()  # names as written; folded when they go in
        self.troubles: list[list[Any]] = []
        self.untimed: list[list[Any]] = []
        self.twice: list[tuple[int, ...]] = []
        self.translated: list[tuple[Any, ...]] = []
        self.longest = 0
        self.closed: int | None = None  # when the first event after earlier troubles came
        self.told: int | None = None  # when the first timed event after earlier untimed ends came

    def enter(self, pieces: Iterable[tuple[str, bytes]], line: int = 0) -> None:
        """Read pieces: the day their file was written, and whole lines; `line` lines came before them.

        Lines that are in already are passed over; the last of them are read for what they say of the next.
        """
        for written, content in pieces:
            count = content.count(b"\n")
            if line + count <= self.done.lines:
                line += count
                if line == self.done.lines:
                    self._recall(written, texts(content))
            elif self.make is verbatim.reader:
                fresh = line + count - self.done.lines
                line += count
                self.done = self.done._replace(lines=line, ignored=self.done.ignored + fresh)
            else:
                line = self._read(written, texts(content), line)
            if len(self.rows) + len(self.translated) >= _BATCH:
                self.finish()

    def _read(self, written: str, rows: list[str], line: int) -> int:
        """The lines of one piece; give the number of its last."""
        skip = self.done.lines
        self._recall(written, rows[: max(0, skip - line)])
        _lines, events, ignored, unparsed, impossible, first, last, records = self.done
        read, event = self._reader(written), self._event
        for text in rows:
            line += 1
            if line <= skip:
                continue
            found = read(text)
            if type(found) is Event:
                at = event(found, line)
            elif found is _IGNORED:
                ignored += 1
                continue
            elif isinstance(found, Word):
                unparsed += found is Word.UNPARSED
                impossible += found is Word.IMPOSSIBLE
                self._trouble(line)
                continue
            else:
                at = self._session(found, line)
            events += 1
            first = at if first is None or at < first else first
            last = at if last is None or at > last else last
        self.done = Progress(line, events, ignored, unparsed, impossible, first, last, records)
        return line

    def _recall(self, written: str, rows: list[str]) -> None:
        """That an ACK answers an INFORM, or keeps a lease as it was, stands in a line before it."""
        read = self._reader(written)
        for text in rows[-_RECALLED:]:
            read(text)

    def _reader(self, written: str) -> Reader:
        if written not in self._readers:
            self._readers[written] = self.make(self.clock(written))
        return self._readers[written]

    def _event(self, event: Event, line: int) -> int:
        at, action, ip, mac, host, lease, relay, circuit, flags, other = event
        if flags & _UNTIMED:
            at = at if self.latest is None else max(at, self.latest)
        elif (self.untimed or self.waiting) and action in _TIMED:
            self._timed(at)
        manner = self.index.manner(self.source, int(action), lease, relay, circuit, flags)
        name = self.index.word(host) if host else self.nothing
        row: Sequence[Any] = (ip, at, self.segment, line, manner, mac, name, other)
        if flags & _UNTIMED:
            self.untimed.append(row := [*row])
        elif other is not None:
            self.twice.append((self.source, at, other, self.segment, line))
        self.rows.append(row)
        if mac is not None and (mac, ip, host) not in self.met:
            self.holders.add((mac, ip, host))
        if lease is not None and action == Action.ACK and self.longest < lease < LONGEST:
            self.longest = lease
        if self.journal and action not in _TIMED and self.latest is not None:
            self._spoken(min(at, self.latest))
        else:
            self._spoken(at)
        return at

    def _spoken(self, at: int) -> None:
        """Something was heard of the source."""
        bucket = self.heard.get(at // BUCKET)
        if bucket is None:
            self.heard[at // BUCKET] = [at, at, 1]
        else:
            bucket[0] = at if at < bucket[0] else bucket[0]
            bucket[1] = at if at > bucket[1] else bucket[1]
            bucket[2] += 1
        if self.latest is None or at > self.latest:
            self.latest = at
        if self.troubled:
            self._mended(at)

    def _timed(self, at: int) -> None:
        """What ended some time before had ended by now."""
        if self.waiting:
            self.told, self.waiting = at, False
        for row in self.untimed:
            if row[-1] is None:
                row[-1] = max(at, row[1])

    def _trouble(self, line: int) -> None:
        """A line that was not understood: until the next event it could have said anything."""
        if not self.troubled:
            self.troubles.append([self.source, self.latest, None, self.segment, line])
            self.troubled = True

    def _mended(self, at: int) -> None:
        self.troubled = False
        if self.troubles and self.troubles[-1][2] is None:
            self.troubles[-1][2] = at
        else:
            self.closed = at

    def _session(self, found: Meaning, line: int) -> int:
        assert isinstance(found, Session)
        self._spoken(found.end)
        if self.sessions is not None:
            self.translated.append((*found, self.source, line))
        return found.end

    def finish(self) -> None:
        """Write what was read, and how far, in one transaction."""
        if self.sessions is not None and self.translated:
            self.sessions.add(self.translated)  # first, and by place: written twice they are there once
        with self.index.transaction():
            self._write()
        if len(self.met) > _MET:
            self.met.clear()
        self.met.update(self.holders)
        self._clear()

    def _write(self) -> None:
        base, source = self.index.base, self.source
        if self.told is not None:
            self._tell(self.told)
        rows = [
            row  # in the order of the index, which writes it fastest; IPv6 after IPv4, as SQLite sorts them
            for kind in (int, bytes)
            for row in sorted(tuple(row) for row in self.rows if isinstance(row[0], kind))
        ]
        tallies.enter(base, rows)
        pending = [(source, row[0], row[1], row[2], row[3]) for row in self.untimed if row[-1] is None]
        base.executemany("insert into untimed values (?,?,?,?,?)", pending)
        self.waiting = self.waiting or bool(pending)
        base.executemany("insert into twice values (?,?,?,?,?)", self.twice)
        holders = {(mac, ip) for mac, ip, _host in self.holders}
        base.executemany("insert or ignore into holder values (?,?)", holders)
        folded = {(host.casefold(), mac) for mac, _ip, host in self.holders if host}
        base.executemany("insert or ignore into named values (?,?)", folded)
        base.executemany(
            "insert into heard values (?,?,?,?,?) on conflict do update set "
            "first=min(first, excluded.first), "
            "last=max(last, excluded.last), events=events+excluded.events",
            [(source, bucket, *told) for bucket, told in self.heard.items()],
        )
        if self.closed is not None:
            base.execute("update trouble set ends=? where source=? and ends is null", (self.closed, source))
        base.executemany("insert into trouble values (?,?,?,?,?)", self.troubles)
        if self.longest:
            base.execute(
                "insert into longest values (?,?) on conflict do update set lease=max(lease, excluded.lease)",
                (source, self.longest),
            )
        if self.latest is not None:
            base.execute("insert or replace into latest values (?,?)", (source, self.latest))
        base.execute(
            "insert or replace into progress values (?,?,?,?,?,?,?,?,?,?)", (self.segment, source, *self.done)
        )

    def _tell(self, at: int) -> None:
        """Ends of earlier batches whose time was not said had come by now."""
        base = self.index.base
        rows = base.execute(
            "select ip, at, segment, line from untimed where source=?", (self.source,)
        ).fetchall()
        base.executemany(
            "update sighting set alternative=max(at, ?) where ip=? and at=? and segment=? "
            "and line=? and manner in (select id from manner where source=?)",
            [(at, *row, self.source) for row in rows],
        )
        base.execute("delete from untimed where source=?", (self.source,))


def gaps(index: Index, segment: int, source: str, stretches: Iterable[tuple[float, float]]) -> None:
    """Write down the stretches (seconds) of a segment whose lines were lost, in place of what was there."""
    number = index.word(source)
    index.base.execute("delete from gap where source=? and segment=?", (number, segment))
    rows = [(number, round(begins * 1000), round(ends * 1000), segment) for begins, ends in stretches]
    index.base.executemany("insert into gap values (?,?,?,?)", rows)
