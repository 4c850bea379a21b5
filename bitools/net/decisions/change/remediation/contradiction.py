"""A wanted configuration that says two things at once: no device can have it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from bitools.net.decisions.change.language import negation
from bitools.net.decisions.change.language.dialect import Dialect, texts
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
    claims = Counter(filter(None, map(spoken.claims.__getitem__, texts(wanted))))
    return frozenset(claim for claim, times in claims.items() if times > 1)


def stand_together(sides: Iterable[Node], spoken: Dialect) -> frozenset[Key]:
    """The pairs of kinds of lines that never stand together, and yet do: in one VRF and in another."""
    if not spoken.change.apart:
        return frozenset()
    found = [{side for text in texts(tree) for side in spoken.sides[text]} for tree in sides]
    return frozenset(
        ("apart", str(pair)) for one in found for pair, _side in one if {(pair, True), (pair, False)} <= one
    )


def contradiction(wanted: Node, spoken: Dialect) -> None:
    """Raise Contradiction for the first two lines that give one thing two values."""
    first: dict[Key, str] = {}
    for child in spoken.rules.joined(wanted.children):
        if spoken.rules.continues(child.text):  # it adds to a list that is nowhere
            raise Contradiction(child.text, wanted.text)
        text = spoken.rules.spelled(child.text)
        if ("line", text) in first:
            raise Contradiction(child.text, child.text)
        first["line", text] = text
        for key in _single_values(wanted, child, spoken):
            other = first.setdefault(key, text)
            if other != text:
                raise Contradiction(other, child.text)
    for child in _merged(wanted):
        contradiction(child, spoken)


def _single_values(section: Node, line: Node, spoken: Dialect) -> Iterator[Key]:
    """What only one value of may be said in a section, as far as this line says it."""
    if key := spoken.rules.look(spoken.rules.section(section.text), line.text).key:
        yield key
    if words := negation.special_words(line.text, section.text, spoken):
        yield ("removed by", words)
    if slot := spoken.slot(line.text):
        yield ("slot", *slot)
    claim = spoken.claim(line.text) if line.children or not section.text else None
    if claim is not None and claim[1:] == ("",):
        yield claim


def _merged(section: Node) -> Iterator[Node]:
    """The sections in it; what has one header is one."""
    blocks: dict[str, Node] = {}
    for child in section.children:
        if child.text in blocks:
            blocks[child.text] = child._replace(children=[*blocks[child.text].children, *child.children])
        elif child.children:
            blocks[child.text] = child
    return iter(blocks.values())
