"""What goes along with something else that is removed (a neighbour with its remote AS). Pure.

It is not removed singly; and what the new configuration still has of it is typed again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bitools import regex
from bitools.net.decisions.dialect import Dialect
from bitools.net.decisions.edits import Edit, Path
from bitools.net.decisions.node import Node


def gone_along(edits: Sequence[Edit], before: Node, after: Node, dialect: Dialect) -> list[Edit]:
    """The edits without what goes along, and with what has to be typed again."""
    result = list(edits)
    if not dialect.along:
        return result
    for edit in edits:
        if edit.old is None or not edit.removal:
            continue
        for pattern, rule in dialect.along:
            if found := pattern.search(edit.old.text):
                also = regex.compile(
                    re.sub(r"\\(\d)", lambda place, found=found: re.escape(found[int(place[1])] or ""), rule.also)  # type: ignore[misc]
                )
                result = [one for one in result if one is edit or not _goes(one, edit.path, also)]
                result += _again(edit, also, before, after, len(result))
    return result


def _goes(one: Edit, path: Path, also: regex.Pattern) -> bool:
    """Is this only the removal of something that goes anyway?"""
    return one.removes and one.path[: len(path)] == path and one.old is not None and bool(also.search(one.old.text))


def _again(edit: Edit, also: regex.Pattern, before: Node, after: Node, position: int) -> Iterator[Edit]:
    """What stands in both sides and is gone with it."""
    had, wanted = _section(before, edit.path), _section(after, edit.path)
    if had is None or wanted is None:
        return
    lost = {(path, node.text) for path, node in _fitting(edit.path, had, also)}
    for path, node in _fitting(edit.path, wanted, also):
        if (path, node.text) in lost:
            yield Edit(path, None, node, position)
            position += 1


def _section(root: Node, path: Path) -> Node | None:
    node: Node | None = root
    for text in path:
        node = next((child for child in node.children if child.text == text), None) if node else None
    return node


def _fitting(path: Path, section: Node, also: regex.Pattern) -> Iterator[tuple[Path, Node]]:
    for child in section.children:
        if also.search(child.text):
            yield path, child
        yield from _fitting((*path, child.text), child, also)
