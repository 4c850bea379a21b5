"""A configuration as a tree of lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Node(NamedTuple):
    """A line without its indentation, what stands under it, and the opaque text that belongs to it."""

    text: str
    children: list[Node]
    body: tuple[str, ...] = ()


def lines_of(node: Node, depth: int = 0) -> Iterator[str]:
    """The tree as indented lines again, for people."""
    for child in node.children:
        yield "  " * depth + child.text
        yield from child.body
        yield from lines_of(child, depth + 1)
