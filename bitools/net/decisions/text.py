"""The lines of a text, split once, and those of them that are worth a look. Pure.

Dozens of things are looked for in a configuration, and almost no line has one of them in it. One look at the
whole for all of them together costs what each would cost alone; each is then looked for in the lines left.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence

from bitools import regex
from bitools.net.decisions.required_literals import Finder


class Sought:
    """Patterns of single lines (compiled with `lines`) that will be looked for in the same text."""

    def __init__(self, patterns: Iterable[regex.Pattern | None]) -> None:
        self._patterns = frozenset(one.pattern for one in patterns if one is not None)
        self.any = regex.compile("|".join(f"(?:{one})" for one in sorted(self._patterns)), lines=True)

    def __contains__(self, pattern: regex.Pattern) -> bool:
        return pattern.pattern in self._patterns


class Text:
    """Lines without their breaks, looked at once for all that is `sought`; else a look costs another one."""

    __slots__ = ("_excerpt", "_numbers", "_sought", "_whole", "lines")

    def __init__(self, lines: list[str], sought: Sought | None = None, whole: str = "") -> None:
        """`whole`: the same lines, where somebody has them unsplit."""
        self.lines = lines
        self._sought = sought
        self._whole: str | None = whole or None
        self._numbers = sought.any.line_numbers(self.whole) if sought and lines else []
        self._excerpt: str | None = None

    @classmethod
    def of(cls, text: str) -> Text:
        """The lines of a text that ends in a line break."""
        return cls(text.removesuffix("\n").split("\n"))

    def __str__(self) -> str:
        return f"{self.whole}\n" if self.lines else ""

    @property
    def whole(self) -> str:
        """The lines in one piece, without the break behind the last."""
        if self._whole is None:
            self._whole = "\n".join(self.lines)
        return self._whole

    def having(self, pattern: regex.Pattern) -> Sequence[int]:
        """The numbers of the lines in which this is found, in order."""
        if self._sought is None or pattern not in self._sought:
            return pattern.line_numbers(self.whole) if self.lines else []
        if not self._numbers:
            return []
        if self._excerpt is None:
            self._excerpt = "\n".join(self.lines[number] for number in self._numbers)
        return [self._numbers[at] for at in pattern.line_numbers(self._excerpt)]

    def among(self, finder: Finder) -> Sequence[int]:
        """The numbers of the lines in which the finder's patterns could match."""
        if finder.everywhere:
            return range(len(self.lines))
        return self.having(finder.words) if finder.words else []

    def replace(self, number: int, line: str) -> None:
        """Write a line anew. What is sought may come to stand only where something sought stood before."""
        self.lines[number] = line
        self._excerpt = self._whole = None

    def copy(self) -> Text:
        """Another one with the same lines."""
        return self._like(list(self.lines), list(self._numbers))

    def without(self, gone: Collection[int]) -> Text:
        """The text without some lines."""
        lost = sorted(gone)
        lines = [line for number, line in enumerate(self.lines) if number not in gone]
        return self._like(
            lines, [number - bisect_left(lost, number) for number in self._numbers if number not in gone]
        )

    def part(self, start: int, end: int) -> Text:
        """Lines [start, end)."""
        if (start, end) == (0, len(self.lines)):
            return self
        return self._like(self.lines[start:end], [at - start for at in self._numbers if start <= at < end])

    def instead(self, lines: list[str]) -> Text:
        """Other lines, looked at for the same things."""
        return Text(lines, self._sought)

    def _like(self, lines: list[str], numbers: list[int]) -> Text:
        text = Text(lines)
        text._sought, text._numbers = self._sought, numbers
        return text
