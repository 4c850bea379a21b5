"""Lists whose entries name their places, in the order of these: whatever order they are written in. Pure."""

from __future__ import annotations

from itertools import pairwise

from bitools.net.decisions.change.language.dialect import Dialect
from bitools.net.decisions.node import Node


def in_order(node: Node, dialect: Dialect) -> Node:
    """The tree with each such list sorted, in its own lines, as a device would show it."""
    if not node.children or not dialect.change.numbered:
        return node
    marks, lists = dialect.marks, dict[object, list[tuple[int, int]]]()
    children = [in_order(child, dialect) if child.children else child for child in node.children]
    entries_there = [
        (at, child)
        for at, child in enumerate(children)
        if "numbered" in marks[child.text] and not child.children
    ]
    for at, child in entries_there:
        if (number := dialect.number(child.text)) is not None:
            name = dialect.name(child.text)
            lists.setdefault(name[0] if name else None, []).append((at, number))
    for entries in lists.values():
        if any(one > other for (_at, one), (_there, other) in pairwise(entries)):
            was = [children[at] for at, _number in sorted(entries, key=lambda entry: entry[1])]
            for (at, _number), child in zip(entries, was, strict=True):
                children[at] = child
    return node._replace(children=children)
