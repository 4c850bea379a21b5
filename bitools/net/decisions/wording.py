"""An edit in the platform's words. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from bitools.net.decisions.dialect import Dialect
from bitools.net.decisions.edits import Path
from bitools.net.decisions.node import Node
from bitools.net.decisions.remedy import Command


def removing(path: Path, words: str, old: Node, dialect: Dialect) -> Command:
    """The command that removes a line or section."""
    return Command(path, words, removes=True)


def overwriting(path: Path, old: Node, new: Node, dialect: Dialect) -> list[Command]:
    """The command that gives a line another value."""
    return [Command(path, new.text, body=new.body)]


def additions(path: Path, node: Node, dialect: Dialect) -> list[Command]:
    """The commands that write a line, or a section with all that stands in it."""
    return list(_additions(path, node, dialect))


def _additions(path: Path, node: Node, dialect: Dialect) -> Iterator[Command]:
    if not node.children:
        yield Command(path, node.text, body=node.body)
        return
    inside = (*path, node.text)
    for child in sorted(node.children, key=lambda child: _place(child.text, dialect)):
        yield from _additions(inside, child, dialect)


def _place(text: str, dialect: Dialect) -> int:
    if dialect.early and dialect.early.search(text):
        return -1
    return 1 if dialect.late and dialect.late.search(text) else 0
