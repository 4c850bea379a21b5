"""How a platform is typed: its `change` data compiled, as generator and prediction both read it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, cached_property
from typing import final

from bitools import regex
from bitools.net.decisions.change.language.marks import Known, Mark, marks
from bitools.net.decisions.grammar import grammar
from bitools.net.decisions.node import Node
from bitools.net.decisions.rules import Comparison, Key
from bitools.platforms.change import (
    Along,
    Beside,
    ChangeRules,
    NamedObject,
    NumberList,
    Removal,
    Sentinel,
    Underivable,
    UnseenPlaces,
)
from bitools.platforms.model import Platform

_PLACE = re.compile(r"\\(\d)|\{(\w+)\}")
_LITERAL = re.compile(r"\^(?:[\w /-](?![?*+{|]))*")
_MIDDLE = 1_000  # the rank of what no rank names
_SECRET = "<secret"  # how a mask begins; never typed


def expanded(template: str, found: regex.Match, **words: str) -> str:
    """The template with the groups of a match, and with these words, in it."""

    def filled(place: re.Match[str]) -> str:
        if place[1]:
            return found[int(place[1])] or ""
        return words[place[2]] if place[2] in words else (found.groupdict().get(place[2]) or "")

    return _PLACE.sub(filled, template)


def hidden(text: str, body: Sequence[str] = ()) -> bool:
    """Does a mask stand here for what would have to be typed?"""
    return _SECRET in text or (bool(body) and any(_SECRET in line for line in body))


@final
class Dialect:
    """One platform's way of being configured. It never changes."""

    def __init__(self, platform: Platform) -> None:
        if platform.change is None:
            raise ValueError(platform.name)
        self.platform = platform
        self.change: ChangeRules = platform.change

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
    def asked(self) -> tuple[tuple[regex.Pattern, regex.Pattern | None, Underivable], ...]:
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
    def based(self) -> tuple[tuple[regex.Pattern, regex.Pattern], ...]:
        """Sections that stand on others, and those."""
        return tuple((regex.compile(one.line), regex.compile(one.on)) for one in self.change.based)

    @cached_property
    def said_in_lines(self) -> regex.Pattern | None:
        """A line of a text that is typed line by line."""
        return regex.compile(self.change.said_in_lines) if self.change.said_in_lines else None

    @cached_property
    def sides(self) -> Known[Sequence[tuple[int, bool]]]:
        """Of which kinds each line is that never stand together: the pair, and which of the two."""
        patterns = [pattern for pair in self.change.apart for pattern in (pair.one, pair.other)]
        fitting = regex.Set(patterns).fitting
        return Known(lambda text: [(at // 2, at % 2 == 1) for at in fitting(text)])

    @cached_property
    def beside(self) -> tuple[tuple[regex.Pattern, Beside], ...]:
        """Lines of which several stand side by side."""
        return tuple((regex.compile(one.line), one) for one in self.change.beside)

    @cached_property
    def lists(self) -> tuple[tuple[regex.Pattern, NumberList], ...]:
        """Lines with a list of numbers."""
        return tuple((regex.compile(one.line), one) for one in self.change.lists)

    @cached_property
    def named(self) -> tuple[tuple[regex.Pattern, NamedObject], ...]:
        """Lines that are part of a named thing."""
        return tuple((regex.compile(one.line), one) for one in self.change.named)

    @cached_property
    def sentinels(self) -> tuple[tuple[regex.Pattern, Sentinel], ...]:
        """What stands in a list meanwhile."""
        return tuple((regex.compile(one.within), one) for one in self.change.sentinels)

    def enters(self, text: str) -> bool:
        """Does one stand in a section after this line?"""
        if "opens" not in self.marks[text]:
            return False
        return not any(
            text.startswith(one.first.partition("\\")[0]) for one in self.change.hidden if one.first
        )

    @cached_property
    def hidden_places(self) -> tuple[tuple[regex.Pattern, regex.Pattern, UnseenPlaces], ...]:
        """Lists with places that are not shown, and their entries."""
        return tuple((regex.compile(one.within), regex.compile(one.line), one) for one in self.change.hidden)

    def asleep(self, text: str) -> str | None:
        """What a line says to be inactive; None if it says nothing of that kind."""
        mark = self.change.inactive
        return text.removeprefix(mark) if mark and text.startswith(mark) else None

    @cached_property
    def _numbered(self) -> tuple[regex.Pattern, ...]:
        return tuple(map(regex.compile, self.change.numbered))

    @cached_property
    def _exclusive(self) -> tuple[regex.Pattern, ...]:
        return tuple(map(regex.compile, self.change.exclusive))

    @cached_property
    def each_words(self) -> tuple[str, ...]:
        """How lines begin that stand for several."""
        return beginnings([one.line for one in self.change.each])

    @cached_property
    def leaves(self) -> tuple[tuple[regex.Pattern, str], ...]:
        """Sections that are left by words of their own."""
        return tuple((regex.compile(opens), word) for opens, word in self.change.leaves.items())

    def leave(self, header: str) -> str:
        """The word that leaves a section with this header."""
        return next((word for opens, word in self.leaves if opens.search(header)), self.change.exit)

    @cached_property
    def marks(self) -> Known[frozenset[Mark]]:
        """What kinds of line each is."""
        change = self.change
        return marks(
            {
                "acts": change.acts,
                "appended": change.appended,
                "early": change.early,
                "exclusive": change.exclusive,
                "hinders": change.hinders,
                "keeps": [one.line for one in change.keeps],
                "late": change.late,
                "lists": [one.line for one in change.lists],
                "loses": [one.line for one in change.loses],
                "named": [one.line for one in change.named],
                "numbered": change.numbered,
                "opens": change.opens,
                "permanent": change.permanent,
                "removals": [one.line for one in change.removals],
                "replace": change.replace,
                "retyped": change.retyped,
                "shown": change.shown,
                "slots": change.slots,
                "unordered": change.unordered,
                "whole": change.whole,
                "wipes": [one.line for one in change.wipes],
            }
        )

    @cached_property
    def _numbers(self) -> Known[int | None]:
        return Known(self._number)

    def _number(self, text: str) -> int | None:
        return next((int(found[1]) for pattern in self._numbered if (found := pattern.search(text))), None)

    def number(self, text: str) -> int | None:
        """The place that an entry names itself."""
        return self._numbers[text] if "numbered" in self.marks[text] else None

    def name(self, text: str) -> tuple[Key, regex.Match, NamedObject] | None:
        """The named thing that a single line is part of."""
        if "named" not in self.marks[text]:
            return None
        for number, (pattern, named) in enumerate(self.named):
            if found := pattern.search(text):
                return (str(number), *(group or "" for group in found.groups())), found, named
        return None

    @cached_property
    def _early(self) -> tuple[regex.Pattern, ...]:
        return tuple(map(regex.compile, self.change.early))

    def earliness(self, text: str) -> int:
        """The place of an early line before all others: below 0, the first kind lowest."""
        kinds = len(self._early)
        return next((at - kinds for at, one in enumerate(self._early) if one.search(text)), 0)

    @cached_property
    def _alike(self) -> tuple[regex.Pattern, ...]:
        return tuple(map(regex.compile, self.change.alike))

    def alike(self, text: str) -> Key | None:
        """What the device finds an entry by that it is told to remove, where its number does not count."""
        return _key(self._alike, text)

    @cached_property
    def _slots(self) -> tuple[regex.Pattern, ...]:
        return tuple(map(regex.compile, self.change.slots))

    @cached_property
    def wipes(self) -> tuple[tuple[regex.Pattern, regex.Pattern], ...]:
        """Lines that take others away, and which."""
        return tuple((regex.compile(one.line), regex.compile(one.also)) for one in self.change.wipes)

    def slot(self, text: str) -> Key | None:
        """The place that this line is the value of."""
        return _key(self._slots, text) if "slots" in self.marks[text] else None

    @cached_property
    def claims(self) -> Known[Key | None]:
        """What each line says that no other may say beside it."""
        return Known(self._claim)

    def claim(self, text: str) -> Key | None:
        """What this line says that no other may say beside it."""
        return self.claims[text]

    def _claim(self, text: str) -> Key | None:
        return _key(self._exclusive, text) if "exclusive" in self.marks[text] else None

    def rank(self, header: str) -> int:
        """Where what stands at the top comes in the order of definitions and what refers to them."""
        return self._ranks[header]

    @cached_property
    def _ranks(self) -> Known[int]:
        ranks = [(number, one) for number, some in enumerate(self.change.order) for one in some]
        rest = next((number for number, pattern in ranks if pattern == "."), _MIDDLE)
        named = [(number, pattern) for number, pattern in ranks if pattern != "."]
        fitting = regex.Set([pattern for _number, pattern in named]).fitting
        return Known(lambda header: next((named[at][0] for at in fitting(header)), rest))


def _key(patterns: Sequence[regex.Pattern], text: str) -> Key | None:
    """The number of the first pattern that fits, and its groups: equal for lines that are about one thing."""
    for number, pattern in enumerate(patterns):
        if found := pattern.search(text):
            return (str(number), *(group or "" for group in found.groups()))
    return None


def beginnings(patterns: Sequence[str]) -> tuple[str, ...]:
    """How a line begins that one of them fits: most lines begin otherwise, and that is seen fast."""
    return tuple(map(_beginning, patterns))


def _beginning(pattern: str) -> str:
    outside = re.sub(r"\\.|\[[^\]]*\]|\([^()]*\)", "", pattern)
    found = _LITERAL.match(pattern)
    return "" if found is None or "|" in outside or "(" in outside else found[0][1:]


def texts(root: Node) -> Sequence[str]:
    """Every line of a tree, in no order."""
    said: list[str] = []
    left = [root]
    while left:
        children = left.pop().children
        said += [child.text for child in children]
        left += [child for child in children if child.children]
    return said


@cache
def dialect(platform: Platform) -> Dialect:
    """A platform's dialect, made once. Raise ValueError if nobody has said how it is configured."""
    return Dialect(platform)
