"""Sessions through a firewall, by public address and port: one SQLite file a segment, gone with it.

About 60 bytes a session beside the sealed line: two million sessions a day are 120 MB, so a source has to ask
for it (`index: sessions`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from bitools.iplog.decisions.events import Address, Session
from bitools.iplog.decisions.tenancies import Place
from bitools.iplog.wire import tallies
from bitools.iplog.wire.index import altered

_TABLE = """create table if not exists session (
    start integer not null, end integer not null, public not null, public_port integer not null, inside not
    null, inside_port integer not null, protocol integer not null, flags integer not null, source integer not
    null, line integer not null, primary key (public, public_port, end, source, line)) without rowid"""


class PlacedSession(NamedTuple):
    """A session and where it was read."""

    session: Session
    place: Place


class Sessions:
    """The sessions of one segment; `names` says what the numbers of sources mean."""

    def __init__(self, path: Path, segment: int, *, writing: bool = False) -> None:
        self.segment = segment
        uri = f"file:{path}" if writing else f"file:{path}?mode=ro"
        self.base = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=30)
        if writing:
            path.chmod(0o640)
            self.base.execute("pragma journal_mode=wal")
            self.base.execute("pragma synchronous=normal")
            self.base.execute(_TABLE)
        tallies.prepare_sessions(self.base, writing=writing)

    def add(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Sessions with the number of their source and their line."""
        self.base.execute("begin")
        self.base.executemany("insert or replace into session values (?,?,?,?,?,?,?,?,?,?)", rows)
        self.base.execute("commit")

    def around(
        self, public: Address, port: int, begins: int, ends: int, names: dict[int, str]
    ) -> Iterator[PlacedSession]:
        """The sessions of a public address and port that touch a stretch of time.

        Raise IntegrityBroken if they are not those that were written.
        """
        if tallies.altered_sessions(self.base, public, port):
            raise altered(f"sessions {self.segment:06d}")
        rows = self.base.execute(
            "select * from session where public=? and public_port=? and end>=? and start<=? "
            "order by end, line",
            (public, port, begins, ends),
        )
        for *fields, source, line in rows:
            yield PlacedSession(Session(*fields), Place(self.segment, names.get(source, ""), line))

    def close(self) -> None:
        """Let go of the file."""
        self.base.close()
