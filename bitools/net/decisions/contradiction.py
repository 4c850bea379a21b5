"""A wanted configuration that says two things at once: no device can have it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bitools.net.decisions.dialect import Dialect
from bitools.net.decisions.node import Node
from bitools.net.decisions.rules import Key


class Contradiction(Exception):
    """Two lines of which a device keeps one."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one} / {other}")
        self.one, self.other = one, other


def said_twice(wanted: Node, spoken: Dialect) -> frozenset[Key]:
    """What only one line may say, and yet more than one does: an address in two VRFs is no mistake."""
    if not spoken.change.exclusive:
        return frozenset()
    claims = Counter(claim for text in _texts(wanted) if (claim := spoken.claim(text)))
    return frozenset(claim for claim, times in claims.items() if times > 1)


def contradiction(wanted: Node, spoken: Dialect) -> None:
    """Raise Contradiction for the first two lines that give one thing two values."""
    section = spoken.rules.section(wanted.text)
    first: dict[Key, str] = {}
    for child in spoken.rules.joined(wanted.children):
        if spoken.rules.continues(child.text):  # it adds to a list that is nowhere
            raise Contradiction(child.text, wanted.text)
        line = spoken.rules.look(section, child.text)
        if line.key is not None:
            other = first.setdefault(line.key, line.text)
            if other != line.text:
                raise Contradiction(other, child.text)
        claim = spoken.claim(child.text) if child.children or not wanted.text else None
        if claim is not None and claim[1:] == ("",):
            other = first.setdefault(claim, line.text)
            if other != line.text:
                raise Contradiction(other, child.text)
        contradiction(child, spoken)


def _texts(node: Node) -> Iterator[str]:
    for child in node.children:
        yield child.text
        yield from _texts(child)
