"""Junos: what sleeps is shown as `inactive: X`; here that is X, and beside it a line that says so. Pure.

So a section that falls asleep, or wakes, is not written anew; what changes in it meanwhile is seen.
"""

from __future__ import annotations

from bitools.net.decisions.node import Node


def apart(node: Node, mark: str) -> Node:
    """The tree with each sleeping line as a line, and what sleeps named behind the others."""
    if not node.children:
        return node
    children = [apart(child, mark) for child in node.children]
    asleep = sorted(child.text for child in children if child.text.startswith(mark))
    if not asleep:
        return node._replace(children=children)
    awake = [child._replace(text=child.text.removeprefix(mark)) for child in children]
    return node._replace(children=[*awake, *(Node(text, []) for text in asleep)])


def as_shown(node: Node, mark: str) -> Node:
    """The tree as the device shows it."""
    if not node.children:
        return node
    there = {child.text for child in node.children}
    shown = [
        child._replace(text=mark + child.text) if mark + child.text in there else child
        for child in node.children
        if not (child.text.startswith(mark) and child.text.removeprefix(mark) in there)
    ]
    return node._replace(children=[as_shown(child, mark) for child in shown])


def awake(node: Node, mark: str) -> Node:
    """The tree without what sleeps, in either way of saying so."""
    asleep = {child.text.removeprefix(mark) for child in node.children if child.text.startswith(mark)}
    children = [
        awake(child, mark)
        for child in node.children
        if child.text not in asleep and not child.text.startswith(mark)
    ]
    return node._replace(children=children) if node.children else node
