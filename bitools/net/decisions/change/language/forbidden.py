"""Lines that are never planned: what acts instead of configuring, and what no terminal takes. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from bitools.net.decisions.change.language.dialect import Dialect, hidden
from bitools.net.decisions.change.remedy import Command


class Forbidden(Exception):
    """A line that must not be typed; `acts`: it is no configuration but does something at once."""

    def __init__(self, line: str, *, acts: bool) -> None:
        super().__init__(line)
        self.line, self.acts = line, acts


def forbidden(commands: Sequence[Command], spoken: Dialect) -> None:
    """Raise Forbidden for the first command that is no plain line of configuration."""
    path: tuple[str, ...] = ()
    for command in commands:
        headers, path = () if command.path is path else command.path, command.path
        for line in (*headers, command.line, *command.body):
            if unprintable(line) or hidden(line):
                raise Forbidden(line, acts=False)
        for line in (*headers, command.line):
            if "acts" in spoken.marks[line]:
                raise Forbidden(line, acts=True)


def unprintable(text: str) -> str:
    """The first character of a text that a terminal obeys or nobody sees, but for tabs; empty if none."""
    if text.isascii() and text.isprintable():
        return ""
    return next((one for one in text if one != "\t" and unicodedata.category(one) in _OBEYED), "")


_OBEYED = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
