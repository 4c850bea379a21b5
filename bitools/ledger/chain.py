"""One entry of the ledger and the proof that a row of them is whole. Pure.

An entry is one line of JSON whose last field is the SHA-256 of the line without that field, and whose field
before it, `prev`, is the hash of the entry before. What is hashed is the bytes, so bytes are compared; JSON
is only read where its content matters, which halves the time that a hundred thousand entries take.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from time import time_ns
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from bitools.errors import IntegrityBroken
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.ledger import EntryItem

Json = Any  # whatever json.dumps takes
_SHAPE = (("seq", int), ("time", str), ("action", str), ("outcome", str), ("duties", list))
GENESIS = "0" * 64
ENTRY = re.compile(rb'\{"seq":([0-9]+),"time":"([0-9]{4})[^"]*",.*,"hash":"([0-9a-f]{64})"\}\n')
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_TIME = b',"time":"'
_APART = timedelta(minutes=5)  # clocks are set by less; more is told
_INTENT = b'"intent"'  # in the bytes of every entry that opens or closes one
_ACTION, _OUTCOME = b'","action":"', b',"outcome":"'
_CLOSES = b'","before":null,"after":{"intent":'


@dataclass(frozen=True, slots=True)
class Chain:
    """What a walk along the chain found: how many entries, the last one's number and hash, what is open.

    `open`: changes that a crash left without an outcome. `torn`: the size in bytes of a last entry that a
    crash cut short: nobody was told that it had been recorded, and the next entry takes its place. `time`: of
    the last entry, as written. `backwards`: entries that say an earlier time than the one before, by more
    than five minutes, and by how much; a clock was set, and nothing is broken.
    """

    entries: int = 0
    head: str = GENESIS
    open: list[EntryItem] = field(default_factory=list)
    torn: int = 0
    time: str = ""
    backwards: list[tuple[int, timedelta]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines of one file, in order; `skipped` lines of the file come before them."""

    path: Path
    lines: Iterable[bytes]
    skipped: int = 0


class End(NamedTuple):
    """Where a chain ends: number and hash of the last entry, size of the file it is in, its year."""

    number: int = 0
    head: str = GENESIS
    size: int = 0
    year: int = 0


class Fields(NamedTuple):
    """What an entry says, without its place in the chain. In the order in which it is written."""

    actor: str
    host: str
    command: str
    target: str
    action: str
    before: Json
    after: Json
    outcome: str
    run: str
    duties: tuple[str, ...] = ()

    def sealed(self, end: End, time: str = "") -> tuple[bytes, str]:
        """The line of the entry that follows `end`, its own hash as the last field; and that hash.

        A file name that is not UTF-8 (a lone surrogate in Python) becomes a JSON escape.
        """
        said = _encode(self._asdict())[1:-1]  # all in one go: an fsync is what it is held against
        text = f'{{"seq":{end.number + 1},"time":"{time or clock()}",{said},"prev":"{end.head}"'
        body = text.encode("utf-8", "backslashreplace")
        digest = hashlib.sha256(body + b"}").hexdigest()
        return b'%b,"hash":"%b"}\n' % (body, digest.encode()), digest


@lru_cache(maxsize=1)
def _second(second: int) -> tuple[str, str]:
    moment = datetime.fromtimestamp(second).astimezone()
    return moment.strftime("%Y-%m-%dT%H:%M:%S."), moment.isoformat()[19:]


def clock() -> str:
    """Now, ISO 8601 in milliseconds with offset; the calendar is asked once a second."""
    second, rest = divmod(time_ns(), 1_000_000_000)
    before, offset = _second(second)
    return f"{before}{rest // 1_000_000:03}{offset}"


def walk(
    pieces: Iterable[Piece], head: str = "", *, number: int = 0, previous: str = GENESIS, time: str = ""
) -> Chain:
    """Prove the pieces of a chain, one after the other; `head` is the hash of some entry that must be there.

    `number`, `previous` and `time` are those of the entry before the first one.

    Raise IntegrityBroken, naming file and line, if an entry was changed, removed, moved or is not JSON, or
    if no entry has the hash `head`: then the end was cut off, or the whole was written anew.
    """
    before, known, torn = number, head in ("", previous), 0
    path = Path()
    opened: dict[int, bytes] = {}
    clock = _Clock(time.encode())
    for piece in pieces:
        path, at = piece.path, piece.skipped
        if torn:
            raise broken(path, 0, _("an entry before this one was removed, added or moved"))
        for line in piece.lines:
            at += 1
            if not line.endswith(b"\n"):
                torn = len(line)
                break
            number += 1
            previous = _checked(line, number, previous, path, at)
            known = known or previous == head
            clock.see(number, line)
            if _INTENT in line:
                _follow(opened, number, line)
    if not known:
        message = _("{file}: no entry has the hash {head}: the end was cut off, or all was written anew")
        raise IntegrityBroken(message.format(file=path, head=head), hint=_compare(), reason="truncated")
    left = [parsed(line, path, at) for at, line in opened.items()]
    return Chain(number - before, previous, left, torn, clock.last.decode(), clock.backwards)


class _Clock:
    """The times of entries in a row. What is written alike is compared as it is written."""

    def __init__(self, last: bytes) -> None:
        self.last = last
        self.backwards: list[tuple[int, timedelta]] = []

    def see(self, number: int, line: bytes) -> None:
        """The next entry."""
        start = line.find(_TIME) + len(_TIME)
        now, last = line[start : line.find(b'"', start)], self.last
        if last and (now < last or now[23:] != last[23:]):
            try:
                back = datetime.fromisoformat(last.decode()) - datetime.fromisoformat(now.decode())
            except (ValueError, TypeError):
                back = timedelta(0)
            if back > _APART:
                self.backwards.append((number, back))
        self.last = now


def entries(pieces: Iterable[Piece]) -> Iterator[EntryItem]:
    """Every whole entry, as written. Raise IntegrityBroken at one that is not JSON."""
    for piece in pieces:
        for at, line in enumerate(piece.lines, piece.skipped + 1):
            if line.endswith(b"\n"):
                yield parsed(line, piece.path, at)


def parsed(line: bytes, path: Path, at: int) -> EntryItem:
    """One entry. Raise IntegrityBroken if the line is none."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise broken(path, at, _("not a whole entry")) from error
    if not isinstance(entry, dict) or not all(isinstance(entry.get(name), kind) for name, kind in _SHAPE):
        raise broken(path, at, _("not a whole entry"))
    return cast("EntryItem", entry)


def broken(path: Path, at: int, why: str) -> IntegrityBroken:
    """The error for a line of a file."""
    return IntegrityBroken(f"{path}:{at}: {why}", hint=_compare(), reason="chain")


def _checked(line: bytes, number: int, previous: str, path: Path, at: int) -> str:
    """The hash of one line, proven to follow the one before."""
    body, mark, rest = line.rpartition(b',"hash":"')
    if not mark or not rest.endswith(b'"}\n'):
        raise broken(path, at, _("not a whole entry"))
    digest = hashlib.sha256(body + b"}").hexdigest()
    if digest.encode() != rest[:-3]:
        raise broken(path, at, _("the entry was changed after it was written"))
    if not body.startswith(b'{"seq":%d,' % number) or not body.endswith(b',"prev":"%b"' % previous.encode()):
        raise broken(path, at, _("an entry before this one was removed, added or moved"))
    return digest


def _follow(opened: dict[int, bytes], number: int, line: bytes) -> None:
    """Keep count of the intents that no outcome has closed, without reading JSON.

    Quotes inside of a string are escaped, so the first `","action":"` and the last `,"outcome":"` are the
    entry's own: before the one there are only strings and numbers, after the other too.
    """
    if line.startswith(b'intent"', line.rfind(_OUTCOME) + len(_OUTCOME)):
        opened[number] = line
        return
    action = line.find(_ACTION) + len(_ACTION)
    after = line.find(b'"', action)
    if line.startswith(_CLOSES, after):
        intent = line[after + len(_CLOSES) : after + len(_CLOSES) + 20].partition(b",")[0].rstrip(b"}")
        if intent.isdigit():
            opened.pop(int(intent), None)


def _compare() -> str:
    return _("compare with the copy and with the head in the last mailed report")
