"""A third party's word for the ledger: RFC 3161 tokens of single entries, `state/ledger/stamps/NUMBER.tsr`.

What is stamped is the line of an entry, its line end included: an entry holds the hash of the one before, so
a token vouches for all up to it. By hand, with the line's number in its file:

    sed -n 1204p ledger.jsonl > line; openssl ts -verify -data line -in 0000001204.tsr -CAfile root.pem
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bitools.errors import BitoolsError, IntegrityBroken
from bitools.i18n import _
from bitools.ledger import chain
from bitools.state import State, write

if TYPE_CHECKING:
    from bitools.ledger import Ledger

FOLDER = ("ledger", "stamps")
_SUFFIX = ".tsr"
_ACTION = b'","action":"ledger.stamp",'


@dataclass(frozen=True, slots=True)
class StampReach:
    """How far tokens reach: number of the last entry that has one (0: none), when that came, and the time of
    the first entry after it that is not about stamping; None if all is stamped.
    """

    entry: int = 0
    stamped: datetime | None = None
    waiting: datetime | None = None

    def days(self, now: datetime) -> int:
        """For how many days something has waited."""
        return (now - self.waiting).days if self.waiting else 0


def numbers(state: State) -> list[int]:
    """Which entries have a token, in order."""
    names = [name.removesuffix(_SUFFIX) for name in state.names(*FOLDER, pattern=f"*{_SUFFIX}")]
    return sorted(int(name) for name in names if name.isascii() and name.isdigit())


def keep(state: State, number: int, token: bytes) -> Path:
    """Put a token to its entry."""
    path = state.path(*FOLDER, f"{number:010}{_SUFFIX}")
    write(path, token, mode=0o440)
    return path


def standing(ledger: Ledger, state: State) -> StampReach:
    """How far tokens reach."""
    known = numbers(state)
    last = known[-1] if known else 0
    stamped = _made(state, last) if last else None
    for number, line in _lines(ledger, last):
        if _ACTION not in line:
            at = datetime.fromisoformat(chain.parsed(line, ledger.file, number)["time"])
            return StampReach(last, stamped, at)
    return StampReach(last, stamped)


def head(ledger: Ledger) -> tuple[int, bytes]:
    """Number and line of the last entry; 0 and nothing if there is none."""
    last = deque(_lines(ledger, 0), maxlen=1)
    return last[0] if last else (0, b"")


def fits(ledger: Ledger, state: State) -> None:
    """Is the entry that the newest token is of still the one that was stamped? A quick look for every run.

    Raise IntegrityBroken if it is not: then the ledger was written anew, whatever else remembers it.
    """
    if known := numbers(state):
        _fit(state, known[-1], dict(_wanted(ledger, known[-1:])))


def prove(ledger: Ledger, state: State, ca: Path | None) -> tuple[dict[int, datetime], list[BitoolsError]]:
    """Hold every token against its entry and, with `ca`, against the authority: its time by entry; faults."""
    from bitools import timestamp

    known = numbers(state)
    lines, good, faults = dict(_wanted(ledger, known)), dict[int, datetime](), list[BitoolsError]()
    for number in known:
        try:
            token = _fit(state, number, lines)
            if ca:
                good[number] = timestamp.prove(token, lines[number], ca).time
        except BitoolsError as error:
            faults.append(error if error.target else error.but(target="ledger"))
    return good, faults


def strangers(ledger: Ledger, state: State) -> list[int]:
    """Entries whose token is of other bytes than theirs."""
    known = numbers(state)
    lines, found = dict(_wanted(ledger, known)), []
    for number in known:
        try:
            _fit(state, number, lines)
        except IntegrityBroken:
            found.append(number)
    return found


def set_aside(state: State, entries: list[int]) -> None:
    """Their tokens are of a ledger that is no more."""
    for number in entries:
        why = _("it is of an entry that is no longer there")
        state.set_aside(why, *FOLDER, f"{number:010}{_SUFFIX}")


def _fit(state: State, number: int, lines: dict[int, bytes]) -> bytes:
    """The token, if it is of its entry's line: the hash stands in it as it is (RFC 3161 §2.4.2)."""
    token = state.read(*FOLDER, f"{number:010}{_SUFFIX}")
    line = lines.get(number)
    if line is None or hashlib.sha256(line).digest() not in token:
        text = (
            _("the ledger is not the one that the time authority stamped: entry {number} is gone")
            if line is None
            else _("the ledger is not the one that the time authority stamped: entry {number} is another one")
        )
        hint = _("compare with mails and system log; if you know why: bitools ledger continue --reason WHY")
        raise IntegrityBroken(text.format(number=number), target="ledger", hint=hint, reason="stamp")
    return token


def _made(state: State, number: int) -> datetime:
    return datetime.fromtimestamp(state.at(*FOLDER, f"{number:010}{_SUFFIX}").stat().st_mtime, UTC)


def _wanted(ledger: Ledger, known: list[int]) -> Iterator[tuple[int, bytes]]:
    wanted = set(known)
    return ((number, line) for number, line in _lines(ledger, 0) if number in wanted)


def _lines(ledger: Ledger, after: int) -> Iterator[tuple[int, bytes]]:
    """The entries after one, as lines, each with its own number."""
    for piece in ledger.pieces():
        for line in piece.lines:
            if line.endswith(b"\n") and (said := _number(line)) > after:
                yield said, line


def _number(line: bytes) -> int:
    """What an entry says of its place; 0 if it says nothing."""
    word = line[7:20].partition(b",")[0] if line.startswith(b'{"seq":') else b""
    return int(word) if word.isdigit() else 0
