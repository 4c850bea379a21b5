"""Lists of numbers in a line (`10,20-22`, `10 20 to 22`), and lines that stand for several. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from operator import is_

from bitools import regex
from bitools.net.decisions.change.language import activation, said_in_lines
from bitools.net.decisions.change.language.dialect import Dialect, expanded
from bitools.net.decisions.change.language.section_words import sorted_words
from bitools.net.decisions.node import Node
from bitools.platforms.change import Each, NumberList

_MOST = 10_000  # numbers in one line; more is no list of VLANs


def numbers(text: str) -> set[int] | None:
    """The numbers of a list, or None if it is none."""
    result: set[int] = set()
    for piece in re.split(r"[,\s]+", re.sub(r"\s+to\s+|\s*-\s*", "-", text.strip())):
        first, dash, last = piece.partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            return None
        begins, ends = int(first), int(last or first)
        if not 0 <= ends - begins < _MOST:
            return None
        result.update(range(begins, ends + 1))
    return result


def written(some: Iterable[int], between: str = ",", to: str = "-") -> list[str]:
    """The pieces of a list: single numbers and ranges."""
    runs: list[list[int]] = []
    for number in sorted(some):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return [str(first) if first == last else f"{first}{to}{last}" for first, last in runs]


def lines(pieces: Sequence[str], rule: NumberList | Each) -> Iterator[str]:
    """The list in as many lines as the device needs."""
    line: list[str] = []
    for piece in pieces:
        if line and (len(line) == rule.ranges or len(rule.between.join([*line, piece])) > rule.most):
            yield rule.between.join(line)
            line = []
        line.append(piece)
    if line:
        yield rule.between.join(line)


def singly(node: Node, dialect: Dialect) -> Node:
    """The tree with each line that stands for several as those; a section of one of them joins it.

    Sections in parts, under one header, are one: so a device would take them.
    """
    match dialect.change.style:
        case "sections":
            return sorted_words(node)
        case "yaml":
            return _with_nothing(node)
        case "set" if dialect.change.inactive:
            return activation.apart(node, dialect.change.inactive)
        case "lines":
            each = [(regex.compile(one.line), one.one) for one in dialect.change.each]
            return _singly(said_in_lines.gathered(node, dialect), each, dialect)
    return node


def _with_nothing(node: Node) -> Node:
    """YAML: a key with nothing below it has the empty mapping, however that is written."""
    children = [
        child._replace(text=f"{child.text} {{}}")
        if child.text.endswith(":") and not child.children
        else _with_nothing(child)
        for child in node.children
    ]
    return node._replace(children=children)


def _singly(node: Node, each: Sequence[tuple[regex.Pattern, str]], dialect: Dialect) -> Node:
    if "whole" in dialect.marks[node.text]:
        return node
    children = [_singly(child, each, dialect) if child.children else child for child in node.children]
    begins, names = dialect.each_words, []
    if any(child.text.startswith(begins) for child in children):
        names = [_each(child, each) if child.text.startswith(begins) else None for child in children]
    several = {name for some in names for name in some or ()} | _headers(children, dialect)
    if not several:
        return node if all(map(is_, children, node.children)) else node._replace(children=children)
    merged: dict[str, Node] = {}
    result: list[Node] = []
    for child, some in zip_longest(children, names):
        for name in some or [child.text]:
            if name in merged:
                merged[name].children.extend(child.children)
                continue
            one = child._replace(text=name, children=[*child.children])
            result.append(one)
            if name in several:
                merged[name] = one
    return node._replace(children=result)


def _headers(children: Sequence[Node], dialect: Dialect) -> set[str]:
    """The sections that are shown, or were written, in several parts under one header."""
    if len({child.text for child in children}) == len(children):
        return set()
    times = Counter(child.text for child in children)
    opened = {child.text for child in children if child.children}
    return {
        text
        for text, several in times.items()
        if several > 1 and (text in opened or "opens" in dialect.marks[text])
    }


def _each(node: Node, patterns: Sequence[tuple[regex.Pattern, str]]) -> list[str] | None:
    for pattern, one in patterns:
        found = pattern.search(node.text)
        if found and (some := numbers(found["list"])) is not None:
            return [expanded(one, found, one=str(number)) for number in sorted(some)]
    return None
