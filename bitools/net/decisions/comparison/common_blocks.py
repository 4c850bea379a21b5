"""What both sides of a comparison say word for word, left out before it is read: most of what there is. Pure.

A block that is there once on both sides changes nothing about the rest when it is taken out of both, if all
such blocks stand in the same order, and no other has its header, its key or a place in its list.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, count, repeat
from operator import add
from typing import TypeVar

from bitools.net.decisions.grammar import Grammar, Span
from bitools.net.decisions.rules import Key, RuledLine, unknown
from bitools.net.decisions.text import Text

_TOP = re.compile(r"\n(?=[^\x00- ])")  # what is flush left begins a block
Thing = TypeVar("Thing", bound=Hashable)


def without_shared(old: Text, new: Text, compiled: Grammar) -> tuple[Text, Text]:
    """Both texts without such blocks; as they are where they cannot be told apart, or stand in another order.

    Of blocks whose order may mean something, those stay that others stand beside: who moved shows by them.
    """
    if compiled.platform.nesting != "indent" or compiled.platform.blocks:
        return old, new
    reader = _Reader(compiled)
    try:
        before, after = reader.blocks(old), reader.blocks(new)
        shared = (_once(before) & _once(after)) - reader.opaque
        if [piece for piece in before if piece in shared] != [piece for piece in after if piece in shared]:
            return old, new
        shared -= reader.needed(before, after, shared)
    except ValueError:
        return old, new
    left = ("\n".join(piece for piece in side if piece not in shared) for side in (before, after))
    return Text.of(next(left)), Text.of(next(left))


def _once(things: Iterable[Thing]) -> set[Thing]:
    """Those that are there exactly once."""
    return {thing for thing, times in Counter(things).items() if times == 1}


class _Reader:
    """Cuts texts into the blocks at their top, and looks at headers where it must."""

    def __init__(self, compiled: Grammar) -> None:
        self._compiled, self._rules, self._top = compiled, compiled.rules, compiled.rules.section("")
        self._seen: set[str] = set()
        self._silent: set[str] = set()  # blocks that are bare comments
        self.opaque: set[str] = set()  # blocks with opaque text in them
        self.headers: dict[str, str] = {}  # of each block its first line

    def blocks(self, text: Text) -> list[str]:
        """The blocks, without bare comments. Raise ValueError if they cannot be told apart."""
        if text.whole[:1] <= " ":
            raise ValueError("it begins within a block")
        found = _TOP.split(text.whole)
        if spans := list(self._compiled.opaque(text)):
            self._join_opaque(found, spans)
        self._look_at(set(found) - self._seen)
        return [piece for piece in found if piece not in self._silent]

    def _join_opaque(self, pieces: list[str], spans: Iterable[Span]) -> None:
        """What of opaque text looks like a top, in place, is none."""
        breaks = accumulate(map(str.count, pieces, repeat("\n")))
        tops = [0, *map(add, breaks, count(1))]
        ends: dict[int, int] = {}  # by the block in which it begins, where the opaque text is over
        for _rule, start, end in spans:
            ends[bisect_right(tops, start - 1) - 1] = bisect_left(tops, end)
        for first, last in reversed(ends.items()):
            pieces[first:last] = ["\n".join(pieces[first:last])]
            self.opaque.add(pieces[first])

    def _look_at(self, pieces: set[str]) -> None:
        """Which of these blocks say nothing? Raise ValueError if one is none."""
        self._seen |= pieces
        if any(sign.isspace() for sign in {piece[0] for piece in pieces}):
            raise ValueError("a block begins with a sign that is blank")
        skipped, ordered = self._compiled.skipped, list(pieces)
        headers = [piece.partition("\n")[0] for piece in ordered]
        self.headers.update(zip(ordered, headers, strict=True))
        if skipped:
            for number in Text(headers).having(skipped):
                if not self._says(ordered[number]):
                    self._silent.add(ordered[number])

    def _says(self, piece: str) -> bool:
        """Does this block say anything, or is it nothing but a bare comment?"""
        skipped, remark = self._compiled.skipped, self._compiled.remark
        header, _break, rest = piece.partition("\n")
        if skipped and skipped.match(header) and piece not in self.opaque:
            if rest and not rest.isspace():
                raise ValueError(header)  # what is indented behind a comment belongs to the block before
            return bool(remark and remark.match(header))
        return True

    def needed(self, before: Sequence[str], after: Sequence[str], shared: set[str]) -> set[str]:
        """Which shared blocks say something about the others. Raise ValueError if a line goes on later."""
        others = {
            piece: self._look(piece) for side in (before, after) for piece in side if piece not in shared
        }
        pieces = list(shared)
        headers = [self.headers[piece] for piece in pieces]
        texts = {line.text for line in others.values()} | {self.headers[piece] for piece in others}
        keys = {line.key for line in others.values() if line.key}
        lists = {line.group for line in others.values() if line.group and not unknown(line.group)}
        kept = {piece for piece, header in zip(pieces, headers, strict=True) if header in texts}
        for number in self._top.akin(headers, keys, lists):
            line = self._look(pieces[number])
            if line.text in texts or line.key in keys or line.group in lists:
                kept.add(pieces[number])
        words = self._lists(others, "\n".join(headers))
        for side in (before, after) if words else ():
            kept.update(self._neighbours(side, others, words))
        return kept

    def _lists(self, others: Mapping[str, RuledLine], headers: str) -> dict[Key, str]:
        """These blocks' lists in no known order, each with a word of its lines, if others have it too."""
        words: dict[Key, str] = {}
        for line in others.values():
            if line.group and unknown(line.group):
                word = max(line.group[2:], key=len, default="")
                if word != line.text and word in headers:
                    words[line.group] = word
        return words

    def _neighbours(
        self, side: Sequence[str], others: Mapping[str, RuledLine], words: Mapping[Key, str]
    ) -> Iterator[str]:
        """The next shared block before and behind each other one whose order may mean something."""
        for way in (range(len(side)), range(len(side) - 1, -1, -1)):
            waiting: dict[Key, str] = {}
            for number in way:
                piece = side[number]
                if piece in others:
                    group = others[piece].group
                    if group and group in words:
                        waiting[group] = words[group]
                elif waiting and any(word in self.headers[piece] for word in waiting.values()):
                    group = self._look(piece).group
                    if group and waiting.pop(group, None) is not None:
                        yield piece

    def _look(self, piece: str) -> RuledLine:
        line = self._rules.look(self._top, self.headers[piece].rstrip())
        if self._rules.continues(line.text):
            raise ValueError(piece)
        return line
