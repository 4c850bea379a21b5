"""Patterns that are looked for line by line. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bitools import regex
from bitools.net.decisions.required_literals import finder
from bitools.net.decisions.text import Text


class LinePatterns:
    """Some patterns that are looked for line by line; the words they need are looked for first."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._pattern = any_of(patterns)
        self.finder = finder(tuple(patterns))

    def search(self, text: Text) -> Iterator[int]:
        """The numbers of the lines in which one of them is found."""
        if self._pattern is None:
            return
        search = self._pattern.search
        for number in text.among(self.finder):
            if search(text.lines[number]):
                yield number

    def match(self, text: Text) -> set[int]:
        """The numbers of the lines that begin with one of them."""
        match = self._pattern.match if self._pattern else None
        return {one for one in text.among(self.finder) if match(text.lines[one])} if match else set()


def any_of(patterns: Sequence[str]) -> regex.Pattern | None:
    """One pattern for all of them, or None; looked for in single lines or (`^`, `$`) in a whole text."""
    return regex.any_of(tuple(patterns), lines=True)
