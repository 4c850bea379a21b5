"""What both sides of a comparison say word for word, left out before it is read: most of what there is. Pure.

A block that is there once on both sides changes nothing about the rest when it is taken out of both, if all
such blocks stand in the same order, and no other has its header, its key or a place in its list.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import TypeVar

from bitools.net.decisions.grammar import Grammar
from bitools.net.decisions.rules import Key, Line, unknown

Thing = TypeVar("Thing", bound=Hashable)
_TOP = re.compile(r"\n(?=\S)")  # before a line that is not indented


def without_shared(old: str, new: str, compiled: Grammar) -> tuple[str, str]:
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
    return next(left), next(left)


def _once(things: Iterable[Thing]) -> set[Thing]:
    """Those that are there exactly once."""
    return {thing for thing, times in Counter(things).items() if times == 1}


class _Reader:
    """Cuts texts into the blocks at their top, and looks at headers where it must."""

    def __init__(self, compiled: Grammar) -> None:
        self._compiled, self._rules, self._top = compiled, compiled.rules, compiled.rules.section("")
        self._judged: dict[str, bool] = {}  # block: does it say anything?
        self.opaque: set[str] = set()  # blocks with opaque text in them

    def blocks(self, text: str) -> list[str]:
        """The blocks, without bare comments. Raise ValueError if they cannot be told apart."""
        found: list[str] = []
        position = 0
        for start, end in _around_opaque(text, self._compiled):
            if position < start:
                found += _TOP.split(text[position : start - 1])
            found.append(text[start:end])
            self.opaque.add(text[start:end])
            position = end
        found += _TOP.split(text[position:])
        judged = self._judged
        for piece in set(found) - judged.keys():
            judged[piece] = self._says(piece)
        return [piece for piece in found if judged[piece]]

    def _says(self, piece: str) -> bool:
        """Does this block say anything, or is it nothing but a bare comment?"""
        skipped, remark = self._compiled.skipped, self._compiled.remark
        header, _break, rest = piece.partition("\n")
        if skipped and skipped.match(header) and piece not in self.opaque:
            if rest and not rest.isspace():
                raise ValueError(header)  # what is indented behind a comment belongs to the block before
            return bool(remark and remark.match(header))
        if not piece or piece[0].isspace():
            raise ValueError(piece)
        return True

    def needed(self, before: Sequence[str], after: Sequence[str], shared: set[str]) -> set[str]:
        """Which shared blocks say something about the others. Raise ValueError if a line goes on later."""
        others = {
            piece: self._look(piece) for side in (before, after) for piece in side if piece not in shared
        }
        headers = {piece: _header(piece) for piece in shared}
        texts = {line.text for line in others.values()} | {_header(piece) for piece in others}
        keys = {line.key for line in others.values() if line.key}
        lists = {line.group for line in others.values() if line.group and not unknown(line.group)}
        kept = {piece for piece, header in headers.items() if header in texts}
        if keys or lists:
            for piece, header in headers.items():
                if self._top.spoken_of(header):
                    line = self._look(piece)
                    if line.text in texts or line.key in keys or line.group in lists:
                        kept.add(piece)
        words = self._lists(others, "\n".join(headers.values()))
        for side in (before, after) if words else ():
            kept.update(self._neighbours(side, others, words))
        return kept

    def _lists(self, others: Mapping[str, Line], headers: str) -> dict[Key, str]:
        """These blocks' lists in no known order, each with a word of its lines, if others have it too."""
        words: dict[Key, str] = {}
        for line in others.values():
            if line.group and unknown(line.group):
                word = max(line.group[2:], key=len, default="")
                if word != line.text and word in headers:
                    words[line.group] = word
        return words

    def _neighbours(
        self, side: Sequence[str], others: Mapping[str, Line], words: Mapping[Key, str]
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
                elif waiting and any(word in _header(piece) for word in waiting.values()):
                    group = self._look(piece).group
                    if group and waiting.pop(group, None) is not None:
                        yield piece

    def _look(self, piece: str) -> Line:
        line = self._rules.look(self._top, _header(piece).rstrip())
        if self._rules.continues(line.text):
            raise ValueError(piece)
        return line


def _header(piece: str) -> str:
    return piece.partition("\n")[0]


def _around_opaque(text: str, compiled: Grammar) -> Sequence[tuple[int, int]]:
    """Where the blocks with opaque text begin and end."""
    if not compiled.platform.opaque:
        return []
    lines = text.splitlines()
    if len(lines) != text.count("\n") or not text.endswith("\n"):
        raise ValueError("a line that does not end in a line feed")
    found: list[tuple[int, int]] = []
    lengths: list[int] = []
    for _rule, start, end in compiled.opaque(lines, text):
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
