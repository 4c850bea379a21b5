"""Sections that words open and close, whatever the indentation says. Pure.

FortiOS nests `config … end` and `edit … next`, also where nothing is indented (one VDOM after another); Dell,
Cisco Small Business and their kin write `interface …` to `exit` flush left. Taken by indentation alone, the
lines of all interfaces would be siblings, and two ports that swap their VLANs no change at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

from bitools.net.decisions.grammar import BlockWords

Item = TypeVar("Item")


class _Open(NamedTuple, Generic[Item]):
    indent: int
    words: BlockWords | None  # None: opened by indentation only
    item: Item


class Stack(Generic[Item]):
    """What is open at a line: the sections around it, outermost first."""

    def __init__(self, blocks: Sequence[BlockWords]) -> None:
        self._blocks = blocks
        self._open: list[_Open[Item]] = []

    @property
    def above(self) -> tuple[Item, ...]:
        """What the next line stands under, if it is no less indented."""
        return tuple(one.item for one in self._open)

    def closes(self, text: str) -> bool:
        """Does this line end a section? Then it is ended, with what was left open inside."""
        for depth in range(len(self._open) - 1, -1, -1):
            words = self._open[depth].words
            if words and words.closes and words.closes.search(text):
                del self._open[depth:]
                return True
        return False

    def ends_something(self, text: str) -> bool:
        """Is this a word that ends sections, open or not?"""
        return any(words.closes and words.closes.search(text) for words in self._blocks)

    def enter(self, indent: int, text: str) -> None:
        """Leave the sections in which a line so indented does not stand."""
        opens = self._opener(text)
        if opens and opens.closes is None:
            same = [depth for depth, one in enumerate(self._open) if one.words is opens]
            del self._open[same[-1] if same else len(self._open) :]
        while self._open and not _holds(self._open[-1], indent):
            self._open.pop()

    def push(self, indent: int, text: str, item: Item) -> None:
        """What follows may stand under this line."""
        self._open.append(_Open(indent, self._opener(text), item))

    def _opener(self, text: str) -> BlockWords | None:
        return next((words for words in self._blocks if words.opens.search(text)), None)


def _holds(one: _Open[Item], indent: int) -> bool:
    return indent > one.indent or (one.words is not None and indent == one.indent)
