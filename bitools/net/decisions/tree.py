"""A configuration as a tree of lines, by the platform's rules of nesting.

Text that is no configuration (banners, certificates) hangs on its line as `body`. Parsing is linear and never
fails: what cannot be placed stands at the top.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bitools.net.decisions.blocks import Stack
from bitools.net.decisions.grammar import Grammar, grammar
from bitools.net.decisions.node import Node
from bitools.net.decisions.text import Text
from bitools.platforms.model import Platform


def parse(text: str | Text, platform: Platform) -> Node:
    """Read a configuration. The root has no text of its own."""
    compiled = grammar(platform)
    lines = _entries(Text.of(text) if isinstance(text, str) else text, compiled)
    if platform.nesting == "braces":
        return _by_braces(lines)
    if platform.nesting == "sections":
        return _by_sections(lines)
    if platform.blocks:
        return _by_words(lines, compiled)
    return _by_indentation(lines)


_Entry = tuple[int, str, tuple[str, ...], bool]  # indentation, text, body, is it a comment?


def _entries(whole: Text, compiled: Grammar) -> Iterator[_Entry]:
    """The lines that say something, each with its opaque text; noise and bare comments left out."""
    skipped, closing, remark = compiled.skipped, compiled.closing, compiled.remark
    bare = set(whole.having(skipped)) if skipped else set()
    spans = {span.start: span.end for span in compiled.opaque(whole)}
    lines, position, total = whole.lines, 0, len(whole.lines)
    ends_all = compiled.platform.separated and not compiled.platform.blocks
    while position < total:
        line = lines[position]
        position += 1
        text = line.strip()
        if not text:
            continue
        indent = line.index(text)
        if ends_all and line == "#":
            yield -1, "", (), False
            continue
        if position in spans:
            end = spans[position]
            yield indent, text, tuple(lines[position:end]), False
            position = end
            continue
        comment = position - 1 in bare and skipped and skipped.match(line)
        if comment and not (closing and closing.search(text)):
            if remark and remark.match(line):
                yield indent, text, (), True
            continue
        yield indent, text, (), False


def _by_indentation(entries: Iterator[_Entry]) -> Node:
    root = Node("", [])
    parents: list[tuple[int, Node]] = [(-1, root)]
    for indent, text, body, comment in entries:
        if not text:
            del parents[1:]
            continue
        if comment:
            _above(parents, indent).children.append(Node(text, []))
            continue
        while parents[-1][0] >= indent:
            parents.pop()
        node = Node(text, [], body)
        parents[-1][1].children.append(node)
        parents.append((indent, node))
    return root


def _above(parents: Sequence[tuple[int, Node]], indent: int) -> Node:
    """Where a comment stands; it ends no section."""
    return next(node for depth, node in reversed(parents) if depth < indent)


def _by_words(entries: Iterator[_Entry], compiled: Grammar) -> Node:
    root = Node("", [])
    stack: Stack[Node] = Stack(compiled.blocks)
    for indent, text, body, comment in entries:
        if comment:
            (stack.above or (root,))[-1].children.append(Node(text, []))
            continue
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
    for _indent, written, body, comment in entries:
        if comment:
            parents[-1].children.append(Node(written, []))
            continue
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
    for _indent, text, body, _comment in entries:
        node = Node(text, [], body)
        if text.startswith("/"):
            root.children.append(node)
            section = node
        else:
            section.children.append(node)
    return root
