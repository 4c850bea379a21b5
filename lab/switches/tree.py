"""An indented configuration as a tree that can be changed and printed again.

Line for line: printing an unchanged tree gives the text it was read from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .platform import Grammar

COMMENTS = ("!", "#", "")


@dataclass(slots=True, eq=False)
class Node:
    """A line and what is nested under it; `verbatim` are the further lines of a banner or certificate."""

    text: str
    lead: str = ""
    children: list[Node] = field(default_factory=list)
    verbatim: list[str] = field(default_factory=list)

    @property
    def is_comment(self) -> bool:
        """A separator carries no meaning and never opens a section."""
        return self.text in COMMENTS

    def find(self, text: str) -> Node | None:
        """The child with exactly this line."""
        return next((child for child in self.children if child.text == text), None)


def parse(text: str, grammar: Grammar) -> Node:
    """Read a configuration; what is indented deeper than a line belongs to that line."""
    root = Node("")
    stack: list[tuple[int, Node]] = [(-1, root)]
    lines = iter(text.splitlines())
    for line in lines:
        depth = len(line) - len(line.lstrip(" "))
        node = Node(line.strip())
        while stack[-1][0] >= depth:
            stack.pop()
        if grammar.closing and node.text == grammar.closing and len(stack) > 1:
            continue
        parent = stack[-1][1]
        node.lead = " " * (depth if parent is root else 0)
        parent.children.append(node)
        end = next((block.ends for block in grammar.opaque if node.text.startswith(block.starts)), None)
        if end is not None and not node.text.removesuffix(end).endswith(end):
            node.verbatim = _until(lines, end)
        elif not node.is_comment:
            stack.append((depth, node))
    return root


def _until(lines: Iterator[str], end: str) -> list[str]:
    taken = []
    for line in lines:
        taken.append(line)
        if line.strip() == end:
            break
    return taken


def render(root: Node, grammar: Grammar) -> str:
    """Print the whole tree, each line ended by a newline."""
    lines: list[str] = []
    for child in root.children:
        _render(child, 0, child.lead, grammar, lines)
    return "".join(f"{line}\n" for line in lines)


def _render(node: Node, depth: int, lead: str, grammar: Grammar, lines: list[str]) -> None:
    indent = lead + " " * (grammar.indentation * depth)
    lines.append(indent + node.text if node.text else "")
    lines.extend(node.verbatim)
    for child in node.children:
        _render(child, depth + 1, lead, grammar, lines)
    if grammar.closing and depth == 0 and _is_section(node, grammar):
        lines.append(" " * grammar.indentation + grammar.closing)


def _is_section(node: Node, grammar: Grammar) -> bool:
    return any(re.match(rule.header, node.text) for rule in grammar.sections)
