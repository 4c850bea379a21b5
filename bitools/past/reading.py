"""The documents of past runs as reports and doctor read them: by time, by kind, what was not told yet.

What says only how things stand, and says it again and again, comes twice: as it was first, for all but one of
the times, and as it was last.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from bitools.errors import IntegrityBroken
from bitools.i18n import _
from bitools.past.essence import joined
from bitools.past.index import Index
from bitools.sanitize import inert
from bitools.state import State, as_document

if TYPE_CHECKING:
    from bitools.documents.stored import Known

_COLUMNS = "name, run, kind, started, finished, standing, content, own, complaint"
_PARSED = 1_000  # texts that are kept read
_NOTHING = -1  # no text has this number


@dataclass(frozen=True, slots=True)
class Told:
    """A document and how often it was said so in a row; `document` is None if no report reads it."""

    names: tuple[str, ...]
    document: Known | None
    times: int = 1


class _Row(NamedTuple):
    name: str
    run: str
    kind: str
    started: str
    finished: str
    standing: int
    content: int | None
    own: int | None
    complaint: str


class Past:
    """All documents, whole and digested, as they are now.

    `lines`: with how many lines each unchanged configuration has; else 0 stands there. `recent`: enough to
    say how things stand now (`Index`).
    """

    def __init__(self, state: State, *, lines: bool = False, recent: bool = False) -> None:
        self._state, self._index, self._lines = state, Index(state, recent=recent), lines
        self._text = lru_cache(_PARSED)(self._index.content)

    @property
    def broken(self) -> list[IntegrityBroken]:
        """What of it cannot be read."""
        return self._index.broken

    def unread(self, after: str, told: Collection[str], complaints: list[str]) -> Iterator[Told]:
        """The documents of runs later than `after`, without those of `told`."""
        rows = self._rows("where run > ? order by began, file", after)
        return self._in_a_row((row for row in rows if row[0] not in told) if told else rows, complaints)

    def between(self, start: datetime, end: datetime, complaints: list[str]) -> Iterator[Told]:
        """The documents of runs that began from `start` on and before `end`."""
        condition = "where began >= ? and began < ? order by began, file"
        return self._in_a_row(self._rows(condition, _ms(start), _ms(end)), complaints)

    def fingerprint(self, start: datetime, end: datetime) -> tuple[int, str]:
        """How many they are, and the SHA-256 of what `sha256sum` says of their files, by name."""
        digest, count = hashlib.sha256(), 0
        condition = "where began >= ? and began < ? order by file"
        for file, sha256 in self._index.rows("file, sha256", condition, (_ms(start), _ms(end))):
            digest.update(f"{sha256}  {file}\n".encode("utf-8", "surrogateescape"))
            count += 1
        return count, digest.hexdigest()

    def newest(self, kind: str) -> Iterator[Mapping[str, Any]]:
        """Those of one kind, the newest first; one that is not as its type says is given as it is, too.

        Of a kind that no report reads the index knows the files only: they are read.
        """
        for file, row in self._newest(kind):
            if row.complaint and row.content is not None:
                yield cast(dict[str, Any], self._text(row.content))
            elif document := self._document(row):
                yield document
            elif found := self._whole(file):
                yield found

    def applied(self, kind: str) -> Iterator[Mapping[str, Any]]:
        """The same without dry runs."""
        return (document for document in self.newest(kind) if document.get("applied"))

    def known(self, kind: str) -> Iterator[Known]:
        """Those of one kind that are as their type says, the newest first, without dry runs."""
        for _file, row in self._newest(kind):
            if (document := self._document(row)) and document["applied"]:
                yield document

    def _newest(self, kind: str) -> Iterator[tuple[str, _Row]]:
        condition = "where kind = ? order by began desc, file desc"
        for file, *row in self._index.rows(f"file, {_COLUMNS}", condition, (kind,)):
            yield str(file), _Row._make(row)

    def _whole(self, file: str) -> dict[str, Any] | None:
        try:
            return as_document(self._state.read("documents", file))
        except FileNotFoundError:  # digested, or gone since
            return None

    def oldest(self) -> datetime | None:
        """When the first run began."""
        [(began,)] = self._index.rows("min(began)")
        return _moment(began)

    def latest(self) -> datetime | None:
        """When the last run began."""
        [(began,)] = self._index.rows("max(began)")
        return _moment(began)

    def older(self, limit: datetime) -> Iterator[tuple[str, str]]:
        """Those kept whole of runs that began before `limit`: month and file."""
        condition = "where began < ? and month = '' order by began"
        for file, began in self._index.rows("file, began", condition, (_ms(limit),)):
            yield f"{_moment(began):%Y-%m}", str(file)

    def size(self) -> tuple[int, int]:
        """Bytes and number of those kept whole."""
        return self._index.size()

    def _rows(self, condition: str, *values: object) -> Iterator[tuple[Any, ...]]:
        return self._index.rows(_COLUMNS, condition, values)

    def _in_a_row(self, rows: Iterable[tuple[Any, ...]], complaints: list[str]) -> Iterator[Told]:
        """What is said again and again, once. Of what is not as its type says only a complaint is told.

        A hundred thousand rows pass here, so they are plain ones, and get their names when they are told.
        """
        open_: dict[str, tuple[int | None, list[tuple[Any, ...]]]] = {}
        for row in rows:
            name, _run, kind, _started, _finished, standing, content, _own, complaint = row
            if complaint:
                text = _("{name}: passed over, it is not as a run writes it: {why}")
                complaints.append(text.format(name=inert(name), why=inert(complaint)))
            said, same = open_.get(kind, (_NOTHING, []))
            if standing and said == content:
                same.append(row)
                continue
            yield from self._repeated(same)
            open_[kind] = content if standing else _NOTHING, [row]
        for _said, same in open_.values():
            yield from self._repeated(same)

    def _repeated(self, same: list[tuple[Any, ...]]) -> Iterator[Told]:
        if len(same) > 1:
            names = tuple([row[0] for row in same[:-1]])
            yield Told(names, self._document(_Row._make(same[0])), len(names))
        for row in same[-1:]:
            yield Told((row[0],), self._document(_Row._make(row)))

    def _document(self, row: _Row) -> Known | None:
        if row.content is None or row.complaint:
            return None
        common = cast(dict[str, Any], self._text(row.content))
        own = cast(list[int], self._text(row.own)) if row.own and self._lines else []
        return joined(common, own, row.run, row.started, row.finished)


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _moment(ms: object) -> datetime | None:
    return None if ms is None else datetime.fromtimestamp(cast(int, ms) / 1000, UTC)
