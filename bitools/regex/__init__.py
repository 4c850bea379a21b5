"""Patterns that meet what a device, a directory or a file says: linear in its length, whatever it says.

Python's own `re` can be made to search for ever, and keeps every other thread waiting meanwhile. So these are
google-re2's: https://github.com/google/re2/wiki/Syntax, without look-around and back-references.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Literal

import re2

from bitools.i18n import _
from bitools.regex import taming
from bitools.regex.engine import Engine, error, options, within_a_letter

_LINE = 256  # letters
_OFTEN = 200  # looks at short texts that a pattern is parsed anew for: once in half a millisecond


class Match:
    """Where a pattern matched."""

    __slots__ = ("_found", "_names")

    def __init__(self, found: Any, names: Mapping[str, int]) -> None:
        self._found, self._names = found, names

    def __getitem__(self, group: int | str) -> str:
        text: str = self._found[self._number(group)]
        return text

    def groups(self) -> tuple[str | None, ...]:
        """What each group matched."""
        found: tuple[str | None, ...] = self._found.groups()
        return found

    def groupdict(self) -> dict[str, str | None]:
        """What each named group matched."""
        return {name: self._found[number] for name, number in self._names.items()}

    def start(self, group: int | str = 0) -> int:
        """Where the match, or a group of it, begins; -1 for a group that is not in it."""
        return self.span(group)[0]

    def end(self, group: int | str = 0) -> int:
        """Where it ends."""
        return self.span(group)[1]

    def span(self, group: int | str = 0) -> tuple[int, int]:
        """Both."""
        place: tuple[int, int] = self._found.span(self._number(group))
        return place

    def _number(self, group: int | str) -> int:
        return group if isinstance(group, int) else self._names[group]


class _InBytes(Match):
    """A match in the bytes of a text; `shift`: how many of those before it are no letter of their own."""

    __slots__ = ("_shift",)

    def __init__(self, found: Any, names: Mapping[str, int], shift: int) -> None:
        super().__init__(found, names)
        self._shift = shift

    def __getitem__(self, group: int | str) -> str:
        text: bytes | None = self._found[self._number(group)]
        return text.decode() if text is not None else text  # type: ignore[return-value]  # as in `re`

    def groups(self) -> tuple[str | None, ...]:
        return tuple(None if one is None else one.decode() for one in self._found.groups())

    def groupdict(self) -> dict[str, str | None]:
        groups = self.groups()
        return {name: groups[number - 1] for name, number in self._names.items()}

    def span(self, group: int | str = 0) -> tuple[int, int]:
        start, end = self._found.span(self._number(group))
        if start < 0:
            return start, end
        begins = self._found.span()[0]
        return self._letters(begins, start), self._letters(begins, end)

    def _letters(self, begins: int, place: int) -> int:
        within: bytes = self._found.string[begins:place]
        return begins - self._shift + (place - begins if within.isascii() else len(within.decode()))


class Pattern:
    """A compiled pattern; its methods are those of Python's own.

    A text of a usual line's length goes through Python's engine where the pattern is so tame that it cannot
    take long, as soon as it has been looked for so often that finding this out is worth it.
    """

    __slots__ = ("_compiled", "_looks", "_plain", "_quick", "groupindex", "lines", "pattern")

    def __init__(self, pattern: str, compiled: Engine, *, lines: bool) -> None:
        self.pattern = pattern
        self._compiled = compiled
        self.lines = lines
        self._looks = 0  # at short texts
        self._quick: Any = None  # what these go through, once they are many
        self._plain: re.Pattern[str] | Literal[False] | None = False  # Python's own, not chosen yet
        self.groupindex: Mapping[str, int] = compiled.groupindex

    def search(self, text: str, pos: int = 0) -> Match | None:
        """The first match anywhere."""
        engine = self._compiled if len(text) > _LINE else self._quick or self._engine(text)
        found = engine.search(text, pos)
        return None if found is None else Match(found, self.groupindex)

    def match(self, text: str, pos: int = 0) -> Match | None:
        """A match at the beginning."""
        engine = self._compiled if len(text) > _LINE else self._quick or self._engine(text)
        found = engine.match(text, pos)
        return None if found is None else Match(found, self.groupindex)

    def fullmatch(self, text: str) -> Match | None:
        """A match of the whole text."""
        found = self._engine(text).fullmatch(text)
        return None if found is None else Match(found, self.groupindex)

    def finditer(self, text: str) -> Iterator[Match]:
        """Every match, in order."""
        if len(text) <= _LINE:
            engine = self._engine(text)
        elif not (engine := self._python()):
            yield from self._in_bytes(text)
            return
        for found in engine.finditer(text):
            yield Match(found, self.groupindex)

    def _in_bytes(self, text: str) -> Iterator[Match]:
        """Every match in a long text. In its letters google-re2 would count anew for each of them."""
        data = text.encode(errors="replace")
        plain, shift, counted = len(data) == len(text), 0, 0
        for found in self._compiled.finditer_bytes(data):
            if not plain:
                start = found.start()
                if within_a_letter(data, start):
                    continue  # nothing was found, there
                shift += start - counted - len(data[counted:start].decode())
                counted = start
            yield _InBytes(found, self.groupindex, shift)

    def _python(self) -> re.Pattern[str] | None:
        """Python's own engine, if it takes every place of any text alike: for thousands of tiny matches."""
        if self._plain is False:
            self._plain = taming.for_any_text(self.pattern, self.lines)
        return self._plain

    def line_numbers(self, text: str) -> list[int]:
        """The numbers of the lines in which it is found, by one look at the whole text: a hundred thousand
        single searches cost more than what they search. For patterns of single lines, compiled with `lines`.
        """
        data = text.encode(errors="replace")
        numbers, number, begins = [], 0, 0
        place = self._compiled.place
        while (at := place(data, begins)) >= 0:
            number += data.count(b"\n", begins, at)
            numbers.append(number)
            number, begins = number + 1, data.find(b"\n", at) + 1
            if not begins:
                break
        return numbers

    def _engine(self, text: str) -> Any:
        if len(text) > _LINE:
            return self._compiled
        if self._quick is None:
            self._looks += 1
            if self._looks < _OFTEN:
                return self._compiled
            self._quick = taming.for_a_line(self.pattern, self.lines) or self._compiled
        return self._quick

    def sub(self, instead: Callable[[Match], str] | str, text: str) -> str:
        """The text with each match replaced."""
        if isinstance(instead, str):
            return self._replaced(instead, text)
        pieces, last = [], 0
        for found in self.finditer(text):
            pieces += [text[last : found.start()], instead(found)]
            last = found.end()
        return "".join([*pieces, text[last:]])

    def _replaced(self, instead: str, text: str) -> str:
        """The same with one word for all: nobody asks where they are."""
        if python := self._python():
            return python.sub(lambda _found: instead, text)
        data, word = text.encode(errors="replace"), instead.encode()
        pieces, last = [], 0
        for found in self._compiled.finditer_bytes(data):
            start, end = found.span()
            if start < end or not within_a_letter(data, start):
                pieces += [data[last:start], word]
                last = end
        return b"".join([*pieces, data[last:]]).decode()


class Unsuitable(ValueError):
    """Not a pattern, or one that takes more than linear time; the text says how to write it instead."""


@cache
def compile(pattern: str, *, lines: bool = False) -> Pattern:  # noqa: A001  # as in `re`, module-qualified
    """Compile a pattern, once. With `lines` the signs `^` and `$` are those of a line, not of the text.

    Raise Unsuitable.
    """
    try:
        return Pattern(pattern, Engine(f"(?m){pattern}" if lines else pattern), lines=lines)
    except error as wrong:
        raise Unsuitable(_why(pattern, str(wrong))) from wrong


class Set:
    """Several patterns, looked for at once: which of them are found in a text."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Raise Unsuitable."""
        self._set = re2.Set.SearchSet(options())
        for pattern in patterns:
            try:
                self._set.Add(pattern)
            except error as wrong:
                raise Unsuitable(_why(pattern, str(wrong))) from wrong
        self._set.Compile()

    def fitting(self, text: str) -> Sequence[int]:
        """The numbers of those that are found in it, in order."""
        found = self._set.Match(text.encode(errors="replace"))
        return sorted(found) if found else ()


@cache
def any_of(patterns: Sequence[str], *, lines: bool = False) -> Pattern | None:
    """One pattern for all of them; None for none. Raise Unsuitable."""
    if not patterns:
        return None
    for pattern in patterns:
        compile(pattern, lines=lines)  # a complaint is about one of them
    return compile("|".join(f"(?:{pattern})" for pattern in patterns), lines=lines)


def _why(pattern: str, said: str) -> str:
    for sign, cure in (
        (
            "(?!",
            _("leave (?!…) out; name what is no secret under no_secret, or write a class such as [^ ]"),
        ),
        ("(?<", _("leave (?<…) out: match what stands before, and put what is meant into a group")),
        ("(?=", _("leave (?=…) out: match what follows, and put what is meant into a group")),
        ("(?P=", _("leave (?P=…) out: match the closing word like any other")),
        ("(?>", _("leave (?>…) out: it is never slow here")),
    ):
        if sign in pattern:
            return _("the pattern {pattern} would not be linear: {cure}").format(pattern=pattern, cure=cure)
    return _("not a regular expression: {why}").format(why=said)
