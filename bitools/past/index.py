"""The index of all documents, in SQLite: derived, made anew at will, deleted at will, never the truth.

It holds what reports need of each document (`essence`), and of each file its size, time and inode: by these
every reader finds out whether it is still as the folder is, and brings it up to date first. A run that is
killed meanwhile leaves what it had done; one at a time does it. Where it cannot be written it is made in
memory.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from bitools import __version__
from bitools.collection import no_collection
from bitools.documents.words import kind
from bitools.errors import BitoolsError, IntegrityBroken, InventoryInvalid, Locked, Rejected
from bitools.owned import Listed
from bitools.past import months
from bitools.past.essence import is_standing, split
from bitools.past.months import Line, line_of
from bitools.state import State, as_document, open_shared

FOLDER, FILE = "index", "documents.sqlite"
VERSION = 1
_BATCH = 5_000  # documents written in one step
_RECENT = 5_000  # documents that are looked at whatever else is
_PATIENCE = 300.0  # seconds that another run may need to make it anew
_TABLES = """
create table text (id integer primary key, hash blob not null unique, content text not null);
create table document (
    file text primary key, run text not null, name text not null, kind text not null, began integer not null,
    started text not null, finished text not null, size integer not null, written integer not null,
    inode integer not null, month text not null, sha256 text not null, standing integer not null,
    content integer, own integer, complaint text not null) without rowid;
create index document_began on document (began, file);
create index document_kind on document (kind, began);
create table about (key text primary key, value text not null) without rowid;
"""
_COLUMNS = ", ".join("?" * 16)
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_UNUSED = (
    "delete from text where id not in (select content from document where content is not null"
    " union select own from document where own is not null)"
)


def forget(state: State) -> None:
    """Delete it, since documents were rewritten whose words must stand nowhere. Raise Locked."""
    if state.at(FOLDER).is_dir():
        with state.lock(FOLDER, wait=_PATIENCE):
            _remove(state)


def _remove(state: State) -> None:
    path = state.path(FOLDER, FILE)
    for end in ("", "-journal", "-wal", "-shm"):
        path.with_name(FILE + end).unlink(missing_ok=True)


class Index:
    """Opened, and as the folder is now. `broken`: months that cannot be read.

    `recent`: of what is older than the newest thousands it is enough that the names are those that were
    known. So how things stand is told in half the time; an old document that was changed in its place is
    found by the next report.
    """

    def __init__(self, state: State, *, recent: bool = False) -> None:
        self._state, self._recent = state, recent
        self._texts: dict[bytes, int] = {}
        self.broken: list[IntegrityBroken] = []
        with no_collection():
            word = self._seen()
        self.base = self._opened() if self._names or self._months else _connect(None)
        try:
            self._refresh(word)
        except sqlite3.Error as error:
            self.base.close()
            self.base = _connect(None) if "locked" in str(error) else self._anew()
            self._refresh(word)

    def _opened(self) -> sqlite3.Connection:
        """The file, if it is one of this version; else an empty one in its place, or in memory."""
        try:
            return _connect(self._state.path(FOLDER, FILE))
        except (sqlite3.Error, BitoolsError, OSError):
            return self._anew()

    def _anew(self) -> sqlite3.Connection:
        try:
            _remove(self._state)
            return _connect(self._state.path(FOLDER, FILE))
        except (sqlite3.Error, BitoolsError, OSError):
            return _connect(None)

    def _refresh(self, word: str) -> None:
        if word == self._about("recent" if self._recent else "seen") or not (self._names or self._months):
            return
        try:
            with self._state.lock(FOLDER, wait=_PATIENCE):
                self._catch_up()
        except (Locked, InventoryInvalid, Rejected):  # held for long, or nothing can be written
            self.base.close()
            self.base = _connect(None)
            self._catch_up()

    def _seen(self) -> str:
        """One word for how the folders are now, as far as that is looked at."""
        self._names = _of_runs(self._state.names("documents", pattern="*.json"))
        archived = _of_runs(self._state.names(months.FOLDER, pattern=f"*{months.SUFFIX}"))
        self._months = self._state.listing(months.FOLDER, archived)
        names = self._names[-_RECENT:] if self._recent else self._names
        self._documents = self._state.listing("documents", names)
        return self._word(self._documents) if not self._recent else self._recent_word(self._documents)

    def _word(self, documents: Sequence[Listed], *names: str) -> str:
        every = [f"{name}/{size}/{written}/{inode}" for name, size, written, inode in documents]
        every += ["/".join(map(str, one)) for one in self._months]
        every += names
        return hashlib.blake2b("\n".join(every).encode("utf-8", "surrogateescape")).hexdigest()

    def _recent_word(self, documents: Sequence[Listed]) -> str:
        return self._word(documents[-_RECENT:], *self._names)

    def _catch_up(self) -> None:
        self._recent, self._texts = False, {}
        word, self.broken = self._seen(), []
        here = {one.name: one for one in self._documents}
        rows = self.base.execute("select file, size, written, inode from document where month = ''")
        known = {Listed(*row) for row in rows}
        gone = [(one.name,) for one in known if one.name not in here]
        self.base.executemany("delete from document where file = ?", gone)
        if gone:
            self.base.execute("delete from about where key like 'month %'")  # it may stand in one of them
            self.base.execute(_UNUSED)
        whole = self._take([name for name, one in here.items() if one not in known], here)
        for month in self._months:
            self._take_month(month)
        self._forget_months()
        if whole and not self.broken:
            self._tell("seen", word)
            self._tell("recent", self._recent_word(self._documents))
        self.base.commit()
        self.base.execute("pragma wal_checkpoint(truncate)")

    def _take(self, names: Sequence[str], here: Mapping[str, Listed]) -> bool:
        """Read these documents. False if one of them was none, and the folder is another one now."""
        whole = True
        files = self._state.contents(("documents",), names) if names else ()
        for number, (name, content) in enumerate(files):
            if (found := as_document(content)) is None:
                self._state.refuse_document(name)
                whole = False
                continue
            digest = hashlib.sha256(content).hexdigest()
            self._put(line_of(name, digest, len(content), found), here[name], "", found)
            if number % _BATCH == _BATCH - 1:
                self.base.commit()
        return whole

    def _take_month(self, file: Listed) -> None:
        """What a month's file holds and is not there whole."""
        month, said = file.name.removesuffix(months.SUFFIX), "/".join(map(str, file[1:]))
        if self._about(f"month {month}") == said:
            return
        self.base.execute("delete from document where month = ?", (month,))
        try:
            for line in months.read(self._state, month):
                self._put(line, file, month)
        except IntegrityBroken as error:
            self.broken.append(error)
            return
        self._tell(f"month {month}", said)

    def _forget_months(self) -> None:
        there = {file.name.removesuffix(months.SUFFIX) for file in self._months}
        for (month,) in self.base.execute("select distinct month from document where month != ''").fetchall():
            if month not in there:
                self.base.execute("delete from document where month = ?", (month,))
                self.base.execute("delete from about where key = ?", (f"month {month}",))

    def _put(self, line: Line, file: Listed, month: str, raw: Mapping[str, object] | None = None) -> None:
        began = datetime.fromisoformat(line.started)
        content = own = None
        standing, finished = True, line.started
        if line.document is not None:
            common, lines = split(line.document)
            content, own = self._text(common), self._text(lines) if lines else None
            standing, finished = is_standing(line.document), line.document["finished"]
        elif line.complaint and raw:
            content, standing = self._text(raw), False
        values = (
            line.file, line.file.partition(".")[0], f"{line.run}.{line.schema}", kind(line.schema),
            int(began.timestamp() * 1000), line.started, finished, line.size, file.written, file.inode,
            month, line.sha256, standing, content, own, line.complaint,
        )  # fmt: skip
        verb = "insert or ignore" if month else "insert or replace"
        self.base.execute(f"{verb} into document values ({_COLUMNS})", values)

    def _text(self, value: object) -> int:
        """The number of a text, which is kept once."""
        content = _encode(value)
        digest = hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if (known := self._texts.get(digest)) is not None:
            return known
        row = self.base.execute("select id from text where hash = ?", (digest,)).fetchone()
        if row is None:
            made = self.base.execute("insert into text (hash, content) values (?, ?)", (digest, content))
            row = (made.lastrowid or 0,)
        self._texts[digest] = int(row[0])
        return self._texts[digest]

    def _about(self, key: str) -> str:
        row = self.base.execute("select value from about where key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def _tell(self, key: str, value: str) -> None:
        self.base.execute("insert or replace into about values (?, ?)", (key, value))

    def rows(self, columns: str, which: str = "", values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """These columns of the documents; `which` and in what order, as SQL has it."""
        return self.base.execute(f"select {columns} from document {which}", values)  # noqa: S608 - our words

    def size(self) -> tuple[int, int]:
        """Bytes and number of the documents that are kept whole."""
        [(size, count)] = self.base.execute("select total(size), count(*) from document where month = ''")
        return int(size), int(count)

    def content(self, number: int) -> object:
        """A text by its number."""
        row = self.base.execute("select content from text where id = ?", (number,)).fetchone()
        return json.loads(row[0])

    def close(self) -> None:
        """Let go of the file."""
        with suppress(sqlite3.Error):
            self.base.close()


def _of_runs(names: Iterable[str]) -> list[str]:
    """Without half-written ones. In the order of time, so that a database grows at its end."""
    return [name for name in names if not name.startswith(".")]


def _connect(path: Path | None) -> sqlite3.Connection:
    """Raise sqlite3.Error if the file is none, or is of another version."""
    if path:
        os.close(open_shared(path))
    base = sqlite3.connect(path or ":memory:", timeout=30)
    try:
        if path:
            base.execute("pragma journal_mode = wal")  # who reads holds nobody up
        base.execute("pragma synchronous = normal")
        base.execute("pragma cache_size = -20000")
        [(version,)] = base.execute("pragma user_version")
        if not version:
            base.executescript(f"begin; {_TABLES} pragma user_version = {VERSION}; commit;")
            base.execute("insert into about values ('by', ?)", (__version__,))
            base.commit()
        [(by,)] = base.execute("select value from about where key = 'by'")
        if version not in (0, VERSION) or by != __version__:
            raise sqlite3.DatabaseError("of another version")
    except (sqlite3.Error, ValueError, OSError) as error:
        base.close()
        raise sqlite3.DatabaseError(str(error)) from error
    return base
