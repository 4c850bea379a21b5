"""Does the ledger that is there go on where the one that was seen ended?

All bytes up to the end that was seen must be the same: one hash over them, which is much less work than to
prove each entry. What came since is proven entry by entry. Only where something is wrong the whole chain is
walked, to say what.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from bitools.errors import IntegrityBroken
from bitools.i18n import _
from bitools.ledger import chain
from bitools.ledger.chain import GENESIS, Chain, Piece
from bitools.ledger.witness import Point, Witness


class Whole(Protocol):
    """A ledger, as far as it is looked at here."""

    def pieces(self) -> Iterator[Piece]:
        """Its files with their lines, as they are now."""
        ...

    def verify(self, head: str = "") -> Chain:
        """Prove all of it. Raise IntegrityBroken."""
        ...


@dataclass(slots=True)
class _Stream:
    """The bytes of all files in a row, hashed as they pass."""

    pieces: Iterator[Piece]
    size: int = 0
    hash: hashlib._Hash = field(default_factory=hashlib.sha256)

    def lines(self) -> Iterator[Piece]:
        """The same pieces."""
        for piece in self.pieces:
            yield Piece(piece.path, self._passing(piece), piece.skipped)

    def _passing(self, piece: Piece) -> Iterator[bytes]:
        for line in piece.lines:
            if line.endswith(b"\n"):  # an end that a crash cut short is nobody's
                self.hash.update(line)
                self.size += len(line)
            yield line

    def point(self, entries: int, head: str, time: str = "") -> Point:
        """Where it stands now."""
        return Point(entries, head, self.size, self.hash.hexdigest(), time)


def look(ledger: Whole, seen: Witness) -> tuple[Point, Chain]:
    """How far the ledger goes now, and what came. Raise IntegrityBroken, in the right words, if it is not the
    one seen.
    """
    try:
        return after(ledger, seen.point)
    except IntegrityBroken as error:
        if error.reason not in ("chain", "other"):
            raise
        raise _explained(ledger, seen, error) from error


def after(ledger: Whole, start: Point, head: str = "") -> tuple[Point, Chain]:
    """Prove that the bytes before a point are the same, and each entry after it; the end, and what came.

    Raise IntegrityBroken.
    """
    stream = _Stream(ledger.pieces())
    rest = _skip(stream, start)
    found = chain.walk(rest, head, number=start.entries, previous=start.head, time=start.time)
    return stream.point(start.entries + found.entries, found.head, found.time), found


def _skip(stream: _Stream, start: Point) -> Iterator[Piece]:
    """The pieces from a point on. Raise IntegrityBroken if the bytes before it are not the same."""
    pieces = stream.lines()
    if not start.size:
        return pieces
    for piece in pieces:
        lines, passed = iter(piece.lines), piece.skipped
        while stream.size < start.size and (next(lines, None)) is not None:
            passed += 1
        if stream.size >= start.size:
            if stream.size != start.size or stream.hash.hexdigest() != start.digest:
                break
            return _joined(Piece(piece.path, lines, passed), pieces)
    raise IntegrityBroken("", reason="other")


def _joined(first: Piece, rest: Iterator[Piece]) -> Iterator[Piece]:
    yield first
    yield from rest


def _explained(ledger: Whole, seen: Witness, cause: IntegrityBroken) -> IntegrityBroken:
    """What is wrong with the ledger, by a walk along the whole of it."""
    try:
        ledger.verify()
    except IntegrityBroken as error:
        return IntegrityBroken(error.message, hint=_hint(), reason=error.reason, cause=cause)
    heads = dict(_heads(ledger))
    known, there = seen.point.entries, max(heads, default=0)
    same = next((number for number, head in seen.marks if heads.get(number) == head), 0)
    if not there:
        text = _("the ledger is gone: {known} entries were known")
    elif there < known:
        return cut_off(known, there, cause)
    else:
        text = _("the ledger was written anew after entry {same}: of {known} known entries others are there")
    message = text.format(known=known, there=there, same=same)
    return IntegrityBroken(message, hint=_hint(), reason="continuity", cause=cause)


def cut_off(known: int, there: int, cause: IntegrityBroken | None = None) -> IntegrityBroken:
    """The error for a ledger that has fewer entries than were known."""
    text = _("the end of the ledger was cut off: {known} entries were known, {there} are there")
    message = text.format(known=known, there=there)
    return IntegrityBroken(message, hint=_hint(), reason="continuity", cause=cause)


def _hint() -> str:
    return _("compare with mails and system log; if you know why: bitools ledger continue --reason WHY")


def _heads(ledger: Whole) -> Iterator[tuple[int, str]]:
    for piece in ledger.pieces():
        for line in piece.lines:
            if found := chain.ENTRY.fullmatch(line):
                yield int(found[1]), found[3].decode()


def accept(ledger: Whole) -> Point:
    """The ledger as it is, whatever is wrong with it: the point from which it is proven from now on."""
    stream, number, head = _Stream(ledger.pieces()), 0, GENESIS
    for piece in stream.lines():
        for line in piece.lines:
            if found := chain.ENTRY.fullmatch(line):
                number, head = int(found[1]), found[3].decode()
    return stream.point(number, head)
