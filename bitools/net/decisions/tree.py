"""A configuration as a tree of lines, by the platform's rules of nesting.

Text that is no configuration (banners, certificates) hangs on its line as `body`. Parsing is linear and never
fails: what cannot be placed stands at the top.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from bitools.net.decisions.blocks import Stack
from bitools.net.decisions.required_literals import finder
from bitools.platforms.model import Opaque, Platform


class Node(NamedTuple):
    """A line without its indentation, what stands under it, and the opaque text that belongs to it."""

    text: str
    children: list[Node]
    body: tuple[str, ...] = ()


def parse(text: str, platform: Platform) -> Node:
    """Read a configuration. The root has no text of its own."""
    lines = _entries(text.splitlines(), platform)
    if platform.nesting == "braces":
        return _by_braces(lines)
    if platform.nesting == "sections":
        return _by_sections(lines)
    if platform.blocks:
        return _by_words(lines, platform)
    return _by_indentation(lines)


def lines_of(node: Node, depth: int = 0) -> Iterator[str]:
    """The tree as indented lines again, for people."""
    for child in node.children:
        yield "  " * depth + child.text
        yield from child.body
        yield from lines_of(child, depth + 1)


class _Entry(NamedTuple):
    indent: int
    text: str
    body: tuple[str, ...] = ()


@cache
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.MULTILINE)


def any_of(patterns: Sequence[str]) -> re.Pattern[str] | None:
    """One pattern for all of them, or None; looked for in single lines or (MULTILINE) in a whole text."""
    return _compiled(tuple(patterns)) if patterns else None


def _entries(lines: Sequence[str], platform: Platform) -> Iterator[_Entry]:
    """The lines that say something, each with its opaque text; comments and noise left out."""
    skipped = any_of([*platform.comment, *platform.noise])
    closing = any_of([block.closes for block in platform.blocks if block.closes])
    spans = {start: end for _opaque, start, end in opaque_spans(lines, platform)}
    position, total = 0, len(lines)
    while position < total:
        line = lines[position]
        position += 1
        text = line.strip()
        if not text:
            continue
        if position in spans:
            end = spans[position]
            yield _Entry(len(line) - len(line.lstrip()), text, tuple(lines[position:end]))
            position = end
            continue
        if skipped and skipped.match(line) and not (closing and closing.search(text)):
            continue
        yield _Entry(len(line) - len(line.lstrip()), text)


def opaque_spans(lines: Sequence[str], platform: Platform) -> Iterator[tuple[Opaque, int, int]]:
    """Which lines [start, end) are opaque text, the line that opens it not included."""
    starts = tuple(opaque.starts for opaque in platform.opaque)
    opens = any_of(starts)
    if opens is None:
        return
    numbers = finder(starts).lines("\n".join(lines))
    position = 0
    for number in range(len(lines)) if numbers is None else numbers:
        if number >= position and opens.search(lines[number]):
            opaque = _opened(lines[number], platform.opaque)[0]
            position = _end_of(lines, number + 1, platform.opaque)
            yield opaque, number + 1, position


def _opened(line: str, opaques: Sequence[Opaque]) -> tuple[Opaque, re.Match[str]]:
    for opaque in opaques:
        found = re.search(opaque.starts, line)
        if found:
            return opaque, found
    raise ValueError(line)


def _end_of(lines: Sequence[str], start: int, opaques: Sequence[Opaque]) -> int:
    """Where the opaque text that was opened on the line before `start` is over.

    A text that never ends is none: one odd line must not swallow the rest.
    """
    opaque, found = _opened(lines[start - 1], opaques)
    delimiter = found.groupdict().get("delimiter") or ""
    if not opaque.ends or (delimiter and delimiter in lines[start - 1][found.end() :]):
        return start
    ends = re.compile(opaque.ends.replace("{delimiter}", re.escape(delimiter)))
    for position in range(start, len(lines)):
        if ends.search(lines[position]):
            return position + 1
    return start


def _by_indentation(entries: Iterator[_Entry]) -> Node:
    root = Node("", [])
    parents: list[tuple[int, Node]] = [(-1, root)]
    for indent, text, body in entries:
        while parents[-1][0] >= indent:
            parents.pop()
        node = Node(text, [], body)
        parents[-1][1].children.append(node)
        parents.append((indent, node))
    return root


def _by_words(entries: Iterator[_Entry], platform: Platform) -> Node:
    root = Node("", [])
    stack: Stack[Node] = Stack(platform.blocks)
    for indent, text, body in entries:
        if stack.closes(text) or stack.ends_something(text):
            continue
        stack.enter(indent, text)
        node = Node(text, [], body)
        (stack.above or (root,))[-1].children.append(node)
        stack.push(indent, text, node)
    return root


def _by_braces(entries: Iterator[_Entry]) -> Node:
    root = Node("", [])
    parents = [root]
    for _indent, written, body in entries:
        text = written.partition(" ## ")[0].rstrip()
        if text == "}":
            if len(parents) > 1:
                parents.pop()
            continue
        node = Node(text.removesuffix("{").removesuffix(";").rstrip(), [], body)
        parents[-1].children.append(node)
        if text.endswith("{"):
            parents.append(node)
    return root


def _by_sections(entries: Iterator[_Entry]) -> Node:
    """RouterOS: a line that begins with `/` opens a section until the next one does."""
    root = Node("", [])
    section = root
    for _indent, text, body in entries:
        node = Node(text, [], body)
        if text.startswith("/"):
            root.children.append(node)
            section = node
        else:
            section.children.append(node)
    return root
