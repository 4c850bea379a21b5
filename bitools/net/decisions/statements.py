"""A configuration line by line, each with the section headers above it. Pure.

Where the tree (`tree.py`) compares, this only says where a line stands: nothing is joined, respelled or left
out but blank lines and bare comments, and every line keeps its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from bitools.net.decisions.blocks import Stack
from bitools.net.decisions.grammar import Grammar, grammar
from bitools.net.decisions.text import Text
from bitools.platforms.model import Platform

_SEPARATOR = re.compile(r"^[!#]\s*$")


class Statement(NamedTuple):
    """One line without its indentation, its number (from 1) and the headers above it, outermost first."""

    number: int
    path: tuple[str, ...]
    line: str

    @property
    def whole(self) -> str:
        """Headers and line in one: what patterns of rules and accounts are looked for in."""
        return " / ".join((*self.path, self.line))


def statements(text: str, platform: Platform) -> Iterator[Statement]:
    """Every line that says something. A banner stands under the line that opens it."""
    lines, compiled = text.splitlines(), grammar(platform)
    inside = {
        number: lines[start - 1].strip()
        for _rule, start, end in compiled.opaque(Text(lines))
        for number in range(start, end)
    }
    comment = compiled.comment
    place = _Worded(compiled) if platform.blocks else _PLACES[platform.nesting]()
    for position, line in enumerate(lines):
        if position in inside:
            if line.strip():
                yield Statement(position + 1, (*place.headers, inside[position]), line.strip())
        elif _SEPARATOR.match(line):
            place.separate(line.strip())
        elif line.strip():
            said = comment is None or not comment.match(line)
            yield Statement(position + 1, *place.enter(line, said))


class _Indented:
    """What is indented deeper stands under it; a bare `!` or `#` at the edge ends every section."""

    def __init__(self) -> None:
        self._above: list[tuple[int, str]] = []
        self.headers: tuple[str, ...] = ()

    def separate(self, _mark: str) -> None:
        self._above, self.headers = [], ()

    def enter(self, line: str, said: bool) -> tuple[tuple[str, ...], str]:
        """The headers above this line, and the line. A comment opens nothing."""
        text = line.strip()
        indent = len(line) - len(line.lstrip())
        above = [(depth, header) for depth, header in self._above if depth < indent]
        path = tuple(header for _depth, header in above)
        if said:
            self._above, self.headers = [*above, (indent, text)], path
        return path, text


class _Worded:
    """Words open and close, and what is indented deeper stands under a line."""

    def __init__(self, compiled: Grammar) -> None:
        self._stack: Stack[str] = Stack(compiled.blocks)
        self.headers: tuple[str, ...] = ()

    def separate(self, mark: str) -> None:
        """A comment means nothing here, unless it is what closes a section."""
        self._stack.closes(mark)

    def enter(self, line: str, said: bool) -> tuple[tuple[str, ...], str]:
        """The headers above this line, and the line. What closes a section stands beside its header."""
        text, indent = line.strip(), len(line) - len(line.lstrip())
        if not said or self._stack.closes(text) or self._stack.ends_something(text):
            return self._stack.above, text
        self._stack.enter(indent, text)
        self.headers = self._stack.above
        self._stack.push(indent, text, text)
        return self.headers, text


class _Braced:
    """`{` opens, `}` closes."""

    def __init__(self) -> None:
        self.headers: tuple[str, ...] = ()

    def separate(self, _mark: str) -> None:
        """A comment means nothing here."""

    def enter(self, line: str, said: bool) -> tuple[tuple[str, ...], str]:
        """The headers above this line, and the line without its braces and semicolon."""
        text = line.partition(" ## ")[0].strip()
        path = self.headers
        if not said:
            return path, line.strip()
        if text == "}":
            self.headers = path[:-1]
            return self.headers, text
        plain = text.removesuffix("{").removesuffix(";").rstrip()
        if text.endswith("{"):
            self.headers = (*path, plain)
        return path, plain


class _Sectioned:
    """RouterOS: a line that begins with `/` opens a section until the next one does."""

    def __init__(self) -> None:
        self.headers: tuple[str, ...] = ()

    def separate(self, _mark: str) -> None:
        """A comment means nothing here."""

    def enter(self, line: str, said: bool) -> tuple[tuple[str, ...], str]:
        """The section, and the line."""
        text = line.strip()
        if said and text.startswith("/"):
            self.headers = (text,)
            return (), text
        return self.headers, text


_PLACES: dict[str, type[_Indented] | type[_Braced] | type[_Sectioned]] = {
    "indent": _Indented,
    "braces": _Braced,
    "sections": _Sectioned,
}
