"""Patterns that are looked for line by line. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bitools import regex
from bitools.net.decisions.required_literals import Finder, finder


class Lines:
    """Some patterns that are looked for line by line; the words they need are looked for first."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._pattern = any_of(patterns)
        self._finder = finder(tuple(patterns))

    def search(self, lines: Sequence[str], whole: str = "") -> Iterator[int]:
        """The numbers of the lines in which one of them is found; `whole`: the same lines, unsplit."""
        if self._pattern is None:
            return
        search = self._pattern.search
        for number in among(lines, self._finder, whole):
            if search(lines[number]):
                yield number

    def match(self, lines: Sequence[str], whole: str = "") -> set[int]:
        """The numbers of the lines that begin with one of them."""
        match = self._pattern.match if self._pattern else None
        return {one for one in among(lines, self._finder, whole) if match(lines[one])} if match else set()


def any_of(patterns: Sequence[str]) -> regex.Pattern | None:
    """One pattern for all of them, or None; looked for in single lines or (`^`, `$`) in a whole text."""
    return regex.any_of(tuple(patterns), lines=True)


def among(lines: Sequence[str], looked: Finder, whole: str = "") -> Sequence[int]:
    """The numbers of the lines that are worth a look."""
    numbers = looked.lines(whole or "\n".join(lines))
    return range(len(lines)) if numbers is None else numbers
