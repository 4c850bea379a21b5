"""A platform's patterns of what bears the way to it (`platforms/access.py`), made ready. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, final, get_args

from bitools import regex
from bitools.platforms.access import Kind, Subject
from bitools.platforms.model import Platform


@dataclass(frozen=True, slots=True)
class PathLine:
    """One line with the headers above it, as `whole` words: what the patterns look at."""

    whole: str
    path: tuple[str, ...]
    line: str


class Fact(NamedTuple):
    """What a line says of a port, or of `several` in a list: where in it they are named, and the value."""

    kind: Kind
    several: bool
    names: tuple[int, int]
    value: tuple[int, int]


@final
class Signs:
    """One platform's patterns: each subject as one for a whole text, each port's by one look at a line."""

    def __init__(self, platform: Platform) -> None:
        self._access = platform.access
        self.nobody = platform.access.nobody
        self.managed = platform.access.managed
        self.lines = {subject: _any(self._access.about(subject)) for subject in get_args(Subject)}
        self.accounts = [regex.compile(pattern) for pattern in platform.accounts]
        self.any_account = _any(platform.accounts)
        of_ports = self._access.of_ports()
        self._kinds = [(kind, regex.compile(pattern)) for kind, pattern in of_ports]
        self._set = regex.Set([pattern for _kind, pattern in of_ports])
        self.any_port = _any([pattern for _kind, pattern in of_ports])

    def match(self, subject: Subject, text: str) -> regex.Match | None:
        """What the first pattern of this subject that fits finds in a line."""
        patterns = self._access.about(subject)
        return next((found for one in patterns if (found := regex.compile(one).search(text))), None)

    def fits(self, subject: Subject, text: str) -> bool:
        """Does one of them fit this line?"""
        return self.match(subject, text) is not None

    def facts(self, text: str) -> Sequence[Fact]:
        """All that a line says of ports."""
        return [
            _fact(kind, match)
            for kind, pattern in (self._kinds[number] for number in self._set.fitting(text))
            if (match := pattern.search(text))
        ]


def _fact(kind: Kind, match: regex.Match) -> Fact:
    groups = {name for name, value in match.groupdict().items() if value}
    nothing = (0, 0)
    names = match.span("port" if "port" in groups else "ports")
    return Fact(kind, "port" not in groups, names, match.span("value") if "value" in groups else nothing)


@final
class PortFacts:
    """What lines say of ports, each looked at once: ports of like names say the same at the same place."""

    def __init__(self, found: Signs) -> None:
        self._signs = found
        self._shapes: dict[str, str] = {}
        self._known: dict[tuple[str, ...], Sequence[Fact]] = {}

    def of(self, line: PathLine) -> Sequence[Fact]:
        """All that this line says."""
        key = (*line.path, line.line)
        if of_an_interface(line):
            header = key[0]
            shape = self._shapes.get(header)
            if shape is None:
                shape = self._shapes[header] = _DIGIT.sub("9", header)
            key = (shape, *key[1:])
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._signs.facts(line.whole)
        return known


_DIGIT = re.compile(r"\d")


def of_an_interface(line: PathLine) -> bool:
    """Does it stand below the header of a port, as most lines do?"""
    return bool(line.path) and line.path[0].startswith("interface ") and " / " in line.whole


def _any(patterns: Sequence[str]) -> regex.Pattern | None:
    plain = tuple(re.sub(r"\(\?P<\w+>", "(?:", pattern) for pattern in patterns)
    return regex.any_of(plain, lines=True)


@cache
def signs(platform: Platform) -> Signs:
    """A platform's signs, made once."""
    return Signs(platform)
