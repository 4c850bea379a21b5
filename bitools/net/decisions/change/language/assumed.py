"""What holds though nobody says it, unless a section says otherwise (BGP: a neighbour in IPv4). Pure.

Where two configurations assume other things, one silence means two things. So both say it of each
neighbour while they are compared; what the device has afterwards is silent again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from functools import cache
from typing import final

from bitools import regex
from bitools.net.decisions.change.language.dialect import Dialect, expanded
from bitools.net.decisions.node import Node
from bitools.platforms.change import Assumed


def spoken_out(one: Node, other: Node, dialect: Dialect) -> tuple[Node, Node]:
    """Both trees, with what is assumed said in those sections that assume other things in the other tree."""
    for rule in _rules(dialect):
        differ = rule.differing(one, other)
        one, other = (_each(side, differ, rule.spelled_out) for side in (one, other))
    return one, other


def silent(tree: Node, other: Node, dialect: Dialect) -> Node:
    """The tree as the device shows it, where it was made from one that was compared with this other one."""
    for rule in _rules(dialect):
        tree = _each(tree, rule.differing(tree, other), rule.unsaid)
    return tree


@final
class _Assumption:
    """One thing that is assumed of all that a section names."""

    def __init__(self, rule: Assumed, negate: str) -> None:
        self._rule, self._negate = rule, negate
        self._within, self._unless = regex.compile(rule.within), regex.compile(rule.unless)
        self._of, self._like = regex.compile(rule.of), regex.compile(rule.like)

    def differing(self, one: Node, other: Node) -> set[str]:
        """The sections of both trees that assume other things."""
        sides = [
            {node.text: self._holds(node) for node in side.children if self._within.search(node.text)}
            for side in (one, other)
        ]
        return {text for text in sides[0].keys() & sides[1].keys() if sides[0][text] != sides[1][text]}

    def spelled_out(self, section: Node) -> Node:
        """The section with it said, or denied, of each that has no line about it."""
        inside = _child(section, self._rule.section)
        said = {child.text for child in inside.children}
        lines = [
            Node(line if state else f"{self._negate} {line}", [])
            for line, state in self._states(section).items()
            if said.isdisjoint((line, f"{self._negate} {line}"))
        ]
        return _with(section, inside._replace(children=[*inside.children, *lines])) if lines else section

    def unsaid(self, section: Node) -> Node:
        """The section without the lines that say what is assumed anyway."""
        inside = _child(section, self._rule.section)
        assumed = {
            line if state else f"{self._negate} {line}" for line, state in self._assumed(section).items()
        }
        left = [child for child in inside.children if child.text not in assumed]
        return _with(section, inside._replace(children=left))

    def _holds(self, section: Node) -> bool:
        return not any(self._unless.search(child.text) for child in section.children)

    def _states(self, section: Node) -> Mapping[str, bool]:
        """Of each line that may be said: does it hold?"""
        there = {child.text for child in _child(section, self._rule.section).children}
        assumed = self._assumed(section)
        return {
            line: line in there or (state and f"{self._negate} {line}" not in there)
            for line, state in assumed.items()
        }

    def _assumed(self, section: Node) -> dict[str, bool]:
        """Of each line that may be said: what would hold in silence? A member is as its group is."""
        there = {child.text for child in _child(section, self._rule.section).children}
        holds, states = self._holds(section), dict[str, bool]()
        for child in section.children:
            if found := self._of.search(child.text):
                states[expanded(self._rule.says, found)] = holds
        for child in section.children:
            if found := self._like.search(child.text):
                group = self._rule.says.replace(r"\1", found[2])
                state = group in there or (holds and f"{self._negate} {group}" not in there)
                states[expanded(self._rule.says, found)] = state
        return states


@cache
def _rules(dialect: Dialect) -> tuple[_Assumption, ...]:
    return tuple(_Assumption(rule, dialect.change.negate) for rule in dialect.change.assumed)


def _each(tree: Node, some: Set[str], change: Callable[[Node], Node]) -> Node:
    """The tree with these of its sections changed."""
    if not some:
        return tree
    return tree._replace(children=[change(one) if one.text in some else one for one in tree.children])


def _child(section: Node, text: str) -> Node:
    return next((child for child in section.children if child.text == text), Node(text, []))


def _with(section: Node, inside: Node) -> Node:
    children = section.children
    if not any(child.text == inside.text for child in section.children):
        children = [*section.children, inside]
    return section._replace(children=[inside if child.text == inside.text else child for child in children])
