"""What both sides of a comparison say word for word, left out before it is read: most of what there is. Pure.

A block that is there once on both sides, under a header that no other block has (nor its key), in no ordered
group, is one element of two sets: taking it out of both changes nothing about the rest.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import TypeVar

from bitools.net.decisions.grammar import Grammar
from bitools.net.decisions.rules import Line

Thing = TypeVar("Thing", bound=Hashable)
_TOP = re.compile(r"\n(?=\S)")  # before a line that is not indented


def without_shared(old: str, new: str, compiled: Grammar) -> tuple[str, str]:
    """Both texts without such blocks; as they are where the platform nests by more than indentation."""
    if compiled.platform.nesting != "indent" or compiled.platform.blocks:
        return old, new
    reader = _Reader(compiled)
    try:
        before, after = reader.blocks(old), reader.blocks(new)
    except ValueError:
        return old, new
    headers = reader.headers
    once = _once(before) & _once(after)
    texts = _once(headers[piece].text for piece in before) & _once(headers[piece].text for piece in after)
    keys = _once(headers[piece].key for piece in before) & _once(headers[piece].key for piece in after)
    shared = {
        piece
        for piece in once
        if headers[piece].text in texts
        and headers[piece].group is None
        and (headers[piece].key is None or headers[piece].key in keys)
        and piece not in reader.opaque
    }
    left = ("\n".join(piece for piece in side if piece not in shared) for side in (before, after))
    return next(left), next(left)


def _once(things: Iterable[Thing]) -> set[Thing]:
    """Those that are there exactly once."""
    return {thing for thing, times in Counter(things).items() if times == 1}


class _Reader:
    """Cuts texts into the blocks at their top, and looks at each header once."""

    def __init__(self, compiled: Grammar) -> None:
        self._compiled, self._rules, self._top = compiled, compiled.rules, compiled.rules.section("")
        self._comment = compiled.skipped
        self._bare: set[str] = set()  # blocks that are nothing but a comment
        self.headers: dict[str, Line] = {}
        self.opaque: set[str] = set()  # blocks with opaque text in them

    def blocks(self, text: str) -> list[str]:
        """The blocks, without bare comments. Raise ValueError if they cannot be told apart."""
        found = []
        for piece, opaque in _pieces(text, self._compiled):
            if piece not in self.headers and piece not in self._bare:
                self._look(piece, opaque)
            if piece in self.headers:
                found.append(piece)
        return found

    def _look(self, piece: str, opaque: bool) -> None:
        header, _break, rest = piece.partition("\n")
        if opaque:
            self.opaque.add(piece)
        elif self._comment and self._comment.match(header):
            if rest and not rest.isspace():
                raise ValueError(header)  # what is indented behind a comment belongs to the block before
            self._bare.add(piece)
            return
        if not header or header[0].isspace():
            raise ValueError(header)
        line = self._rules.look(self._top, header.rstrip())
        if self._rules.continues(line.text):
            raise ValueError(header)
        self.headers[piece] = line


def _pieces(text: str, compiled: Grammar) -> Iterator[tuple[str, bool]]:
    """The blocks of a text, and whether opaque text is in each."""
    position = 0
    for start, end in _around_opaque(text, compiled):
        if position < start:
            yield from ((piece, False) for piece in _TOP.split(text[position : start - 1]))
        yield text[start:end], True
        position = end
    yield from ((piece, False) for piece in _TOP.split(text[position:]))


def _around_opaque(text: str, compiled: Grammar) -> Sequence[tuple[int, int]]:
    """Where the blocks with opaque text begin and end."""
    lines = text.splitlines()
    if len(lines) != text.count("\n") or not text.endswith("\n"):
        raise ValueError("a line that does not end in a line feed")
    found: list[tuple[int, int]] = []
    lengths: list[int] = []
    for _rule, start, end in compiled.opaque(lines):
        lengths = lengths or [0, *accumulate(map(len, lines))]
        begin = lengths[start - 1] + start - 1
        while begin and text[begin].isspace():
            begin = text.rfind("\n", 0, begin - 1) + 1
        top = _TOP.search(text, lengths[end] + end - 1)
        stop = top.end() if top else len(text)
        if found and begin < found[-1][1]:
            begin = found.pop()[0]
        found.append((begin, stop))
    return found
