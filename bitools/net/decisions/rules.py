"""What makes two lines the same line: order, keys, spelling, as the platform's data say.

Every pattern is looked at once a kind of section, not once a line: a hundred thousand lines take a fraction
of a second.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple

from bitools import regex
from bitools.net.decisions.node import Node
from bitools.net.decisions.required_literals import words_of
from bitools.platforms.model import Platform, Rule

Key = tuple[str, ...]
UNKNOWN: Key = ("unknown",)  # begins the ordered group of lines whose order may mean something: nobody says
_REMEMBERED = 200_000  # lines


def unknown(group: Key | None) -> bool:
    """Does nobody say whether the order of these lines means something?"""
    return group is not None and group[:1] == UNKNOWN


class _Patterns:
    """Some rules as one pattern: which of them a line fits, and its groups."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._patterns = [regex.compile(rule.line) for rule in rules]
        self._any = regex.any_of(tuple(_anonymous(rule.line) for rule in rules))

    def key(self, text: str) -> Key | None:
        """The number of the first rule that fits and its groups, or None."""
        if self._any is None or not self._any.search(text):
            return None
        for number, pattern in enumerate(self._patterns):
            found = pattern.search(text)
            if found:
                return (str(number), *(group or "" for group in found.groups()))
        return None


def _anonymous(pattern: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", pattern)


class Line(NamedTuple):
    """What the rules say of a line: how it is compared, its key and ordered group, and if it says nothing.

    `free`: a rule says that it is one of a set. A key alone frees a line only where no other has the same.
    """

    text: str
    key: Key | None
    group: Key | None
    silent: bool
    free: bool


class Section(NamedTuple):
    """The rules that hold inside one kind of section, and the lines that have been looked at already."""

    ordered: _Patterns
    unordered: _Patterns
    keyed: _Patterns
    silent: _Patterns
    apart: _Patterns
    scalar: regex.Pattern | None
    free: bool  # a set as a whole
    spoken_of: Callable[[str], object]  # could any rule say something of this line?
    known: dict[str, Line]

    def line(self, text: str, silent: bool) -> Line:
        """What the rules say of this line, as it is compared."""
        key, group = self.key(text), self.ordered.key(text)
        free = self.unordered.key(text) is not None or (self.free and group is None)
        if free:
            return Line(text, key, None, silent, free)
        return Line(text, key, group if group or key else self._unknown(text), silent, free)

    def unspoken(self, text: str) -> Line:
        """What holds of a line that no rule names."""
        return Line(text, None, None if self.free else self._unknown(text), False, self.free)

    def _unknown(self, text: str) -> Key:
        return (*UNKNOWN, *(self.apart.key(text) or ()))

    def key(self, text: str) -> Key | None:
        """What stays when the line's value changes; None if the line is all there is."""
        key = self.keyed.key(text)
        if key is not None:
            return ("keyed", *key)
        found = self.scalar.match(text) if self.scalar else None
        return ("scalar", found["words"]) if found else None


class Comparison:
    """A platform's rules, made ready."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        rules = platform.rules
        self._rules = (rules.ordered, rules.set, rules.keyed, platform.spelling.silent, rules.apart)
        within = {rule.within for group in self._rules for rule in group if rule.within}
        self._within = [(pattern, regex.compile(pattern)) for pattern in sorted(within)]
        self._sections: dict[frozenset[str], Section] = {}
        self._headed: dict[str, Section] = {}

    def section(self, header: str) -> Section:
        """The rules inside a section with this header. Looked at once: both sides have mostly the same."""
        known = self._headed.get(header)
        if known is None:
            if len(self._headed) > _REMEMBERED:
                self._headed.clear()
            known = self._headed[header] = self._section(header)
        return known

    def _section(self, header: str) -> Section:
        holds = frozenset(text for text, pattern in self._within if pattern.search(header))
        if holds not in self._sections:
            groups = [
                [rule for rule in group if rule.within is None or rule.within in holds]
                for group in self._rules
            ]
            free = any(not rule.line for rule in groups[1])
            groups[1] = [rule for rule in groups[1] if rule.line]
            lines = [rule.line for group in groups[:4] for rule in group]
            ordered, unordered, keyed, silent, apart = map(_Patterns, groups)
            speaks = self._any_of(lines)
            self._sections[holds] = Section(
                ordered, unordered, keyed, silent, apart, self._scalar, free, speaks, {}
            )
        return self._sections[holds]

    def look(self, section: Section, text: str) -> Line:
        """A line of such a section. Both sides of a comparison say mostly the same: it is looked at once."""
        known = section.known.get(text)
        if known is None:
            if len(section.known) > _REMEMBERED:
                section.known.clear()
            if self._remark and self._remark.match(text):
                known = section.known[text] = Line(text, None, None, silent=False, free=True)
            elif not section.spoken_of(text) and not (self._short and self._short.search(text)):
                known = section.known[text] = section.unspoken(text)
            else:
                said = self.spelled(text)
                known = section.known[text] = section.line(said, section.silent.key(said) is not None)
        return known

    def _any_of(self, lines: Sequence[str]) -> Callable[[str], object]:
        """One pattern for all that could be said of a line: most lines of a configuration fit none."""
        said = [*lines, *self._platform.spelling.ranges, *([self._scalar.pattern] if self._scalar else [])]
        if not all(pattern.startswith("^") and "|^" not in pattern for pattern in said):
            return lambda text: True
        found = regex.any_of(tuple(map(_anonymous, said)))
        return found.match if found else lambda _text: None

    @cached_property
    def _remark(self) -> regex.Pattern | None:
        """A comment that the device keeps: a line like others, that means nothing to the device."""
        return regex.any_of(tuple(self._platform.remarks))

    @cached_property
    def _scalar(self) -> regex.Pattern | None:
        words = sorted(self._platform.rules.scalar, key=len, reverse=True)
        if not words:
            return None
        return regex.compile(rf"^(?:no |undo )?(?P<words>{'|'.join(map(re.escape, words))})(?: |$)")

    @cached_property
    def _free(self) -> tuple[str, ...]:
        return tuple(f"{words} " for words in self._platform.spelling.free_text)

    @cached_property
    def _short(self) -> re.Pattern[str] | None:
        names = sorted(self._platform.spelling.interfaces, key=len, reverse=True)
        return re.compile(rf"\b(?P<name>{'|'.join(names)})(?=\d+(?:[/.:]\d+)*\b)") if names else None

    @cached_property
    def _ranges(self) -> tuple[regex.Pattern, ...]:
        return tuple(regex.compile(pattern) for pattern in self._platform.spelling.ranges)

    @cached_property
    def _continued(self) -> regex.Pattern | None:
        pattern = self._platform.spelling.continued
        return regex.compile(pattern) if pattern else None

    def spelled(self, text: str) -> str:
        """The line as it is compared: long interface names, sorted VLAN lists."""
        if text.startswith(self._free):
            return text
        if self._short and self._short.search(text):
            text = self._short.sub(lambda found: self._platform.spelling.interfaces[found["name"]], text)
        for pattern in self._ranges:
            found = pattern.match(text)
            if found:
                return found[0] + _ranges(text[found.end() :])
        return text

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
        words = words_of(self._platform.spelling.continued or "")
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


def _ranges(text: str) -> str:
    """`30,10-12,11` is `10-12,30`; what is no list of numbers stays as it is."""
    pieces = re.split(r"[,\s]+", text.strip())
    if not all(re.fullmatch(r"\d{1,4}(?:(?:-| to )\d{1,4})?", piece) for piece in pieces):
        return text
    numbers: set[int] = set()
    for piece in pieces:
        first, _dash, last = piece.partition("-")
        numbers.update(range(int(first), int(last or first) + 1))
    return ",".join(_runs(sorted(numbers)))


def _runs(numbers: Sequence[int]) -> list[str]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return [str(first) if first == last else f"{first}-{last}" for first, last in runs]
