"""What makes two lines the same line: order, keys, spelling, as the platform's data say.

Every pattern is looked at once a kind of section, not once a line: a hundred thousand lines take a fraction
of a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

from bitools import regex
from bitools.net.decisions.node import Node
from bitools.net.decisions.required_literals import literals_of
from bitools.net.decisions.respelling import RESPELLED, Respelled, Respelling
from bitools.net.decisions.text import Text
from bitools.platforms.model import LineRule, Platform

Key = tuple[str, ...]
UNKNOWN: Key = ("unknown",)  # begins the ordered group of lines whose order may mean something: nobody says
_REMEMBERED = 200_000  # lines


def unknown(group: Key | None) -> bool:
    """Does nobody say whether the order of these lines means something?"""
    return group is not None and group[:1] == UNKNOWN


def _anonymous(pattern: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", pattern)


class RuledLine(NamedTuple):
    """What the rules say of a line: how it is compared, its key and ordered group, and if it says nothing.

    `free`: a rule says that it is one of a set. A key alone frees a line only where no other has the same.
    """

    text: str
    key: Key | None
    group: Key | None
    silent: bool
    free: bool


Kind = Literal["ordered", "set", "keyed", "silent", "apart", "scalar", "remark"] | Respelled


class _Rule:
    """One pattern, what it says of a line, and which of those that say so it is."""

    def __init__(self, kind: Kind, number: int, pattern: str) -> None:
        self.kind, self.number, self.pattern = kind, str(number), pattern
        self._alone: Key | None = None if "(" in pattern else (self.number,)

    def key(self, text: str) -> Key:
        """Its number and what its groups say of a line that it fits."""
        if self._alone:
            return self._alone
        found = self._compiled.search(text)
        key = (self.number, *(group or "" for group in found.groups())) if found else (self.number,)
        if found and len(key) == 1:
            self._alone = key  # it has no groups, whoever fits it
        return key

    @cached_property
    def _compiled(self) -> regex.Pattern:
        return regex.compile(self.pattern)


class SectionRules:
    """The rules that hold inside one kind of section, looked for at once, and the lines looked at already.

    `free`: it is a set as a whole.
    """

    def __init__(self, patterns: Iterable[tuple[Kind, Sequence[str]]], *, free: bool) -> None:
        self._rules = [
            _Rule(kind, number, text) for kind, texts in patterns for number, text in enumerate(texts)
        ]
        self._set = regex.Set([rule.pattern for rule in self._rules])
        self._free = free
        self.known: dict[str, RuledLine] = {}

    def fitting(self, text: str) -> Mapping[Kind, _Rule]:
        """The rules that this line fits: of each kind the first, for that is the one that speaks."""
        first: dict[Kind, _Rule] = {}
        for at in self._set.fitting(text):
            rule = self._rules[at]
            first.setdefault(rule.kind, rule)
        return first

    def akin(self, lines: list[str], keys: Iterable[Key], lists: Iterable[Key]) -> Sequence[int]:
        """The numbers of the lines that could have one of these keys, stand in one of these ordered groups,
        or are spelled otherwise than they are compared.
        """
        named = {("ordered", group[0]) for group in lists}
        named |= {(key[0], key[1] if key[0] == "keyed" else "0") for key in keys}
        patterns = [
            _anonymous(rule.pattern)
            for rule in self._rules
            if rule.kind in RESPELLED or (rule.kind, rule.number) in named
        ]
        pattern = regex.any_of(tuple(patterns), lines=True)
        return Text(lines).having(pattern) if pattern else []

    def line(self, text: str, fits: Mapping[Kind, _Rule]) -> RuledLine:
        """What the rules say of this line, as it is compared."""
        key, group = _key(text, fits), fits["ordered"].key(text) if "ordered" in fits else None
        silent = "silent" in fits
        free = "set" in fits or (self._free and group is None)
        if free:
            return RuledLine(text, key, None, silent, free)
        if not (group or key):
            group = (*UNKNOWN, *fits["apart"].key(text)) if "apart" in fits else UNKNOWN
        return RuledLine(text, key, group, silent, free)


def _key(text: str, fits: Mapping[Kind, _Rule]) -> Key | None:
    """What stays when the line's value changes; None if the line is all there is."""
    if "keyed" in fits:
        return ("keyed", *fits["keyed"].key(text))
    return ("scalar", *fits["scalar"].key(text)[1:]) if "scalar" in fits else None


class Comparison:
    """A platform's rules, made ready."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._respelling = Respelling(platform.spelling)
        rules = platform.rules
        self._rules: Mapping[Kind, Sequence[LineRule]] = {
            "ordered": rules.ordered,
            "set": rules.set,
            "keyed": rules.keyed,
            "silent": platform.spelling.silent,
            "apart": rules.apart,
        }
        within = {rule.within for group in self._rules.values() for rule in group if rule.within}
        self._within = sorted(within)
        self._holding = regex.Set(self._within) if within else None
        self._sections: dict[frozenset[str], SectionRules] = {}
        self._headed: dict[str, SectionRules] = {}

    def section(self, header: str) -> SectionRules:
        """The rules inside a section with this header. Looked at once: both sides have mostly the same."""
        known = self._headed.get(header)
        if known is None:
            if len(self._headed) > _REMEMBERED:
                self._headed.clear()
            known = self._headed[header] = self._section(header)
        return known

    def _section(self, header: str) -> SectionRules:
        fitting = self._holding.fitting(header) if self._holding else ()
        holds = frozenset(self._within[at] for at in fitting)
        if holds not in self._sections:
            patterns: dict[Kind, list[str]] = {}
            for kind, rules in self._rules.items():
                patterns[kind] = [rule.line for rule in rules if rule.within is None or rule.within in holds]
            free = "" in patterns["set"]
            patterns["set"] = [text for text in patterns["set"] if text]
            self._sections[holds] = SectionRules([*patterns.items(), *self._everywhere], free=free)
        return self._sections[holds]

    def look(self, section: SectionRules, text: str) -> RuledLine:
        """A line of such a section. Both sides of a comparison say mostly the same: it is looked at once."""
        known = section.known.get(text)
        if known is None:
            if len(section.known) > _REMEMBERED:
                section.known.clear()
            known = section.known[text] = self._line(section, text)
        return known

    def _line(self, section: SectionRules, text: str) -> RuledLine:
        fits = section.fitting(text)
        if "remark" in fits:  # a comment that the device keeps: a line like others, that means nothing to it
            return RuledLine(text, None, None, silent=False, free=True)
        if not RESPELLED.isdisjoint(fits) and (said := self.spelled(text)) != text:
            return section.line(said, section.fitting(said))
        return section.line(text, fits)

    @cached_property
    def _everywhere(self) -> Sequence[tuple[Kind, Sequence[str]]]:
        """What is said of lines in every section."""
        words = "|".join(map(re.escape, sorted(self._platform.rules.scalar, key=len, reverse=True)))
        return [
            ("scalar", [rf"^(?:no |undo )?({words})(?: |$)"] if words else []),
            *self._respelling.patterns,
            ("remark", [rf"^(?:{pattern})" for pattern in self._platform.remarks]),
        ]

    @cached_property
    def _continued(self) -> regex.Pattern | None:
        pattern = self._platform.spelling.continued
        return regex.compile(pattern) if pattern else None

    def spelled(self, text: str) -> str:
        """The line as it is compared, whatever way it is written in."""
        return self._respelling.spelled(text)

    def header(self, node: Node) -> str:
        """What people know a block by, where several have the same header."""
        named = self._named
        name = next((child.text for child in node.children if named.match(child.text)), "") if named else ""
        return f"{node.text} {name}" if name else node.text

    @cached_property
    def _named(self) -> regex.Pattern | None:
        pattern = self._platform.rules.named
        return regex.compile(pattern) if pattern else None

    @cached_property
    def _word(self) -> str:
        """A word that every line which adds to a list has in it."""
        words = literals_of(self._platform.spelling.continued or "")
        return min(words, default="") if words and len(words) == 1 else ""

    def continues(self, text: str) -> bool:
        """Does this line add to a list that stands somewhere beside it?"""
        return self._continued is not None and self._word in text and bool(self._continued.match(text))

    def joined(self, children: Sequence[Node]) -> Sequence[Node]:
        """The siblings with `… add LIST` lines joined to the list they add to, wherever it stands."""
        continued = self._continued
        if continued is None:
            return children
        added: dict[str, list[str]] = {}
        for child in children:
            if self._word in child.text and (found := continued.match(child.text)):
                head = child.text[: found.start("list")].removesuffix("add ")
                added.setdefault(head, []).append(found["list"])
        if not added:
            return children
        result: list[Node] = []
        begun: set[str] = set()
        for child in children:
            found = continued.match(child.text)
            head = next((head for head in added if child.text.startswith(head)), "")
            if found is None and head and head not in begun:
                begun.add(head)
                child = child._replace(text=",".join((child.text, *added[head])))
            result.append(child)
        return [
            child
            for child in result
            if not (continued.match(child.text) and any(child.text.startswith(head) for head in begun))
        ]
