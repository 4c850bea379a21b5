"""A text that is typed and shown line by line, each with the same words before it (ASA's banners). Pure.

Here it is one line with a body, and so it is compared, and written anew, as a whole.
"""

from __future__ import annotations

from bitools.net.decisions.change.language.dialect import Dialect
from bitools.net.decisions.change.remedy import Command
from bitools.net.decisions.node import Node


def gathered(tree: Node, dialect: Dialect) -> Node:
    """The tree with each such text as one line of the top."""
    pattern = dialect.said_in_lines
    if pattern is None:
        return tree
    texts: dict[str, tuple[str, ...]] = {}
    result: list[Node] = []
    for node in tree.children:
        if found := pattern.search(node.text):
            head = found[1]
            if head not in texts:
                result.append(node._replace(text=head))
            texts[head] = (*texts.get(head, ()), node.text[len(head) :].removeprefix(" "))
        else:
            result.append(node)
    return tree._replace(children=[node._replace(body=texts.get(node.text, node.body)) for node in result])


def spread(tree: Node, dialect: Dialect) -> Node:
    """The tree as the device shows it."""
    pattern = dialect.said_in_lines
    if pattern is None:
        return tree
    children: list[Node] = []
    for node in tree.children:
        if node.body and pattern.search(node.text):
            children += [Node(f"{node.text} {line}".rstrip(), []) for line in node.body]
        else:
            children.append(node)
    return tree._replace(children=children)


def commands(old: Node | None, new: Node | None, removal: str, dialect: Dialect) -> tuple[Command, ...]:
    """What writes a text anew, or removes it; nothing if it is no such text."""
    node, pattern = new or old, dialect.said_in_lines
    if node is None or pattern is None or not pattern.search(node.text):
        return ()
    gone = [Command((), removal, removes=True)] if old else []
    return (*gone, *(Command((), f"{node.text} {line}".rstrip()) for line in (new.body if new else ())))
