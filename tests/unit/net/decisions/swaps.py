"""Every pair of neighbours of a configuration, changed in their places, each with what stands under it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from bitools.net.decisions.grammar import Grammar, grammar
from bitools.net.decisions.text import Text
from bitools.platforms.model import Platform

MOST = 400  # pairs of one recording


class Swap(NamedTuple):
    """The section, the two lines in it, and the whole text with both blocks changed in their places."""

    header: str
    one: str
    other: str
    text: str


class _Block(NamedTuple):
    line: str
    start: int
    end: int
    inside: list[_Block]


def swaps(text: str, platform: Platform) -> Iterator[Swap]:
    """The first of them, section by section."""
    lines = text.splitlines()
    number = 0
    for header, one, other in _neighbours("", _blocks(lines, platform)):
        if one.line == other.line or one.end != other.start:
            continue
        changed = [
            *lines[: one.start],
            *lines[other.start : other.end],
            *lines[one.start : one.end],
            *lines[other.end :],
        ]
        yield Swap(header, one.line, other.line, "\n".join([*changed, ""]))
        number += 1
        if number == MOST:
            return


def _neighbours(header: str, blocks: list[_Block]) -> Iterator[tuple[str, _Block, _Block]]:
    for one, other in pairwise(blocks):
        yield header, one, other
    for block in blocks:
        yield from _neighbours(block.line, block.inside)


def _blocks(lines: list[str], platform: Platform) -> list[_Block]:
    """By indentation, by braces, by words that open and close, or by `/section` lines."""
    outline = _Outline(grammar(platform))
    text = {
        number for span in outline.grammar.opaque(Text(lines)) for number in range(span.start - 1, span.end)
    }
    for number, line in enumerate(lines):
        if number in text:
            outline.close(0, number)
        elif line.strip():
            outline.add(number, line)
    outline.close(0, len(lines))
    return [block for block in outline.top if re.search(r"\w", block.line)]


class _Outline:
    """What is open at a line: how deep it stands, whether a word or brace opened it, and the block."""

    def __init__(self, compiled: Grammar) -> None:
        self.grammar = compiled
        self.top: list[_Block] = []
        self._open: list[tuple[int, bool, _Block]] = []

    def close(self, depth: int, end: int) -> None:
        while len(self._open) > depth:
            block = self._open.pop()[2]
            siblings = self._open[-1][2].inside if self._open else self.top
            siblings[-1] = block._replace(end=end)

    def add(self, number: int, line: str) -> None:
        plain, indent, nesting = line.strip(), len(line) - len(line.lstrip()), self.grammar.platform.nesting
        opens = [words for words in self.grammar.blocks if words.opens.search(plain)]
        if self.grammar.skipped and self.grammar.skipped.match(line) and not opens:
            return
        if plain == "}" and nesting == "braces":
            self.close(len(self._open) - 1, number + 1)
            return
        if self.grammar.closing and self.grammar.closing.search(plain):
            worded = [at for at, (_indent, word, _block) in enumerate(self._open) if word]
            self.close(worded[-1] if worded else 0, number + 1)
            return
        if (nesting == "sections" and plain.startswith("/")) or (opens and opens[0].closes is None):
            self.close(0, number)
        elif nesting == "indent":
            deep = (at for at, (left, word, _block) in enumerate(self._open) if left >= indent and not word)
            self.close(next(deep, len(self._open)), number)
        said = (
            plain.partition(" ## ")[0].removesuffix("{").removesuffix(";").rstrip()
            if nesting == "braces"
            else plain
        )
        block = _Block(said, number, number + 1, [])
        (self._open[-1][2].inside if self._open else self.top).append(block)
        if nesting == "indent" or plain.endswith("{") or plain.startswith("/"):
            self._open.append((indent, bool(opens), block))
