"""google-re2's engine, called directly.

The package lays classes over it that count each place of a match in letters, whoever asks, and go through a
generator for every look: a match in a page of text took 40 µs, of which the engine had 2. What is found here
is the same, place for place; a text of ASCII, as almost all are, needs no counting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import re2
from re2 import _re2

error = re2.error
_MEMORY = 16 << 20  # bytes a pattern may use for its states before it goes on more slowly
_ANYWHERE, _START, _WHOLE = (
    _re2.RE2.Anchor.UNANCHORED,
    _re2.RE2.Anchor.ANCHOR_START,
    _re2.RE2.Anchor.ANCHOR_BOTH,
)
_NOWHERE = (-1, -1)
Span = tuple[int, int]


def options(*, places: bool = True) -> Any:
    """Quiet about errors, which we tell; without `places` it only says where the whole match is."""
    made = re2.Options()
    made.log_errors = False
    made.max_mem = _MEMORY
    made.never_capture = not places
    return made


_OPTIONS, _BARE = options(), options(places=False)


class Found:
    """Where a pattern was found in a text, or in bytes: with what Python's own match has of it."""

    __slots__ = ("spans", "string")

    def __init__(self, string: str | bytes, spans: Sequence[Span]) -> None:
        self.string, self.spans = string, spans

    def __getitem__(self, group: int) -> str | bytes | None:
        start, end = self.spans[group]
        return None if start < 0 else self.string[start:end]

    def groups(self) -> tuple[str | bytes | None, ...]:
        """What each group matched."""
        return tuple(self[number] for number in range(1, len(self.spans)))

    def span(self, group: int = 0) -> Span:
        """Where the match, or a group of it, begins and ends; (-1, -1) for a group that is not in it."""
        return self.spans[group]

    def start(self) -> int:
        """Where the match begins."""
        return self.spans[0][0]


class Engine:
    """A compiled pattern. Its places in texts are letters, those in bytes are bytes."""

    def __init__(self, pattern: str) -> None:
        """Raise `error`."""
        self._pattern = pattern
        self._looked = _compiled(pattern, _OPTIONS)

    @property
    def groupindex(self) -> Mapping[str, int]:
        """The numbers of the groups that have a name."""
        return {name.decode(): number for name, number in self._looked.NamedCapturingGroups()}

    def search(self, text: str, pos: int = 0) -> Found | None:
        """The first match anywhere."""
        return self._first(_ANYWHERE, text, pos)

    def match(self, text: str, pos: int = 0) -> Found | None:
        """A match at the beginning."""
        return self._first(_START, text, pos)

    def fullmatch(self, text: str) -> Found | None:
        """A match of the whole text."""
        return self._first(_WHOLE, text, 0)

    def place(self, data: bytes, pos: int) -> int:
        """The first byte of the next match; -1 for none. Groups are left out: they cost a second look."""
        start: int = self._bare.Match(_ANYWHERE, data, pos, len(data))[0][0]
        return start

    def finditer(self, text: str) -> Iterator[Found]:
        """Every match, in order."""
        data = text.encode(errors="replace")
        for found in self.finditer_bytes(data):
            if len(data) == len(text):
                yield Found(text, found.spans)
            elif not within_a_letter(data, found.start()):
                yield Found(text, _in_letters(data, found.spans))

    def finditer_bytes(self, data: bytes) -> Iterator[Found]:
        """The same in bytes: what matches nothing is also found within a letter."""
        at, end = 0, len(data)
        while True:
            spans = self._looked.Match(_ANYWHERE, data, at, end)
            if spans[0] == _NOWHERE:
                return
            yield Found(data, spans)
            if at == end:
                return
            at = spans[0][1] + (spans[0][1] == at)  # nothing was matched: it would be found there for ever

    def _first(self, anchor: Any, text: str, pos: int) -> Found | None:
        data = text.encode(errors="replace")
        plain = len(data) == len(text)
        at = min(pos, len(data)) if plain else len(text[:pos].encode(errors="replace"))
        spans = self._looked.Match(anchor, data, at, len(data))
        if spans[0] == _NOWHERE:
            return None
        return Found(text, spans if plain else _in_letters(data, spans))

    @cached_property
    def _bare(self) -> Any:
        return _compiled(self._pattern, _BARE)


def _compiled(pattern: str, how: Any) -> Any:
    made = _re2.RE2(pattern.encode(), how)
    if not made.ok():
        raise error(made.error().decode())
    return made


def _in_letters(data: bytes, spans: Sequence[Span]) -> list[Span]:
    """Places in letters, for places in bytes."""
    first = spans[0][0]
    before = len(data[:first].decode())

    def letters(place: int) -> int:
        return before + len(data[first:place].decode()) if place >= 0 else place

    return [(letters(start), letters(end)) for start, end in spans]


def within_a_letter(data: bytes, place: int) -> bool:
    """Is this no place between letters, but one in the bytes of a letter?"""
    return place < len(data) and 0x80 <= data[place] < 0xC0
