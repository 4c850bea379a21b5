"""An edit in the platform's words. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from bitools.net.decisions.change.language import negation
from bitools.net.decisions.change.language.dialect import Dialect
from bitools.net.decisions.change.remediation.edits import Path
from bitools.net.decisions.change.remedy import Command
from bitools.net.decisions.node import Node, lines_of


def removing(path: Path, words: str) -> Command:
    """The command that removes a line or section."""
    return Command(path, words, removes=True)


def overwriting(path: Path, old: Node, new: Node, dialect: Dialect) -> list[Command]:
    """The commands that give a line another value; a list in brackets would only grow."""
    commands = [Command(path, put(new.text, dialect), body=new.body)]
    if dialect.change.style == "set" and "[" in old.text + new.text:
        header = path[-1] if path else ""
        commands.insert(0, removing(path, negation.removal(old.text, header, dialect)))
    return commands


def additions(path: Path, node: Node, dialect: Dialect) -> list[Command]:
    """The commands that write a line, or a section with all that stands in it."""
    return list(_additions(path, node, dialect))


def put(text: str, dialect: Dialect) -> str:
    """A line as it is typed."""
    if dialect.change.style == "yaml":
        text = _spaced(text)
    if (sleeping := dialect.asleep(text)) is not None:
        return f"deactivate {sleeping}"
    return f"{dialect.change.put} {text}" if dialect.change.put else text


def _spaced(text: str) -> str:
    """`key: value` as two words; a value of several in quotes."""
    key, _colon, value = text.partition(": ")
    if not value or value == "{}":
        return key.removesuffix(":")
    return f"{key} '{value}'" if " " in value and value[0] not in "'\"" else f"{key} {value}"


def _additions(path: Path, node: Node, dialect: Dialect) -> Iterator[Command]:
    if "whole" in dialect.marks[node.text]:
        body = tuple(lines_of(Node("", [node])))[1:]
        yield Command(path, node.text, body=(*body, dialect.leave(node.text)))
        return
    if not node.children:
        yield Command(path, put(node.text, dialect), body=node.body)
        return
    inside = (*path, node.text)
    for child in sorted(node.children, key=lambda child: _place(child.text, dialect)):
        yield from _additions(inside, child, dialect)


def _place(text: str, dialect: Dialect) -> int:
    """What comes early comes in the order in which the platform's file names it."""
    marks = dialect.marks[text]
    return dialect.earliness(text) if "early" in marks else 1 if "late" in marks else 0
