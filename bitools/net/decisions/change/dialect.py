"""How a platform is typed: its `change` data compiled, as generator and prediction both read it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from typing import final

from bitools import regex
from bitools.net.decisions.grammar import grammar
from bitools.net.decisions.node import Node
from bitools.net.decisions.rules import Comparison, Key
from bitools.platforms.change import Along, Asked, Beside, Change, Hidden, Listed, Named, Removal, Sentinel
from bitools.platforms.model import Platform

_PLACE = re.compile(r"\\(\d)|\{(\w+)\}")
_LITERAL = re.compile(r"\^(?:[\w /-](?![?*+{|]))*")
_MIDDLE = 1_000  # the rank of what no rank names
_SECRET = "<secret"  # how a mask begins; never typed


def expanded(template: str, found: regex.Match, **words: str) -> str:
    """The template with the groups of a match, and with these words, in it."""

    def said(place: re.Match[str]) -> str:
        if place[1]:
            return found[int(place[1])] or ""
        return words[place[2]] if place[2] in words else (found.groupdict().get(place[2]) or "")

    return _PLACE.sub(said, template)


def hidden(text: str, body: Sequence[str] = ()) -> bool:
    """Does a mask stand here for what would have to be typed?"""
    return _SECRET in text or any(_SECRET in line for line in body)


@final
class Dialect:
    """One platform's way of being configured. It never changes."""

    def __init__(self, platform: Platform) -> None:
        if platform.change is None:
            raise ValueError(platform.name)
        self.platform = platform
        self.change: Change = platform.change
        self._ranks: dict[str, int] = {}
        self._words: dict[str, tuple[int, list[tuple[int, regex.Pattern]]]] = {}

    @property
    def rules(self) -> Comparison:
        """What makes two lines the same line."""
        return grammar(self.platform).rules

    @cached_property
    def removals(self) -> tuple[tuple[regex.Pattern, regex.Pattern | None, Removal], ...]:
        """Lines with a removal of their own."""
        return tuple(
            (regex.compile(one.line), regex.compile(one.within) if one.within else None, one)
            for one in self.change.removals
        )

    @cached_property
    def removed_otherwise(self) -> regex.Pattern | None:
        """Any of those lines."""
        return _any([one.line for one in self.change.removals])

    @cached_property
    def asked(self) -> tuple[tuple[regex.Pattern, regex.Pattern | None, Asked], ...]:
        """Lines whose removal is asked for."""
        return tuple(
            (regex.compile(one.line), regex.compile(one.within) if one.within else None, one)
            for one in self.change.ask
        )

    @cached_property
    def along(self) -> tuple[tuple[regex.Pattern, Along], ...]:
        """Lines with which others go."""
        return tuple((regex.compile(one.line), one) for one in self.change.along)

    @cached_property
    def beside(self) -> tuple[tuple[regex.Pattern, Beside], ...]:
        """Lines of which several stand side by side."""
        return tuple((regex.compile(one.line), one) for one in self.change.beside)

    @cached_property
    def lists(self) -> tuple[tuple[regex.Pattern, Listed], ...]:
        """Lines with a list of numbers."""
        return tuple((regex.compile(one.line), one) for one in self.change.lists)

    @cached_property
    def named(self) -> tuple[tuple[regex.Pattern, Named], ...]:
        """Lines that are part of a named thing."""
        return tuple((regex.compile(one.line), one) for one in self.change.named)

    @cached_property
    def sentinels(self) -> tuple[tuple[regex.Pattern, Sentinel], ...]:
        """What stands in a list meanwhile."""
        return tuple((regex.compile(one.within), one) for one in self.change.sentinels)

    def enters(self, text: str) -> bool:
        """Does one stand in a section after this line?"""
        if self.opens is None or not self.opens.search(text):
            return False
        return not any(
            text.startswith(one.first.partition("\\")[0]) for one in self.change.hidden if one.first
        )

    @cached_property
    def hidden_places(self) -> tuple[tuple[regex.Pattern, regex.Pattern, Hidden], ...]:
        """Lists with places that are not shown, and their entries."""
        return tuple((regex.compile(one.within), regex.compile(one.line), one) for one in self.change.hidden)

    @cached_property
    def permanent(self) -> regex.Pattern | None:
        """A header that cannot be removed."""
        return _any(self.change.permanent)

    @cached_property
    def opens(self) -> regex.Pattern | None:
        """A line that opens a section."""
        return _any(self.change.opens)

    @cached_property
    def replace(self) -> regex.Pattern | None:
        """A line that does not overwrite another."""
        return _any(self.change.replace)

    @cached_property
    def appended(self) -> regex.Pattern | None:
        """A line of a list that may be written again."""
        return _any(self.change.appended)

    @cached_property
    def early(self) -> regex.Pattern | None:
        """A line that comes first in its section."""
        return _any(self.change.early)

    @cached_property
    def late(self) -> regex.Pattern | None:
        """A line that comes last in its section."""
        return _any(self.change.late)

    @cached_property
    def retyped(self) -> regex.Pattern | None:
        """A header that is typed over."""
        return _any(self.change.retyped)

    def asleep(self, text: str) -> str | None:
        """What a line says to be inactive; None if it says nothing of that kind."""
        mark = self.change.inactive
        return text.removeprefix(mark) if mark and text.startswith(mark) else None

    @cached_property
    def shown(self) -> regex.Pattern | None:
        """A line that is typed in another way than it is shown."""
        return _any(self.change.shown)

    @cached_property
    def whole(self) -> regex.Pattern | None:
        """The header of a section that is typed anew."""
        return _any(self.change.whole)

    @cached_property
    def acts(self) -> regex.Pattern | None:
        """A line that is no configuration but acts."""
        return _any(self.change.acts)

    @cached_property
    def _numbered(self) -> tuple[regex.Pattern, ...]:
        return tuple(map(regex.compile, self.change.numbered))

    @cached_property
    def _any_numbered(self) -> regex.Pattern | None:
        return _any(self.change.numbered)

    @cached_property
    def _exclusive(self) -> tuple[regex.Pattern, ...]:
        return tuple(map(regex.compile, self.change.exclusive))

    @cached_property
    def _exclusive_words(self) -> tuple[str, ...]:
        return beginnings(self.change.exclusive)

    @cached_property
    def each_words(self) -> tuple[str, ...]:
        """How lines begin that stand for several."""
        return beginnings([one.line for one in self.change.each])

    @cached_property
    def _any_exclusive(self) -> regex.Pattern | None:
        return _any(self.change.exclusive)

    @cached_property
    def leaves(self) -> tuple[tuple[regex.Pattern, str], ...]:
        """Sections that are left by words of their own."""
        return tuple((regex.compile(opens), word) for opens, word in self.change.leaves.items())

    def leave(self, header: str) -> str:
        """The word that leaves a section with this header."""
        return next((word for opens, word in self.leaves if opens.search(header)), self.change.exit)

    def number(self, text: str) -> int | None:
        """The place that an entry names itself."""
        if self._any_numbered is None or not self._any_numbered.search(text):
            return None
        for pattern in self._numbered:
            if found := pattern.search(text):
                return int(found[1])
        return None

    def name(self, text: str) -> tuple[Key, regex.Match, Named] | None:
        """The named thing that a single line is part of."""
        for number, (pattern, named) in enumerate(self.named):
            if found := pattern.search(text):
                return (str(number), *(group or "" for group in found.groups())), found, named
        return None

    @cached_property
    def _slots(self) -> tuple[regex.Pattern, ...]:
        return tuple(map(regex.compile, self.change.slots))

    @cached_property
    def wipes(self) -> tuple[tuple[regex.Pattern, regex.Pattern], ...]:
        """Lines that take others away, and which."""
        return tuple((regex.compile(one.line), regex.compile(one.also)) for one in self.change.wipes)

    def slot(self, text: str) -> Key | None:
        """The place that this line is the value of."""
        for number, pattern in enumerate(self._slots):
            if found := pattern.search(text):
                return (str(number), *(group or "" for group in found.groups()))
        return None

    def claim(self, text: str) -> Key | None:
        """What this line says that no other may say beside it."""
        if self._any_exclusive is None or not text.startswith(self._exclusive_words):
            return None
        for number, pattern in enumerate(self._exclusive):
            if found := pattern.search(text):
                return (str(number), *(group or "" for group in found.groups()))
        return None

    def rank(self, header: str) -> int:
        """Where what stands at the top comes in the order of definitions and what refers to them."""
        known = self._ranks.get(header)
        if known is None:
            known = self._ranks[header] = self._rank(header)
        return known

    def _rank(self, header: str) -> int:
        begins = header.partition(" ")[0]
        rest, ranks = self._ranked(begins)
        return next((number for number, pattern in ranks if pattern.search(header)), rest)

    def _ranked(self, begins: str) -> tuple[int, list[tuple[int, regex.Pattern]]]:
        """The ranks that something which begins with this word may have, and the one of whatever has none."""
        known = self._words.get(begins)
        if known is None:
            rest, some = _MIDDLE, []
            for number, patterns in enumerate(self.change.order):
                for pattern in patterns:
                    if pattern == ".":
                        rest = number
                    elif _may_begin(pattern, begins):
                        some.append((number, regex.compile(pattern)))
            known = self._words[begins] = rest, some
        return known


def _may_begin(pattern: str, word: str) -> bool:
    """May a line that begins with this word fit?"""
    literal = _beginning(pattern).partition(" ")
    return word == literal[0] if literal[1] else word.startswith(literal[0])


def beginnings(patterns: Sequence[str]) -> tuple[str, ...]:
    """How a line begins that one of them fits: most lines begin otherwise, and that is seen fast."""
    return tuple(map(_beginning, patterns))


def _beginning(pattern: str) -> str:
    outside = re.sub(r"\\.|\[[^\]]*\]|\([^()]*\)", "", pattern)
    found = _LITERAL.match(pattern)
    return "" if found is None or "|" in outside or "(" in outside else found[0][1:]


def texts(root: Node) -> Iterator[str]:
    """Every line of a tree, in no order."""
    left = [root]
    while left:
        for child in left.pop().children:
            yield child.text
            if child.children:
                left.append(child)


def _any(patterns: Sequence[str]) -> regex.Pattern | None:
    return regex.any_of(tuple(re.sub(r"\(\?P<\w+>", "(?:", pattern) for pattern in patterns))


@cache
def dialect(platform: Platform) -> Dialect:
    """A platform's dialect, made once. Raise ValueError if nobody has said how it is configured."""
    return Dialect(platform)
