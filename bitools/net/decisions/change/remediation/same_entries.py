"""Entries of a list that say the same, or more: some devices mistake one for another.

FRR drops in silence an entry that says what another one says, and takes away the first that does. Of two that
differ in a last word (`exact-match`) it takes the shorter one only while the fuller one is not there. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from bitools.net.decisions.change.language.dialect import Dialect
from bitools.net.decisions.node import Node


def sense(text: str, dialect: Dialect) -> tuple[str, ...]:
    """What an entry says, wherever its place is."""
    return dialect.alike(text) or _unnumbered(text, dialect)


def shorter_first(added: Sequence[Node], dialect: Dialect) -> list[Node]:
    """The new entries in the order in which the device takes them all."""
    if not dialect.change.alike:
        return [*added]
    return sorted(added, key=lambda node: _says_more(node, added, dialect))


def typed_again(
    removed: Sequence[Node], added: Sequence[Node], stay: Sequence[Node], dialect: Dialect
) -> list[Node]:
    """The entries that would go instead of one that is removed, or that bar one that is new."""
    gone = {dialect.alike(node.text) for node in removed} - {None}
    return [
        node
        for node in stay
        if (gone and dialect.alike(node.text) in gone) or _says_more(node, added, dialect)
    ]


def clashing(removed: Sequence[Node], added: Sequence[Node], dialect: Dialect) -> list[Node]:
    """The new entries that cannot come before the old ones go: they have their places, or their words."""
    places = {dialect.number(node.text) for node in removed}
    words = {sense(node.text, dialect) for node in removed}
    found = [
        node for node in added if dialect.number(node.text) in places or sense(node.text, dialect) in words
    ]
    if not (found and dialect.change.alike):
        return found
    return [node for node in added if any(node is one for one in found) or _says_more(node, found, dialect)]


def one_for_one(removed: Sequence[Node], added: Sequence[Node], dialect: Dialect) -> bool:
    """May each new entry take its place while the other old ones still stand? Never if two say one thing."""
    old = [sense(node.text, dialect) for node in removed]
    words = set(old)
    return len(words) == len(old) and not any(
        sense(node.text, dialect) in words or _says_more(node, added, dialect) for node in added
    )


def _says_more(node: Node, others: Sequence[Node], dialect: Dialect) -> bool:
    """Does it say all that another one says, and then more?"""
    if (alike := dialect.alike(node.text)) is None:
        return False
    words = _unnumbered(node.text, dialect)
    return any(
        dialect.alike(other.text) == alike
        and len(said := _unnumbered(other.text, dialect)) < len(words)
        and words[: len(said)] == said
        for other in others
    )


def _unnumbered(text: str, dialect: Dialect) -> tuple[str, ...]:
    place = dialect.number(text)
    words = text.split()
    at = next((at for at, word in enumerate(words) if word.isdecimal() and int(word) == place), len(words))
    return (*words[:at], *words[at + 1 :])
