"""Lists of numbers in a line (`10,20-22`, `10 20 to 22`), and lines that stand for several. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bitools import regex
from bitools.net.decisions.dialect import Dialect, expanded
from bitools.net.decisions.node import Node

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


def lines(pieces: Sequence[str], between: str, most: int) -> Iterator[str]:
    """The list in as many lines as the device needs."""
    line = ""
    for piece in pieces:
        if line and len(line) + len(between) + len(piece) > most:
            yield line
            line = ""
        line = f"{line}{between}{piece}" if line else piece
    if line:
        yield line


def singly(node: Node, dialect: Dialect) -> Node:
    """The tree with each line that stands for several as those; a section of one of them joins it."""
    patterns = [(regex.compile(one.line), one.one) for one in dialect.change.each]
    return _singly(node, patterns) if patterns else node


def _singly(node: Node, patterns: Sequence[tuple[regex.Pattern, str]]) -> Node:
    result: dict[str, Node] = {}
    changed = False
    children: list[Node] = []
    for child in node.children:
        inner = _singly(child, patterns) if child.children else child
        changed = changed or inner is not child
        names = _each(inner, patterns)
        if names is None:
            children.append(inner)
            continue
        changed = True
        for name in names:
            if name in result:
                result[name].children.extend(inner.children)
            else:
                result[name] = inner._replace(text=name, children=[*inner.children])
                children.append(result[name])
    return node._replace(children=children) if changed else node


def _each(node: Node, patterns: Sequence[tuple[regex.Pattern, str]]) -> list[str] | None:
    for pattern, one in patterns:
        found = pattern.search(node.text)
        if found and (some := numbers(found["list"])) is not None:
            return [expanded(one, found, one=str(number)) for number in sorted(some)]
    return None
