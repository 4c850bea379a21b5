"""The log as a run sees it: its segments, sealed and open, its sources, its index kept up to date."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import date, datetime, time, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bitools.errors import IntegrityBroken
from bitools.inventory.iplog import FIXED, IpLog, Source
from bitools.iplog.decisions.instants import Clock
from bitools.iplog.decisions.manifest import Frame
from bitools.iplog.wire import fixed, frames, tallies
from bitools.iplog.wire.cursors import Cursors
from bitools.iplog.wire.frames import Journal
from bitools.iplog.wire.index import Index, Progress, altered, translated, unusable
from bitools.iplog.wire.sessions import Sessions
from bitools.iplog.wire.store import Opened, Store
from bitools.run import Run

LOCK = "iplog"
_TOGETHER = 8  # sealed days that are read in one transaction
_BACK = (
    35  # days that a rewritten journal is compared with; what is older is taken once more, then again known
)


class Archive:
    """Everything of one state, by the inventory of a run."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.settings: IpLog = run.inventory.require_iplog()
        self.zone: ZoneInfo = run.inventory.settings.zone
        self.store = Store(run.state)
        self.cursors = Cursors(self.store)
        self.distrusted = False  # was an index that was altered or damaged thrown away?

    @cached_property
    def today(self) -> date:
        """The day in the municipality's zone."""
        return self.run.started.astimezone(self.zone).date()

    def day(self, seconds: float) -> str:
        """The day of an instant."""
        return datetime.fromtimestamp(seconds, self.zone).date().isoformat()

    def zone_of(self, source: str) -> ZoneInfo:
        """The zone in which a source writes times that name none."""
        known = self.settings.sources.get(source)
        return ZoneInfo(known.zone) if known and known.zone else self.zone

    def clock(self, source: str, written: str) -> Clock:
        """How a source's times are read in lines whose file was last written on this day."""
        zone = self.zone_of(source)
        end = datetime.combine(date.fromisoformat(written) + timedelta(days=1), time(), zone)
        return Clock(zone, round(end.timestamp() * 1000))

    def sweep(self) -> None:
        """Remove what a run left that died after its seal was whole."""
        for left in self.store.leftovers():
            self.save_positions(left)
            self.close(left)

    def save_positions(self, opened: Opened) -> None:
        """Before an open segment goes away, its positions are written down elsewhere."""
        for source in opened.sources():
            self.cursors.save_positions(source, opened)

    def close(self, opened: Opened) -> None:
        """Remove an open segment that is sealed."""
        for source in opened.sources():
            self.cursors.sealed(source, opened.number)
        shutil.rmtree(opened.folder)

    def pieces(self, opened: Opened, source: str) -> Iterator[tuple[str, bytes]]:
        """The lines of an open segment with the day that their file was written."""
        for record in Journal(opened.file(source)).records():
            if record.content:
                yield record.header["written"], record.content

    def sealed_pieces(self, number: int, source: str, listed: Iterable[Frame]) -> Iterator[tuple[str, bytes]]:
        """The same of a sealed one, every frame proven. Raise IntegrityBroken."""
        path = self.store.segment_file(number, source)
        for frame in listed:
            if frame.source == source:
                yield frame.written, frames.content(path, frame)

    def taken(self, source: str) -> set[bytes]:
        """Traces of the rows or blocks of a journal that were taken in the last weeks."""
        from bitools.iplog.wire.follow import trace, units

        known = self.settings.sources.get(source)
        blocks = known is not None and known.format == "dhcpd-leases"
        found: set[bytes] = set()
        for number in self.store.sealed()[-_BACK:]:
            if self.store.segment_file(number, source).exists():
                for _day, content in self.sealed_pieces(number, source, self.store.frames(number)):
                    found.update(trace(unit) for unit in units(content, blocks))
        for opened in self.store.opened():
            for _day, content in self.pieces(opened, source):
                found.update(trace(unit) for unit in units(content, blocks))
        return found

    @property
    def index_file(self) -> Path:
        """Where the index of leases is, or will be: its folder is there."""
        return self.store.path("index", "leases.sqlite")

    @contextmanager
    def index(self, *, writing: bool = False) -> Iterator[Index]:
        """The index, open in the block. One of another version, or that was found altered, is begun anew when
        it is to be written: the next look at the lines fills it.

        Raise IntegrityBroken, saying how it is made, if none can be read or it was altered; Rejected on a
        full disk.
        """
        path = self.index_file
        if writing and self._doubted.exists():
            self.distrusted = True
            self.forget_index()
        if not writing and not path.exists():
            raise unusable()
        try:
            with translated(path):
                index = Index(self.index_file, writing=writing)
                if writing and _wrong(index):
                    self.distrusted = index.fits
                    index.close()
                    self.forget_index()
                    index = Index(self.index_file, writing=True)
                with closing(index):
                    if wrong := _wrong(index):
                        raise wrong
                    yield index
        except IntegrityBroken as error:
            if error.reason == "index" and path.exists():
                with suppress(OSError):
                    self._doubted.touch()
            raise

    @property
    def _doubted(self) -> Path:
        """Lies beside an index that was found altered or damaged, until it is made anew."""
        return self.store.folder / "index" / "doubted"

    def forget_index(self) -> None:
        """Remove the index, which the next run makes anew."""
        shutil.rmtree(self.store.path("index", "x").parent, ignore_errors=True)

    def catch_up(self, index: Index) -> None:
        """Read into the index what is not in it: sealed segments that are still there, then the open ones."""
        sealed = self.store.sealed()
        for begin in range(0, len(sealed), _TOGETHER):
            with index.transaction():  # days that follow each other touch the same pages
                for number in sealed[begin : begin + _TOGETHER]:
                    self._catch_up_sealed(index, number)
        for opened in self.store.opened():
            for source in opened.sources():
                self._catch_up_open(index, opened, source)

    def _catch_up_open(self, index: Index, opened: Opened, source: str) -> None:
        journal = Journal(opened.file(source))
        done = index.progress(opened.number, source)
        known = done.records if 0 <= done.records <= journal.size else 0
        skip, line = journal.before(known)  # with what is known last: a line may refer to the one before it
        stretches = [header["gap"][:2] for _end, header in journal.headers() if "gap" in header]
        if source == FIXED:
            skip = line = 0
        pieces = ((one.header["written"], one.content) for one in journal.records(skip) if one.content)
        self._enter(index, opened.number, source, pieces, stretches, line, journal.size)

    def _catch_up_sealed(self, index: Index, number: int) -> None:
        told = index.base.execute("select 1 from progress where segment=? and records=-1 limit 1", (number,))
        if told.fetchone() or not self.store.segment_file(number, "x").parent.exists():
            return
        listed = self.store.frames(number)
        said = json.loads(self.store.manifest_file(number).read_bytes())["sources"]
        for source in sorted(said):
            stretches = [tuple(gap["at"]) for gap in said[source]["gaps"]]
            self._enter(index, number, source, self.sealed_pieces(number, source, listed), stretches, 0, -1)
        index.base.execute("update progress set records=-1 where segment=?", (number,))

    def _enter(
        self, index: Index, number: int, source: str, pieces: Iterable[tuple[str, bytes]],
        stretches: list[Any], line: int, records: int,
    ) -> None:  # fmt: skip
        from bitools.iplog.wire import indexing  # not at the top: a question reads no lines, and waits for it

        if stretches:
            indexing.gaps(index, number, source, stretches)
        if source == FIXED:
            self._enter_fixed(index, number, pieces)
            return
        known = self.settings.sources.get(source)
        sessions = self._sessions(number) if known and known.index == "sessions" else None
        layout = known.format if known and known.index != "none" else "lines"
        into = indexing.Indexing(index, number, source, layout, partial(self.clock, source), sessions)
        into.enter(pieces, line)
        into.done = into.done._replace(records=records)
        into.finish()
        if sessions is not None:
            sessions.close()

    def _sessions(self, number: int) -> Sessions:
        return Sessions(self.store.path("index", f"sessions-{number:06d}.sqlite"), number, writing=True)

    def _enter_fixed(self, index: Index, number: int, pieces: Iterable[tuple[str, bytes]]) -> None:
        """The list as it was last taken replaces the one before."""
        content = b"".join(part for _day, part in pieces)
        lines = content.decode("utf-8", "replace").split("\n")[: content.count(b"\n")]
        done = index.progress(number, FIXED)
        if done.lines >= len(lines):
            return
        rows: list[fixed.FixedAssignment] = []
        wrong = 0
        for one in fixed.read(lines, self.zone):
            if isinstance(one, fixed.Heading):
                rows, wrong = [], 0
            elif isinstance(one, fixed.FixedAssignment):
                rows.append(one)
            else:
                wrong += 1
        source = index.word(FIXED)
        progress = Progress(len(lines), len(rows), len(lines) - len(rows) - wrong, wrong)
        with index.transaction():
            index.base.execute("delete from fixed")
            values = [(row.ip, row.mac, row.person, row.begins, row.ends, number, row.line) for row in rows]
            index.base.executemany("insert into fixed values (?,?,?,?,?,?,?)", values)
            index.base.execute(
                "insert or replace into progress values (?,?,?,?,?,?,?,?,?,?)", (number, source, *progress)
            )

    def sources(self) -> dict[str, Source]:
        """The sources by name."""
        return self.settings.sources


def _wrong(index: Index) -> IntegrityBroken | None:
    """Why an index is not to be used, as far as a look at its small tables tells."""
    if not index.fits:
        return unusable()
    part = next(tallies.altered_tables(index.base), None)
    return altered(part) if part else None
