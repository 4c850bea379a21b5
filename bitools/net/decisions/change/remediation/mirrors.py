"""Two lists of which one holds what the other does not (ProCurve's `untagged` and `no untagged`). Pure.

What is taken out of one the device puts into the other. Together they are all there is: ports that are in
neither, before or after, nobody can put there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from bitools import regex
from bitools.net.decisions.change.language import number_lists
from bitools.net.decisions.change.language.dialect import Dialect
from bitools.net.decisions.node import Node


def in_a_mirror(text: str, dialect: Dialect) -> bool:
    """Is this one of two such lists?"""
    return any(pattern.search(text) for pair in _pairs(dialect) for pattern in pair)


def broken(before: Node | None, after: Node | None, dialect: Dialect) -> bool:
    """Hold both lists one number, or together others than before? Not, where there is only one list."""
    for one, other in _pairs(dialect):
        sides = [
            [_numbers(section, pattern) for pattern in (one, other)] for section in (before, after) if section
        ]
        if any(both[0] for both in sides) and len({frozenset(both[0] | both[1]) for both in sides}) > 1:
            return True
        if any(both[0] & both[1] for both in sides):
            return True
    return False


@cache
def _pairs(dialect: Dialect) -> Sequence[tuple[regex.Pattern, regex.Pattern]]:
    """The lists that are taken from by what adds to another one, and those."""
    return tuple(_mirrored(dialect))


def _mirrored(dialect: Dialect) -> Iterator[tuple[regex.Pattern, regex.Pattern]]:
    for pattern, rule in dialect.lists:
        for other, beside in dialect.lists:
            if rule.remove.startswith(dialect.change.negate) or rule is beside:
                continue
            if other.search(rule.remove.replace("{list}", "1")):
                yield pattern, other


def _numbers(section: Node, pattern: regex.Pattern) -> set[int]:
    found = (pattern.search(child.text) for child in section.children)
    return {number for one in found if one for number in number_lists.numbers(one["list"]) or ()}
