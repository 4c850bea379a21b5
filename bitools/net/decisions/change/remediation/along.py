"""What goes along with something else that is removed (a neighbour with its remote AS). Pure.

It is not removed singly; and what the new configuration still has of it is typed again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bitools import regex
from bitools.net.decisions.change.language.dialect import Dialect
from bitools.net.decisions.change.remediation.contradiction import Contradiction
from bitools.net.decisions.change.remediation.edits import Edit, Path
from bitools.net.decisions.change.remedy import Question
from bitools.net.decisions.node import Node


def gone_along(edits: Sequence[Edit], before: Node, after: Node, dialect: Dialect) -> list[Edit]:
    """The edits without what goes along, and with what has to be typed again."""
    result = list(edits)
    heads: list[Edit] = []
    for pattern, rule in dialect.along:
        for edit in edits:
            found = pattern.search(edit.old.text) if edit.old and edit.removal else None
            if found is None:
                continue
            also = _with_all(regex.compile(_with_groups(rule.also, found)), edit.path, before, dialect)
            if any(one is edit for one in result):
                heads.append(edit)  # what goes along with one does not take that along
            result = [one for one in result if _is_one_of(one, heads) or not _goes(one, edit.path, also)]
            if not edit.path and dialect.change.exclusive:
                claiming = (node.text for node in before.children if dialect.claim(node.text))
                edit.takes += tuple(filter(also.search, claiming))
            again = [*_again(edit, also, before, after, len(result))]
            if again and edit.old and not edit.path and dialect.name(edit.old.text):
                raise Contradiction(edit.removal, again[0].new.text if again[0].new else "")
            result += again
    return result


def _with_all(also: regex.Pattern, path: Path, before: Node, dialect: Dialect) -> regex.Pattern:
    """What goes along, and what goes along with that: with a group its members, with those all about them."""
    patterns, section = [also.pattern], _section(before, path)
    lines = [node.text for _path, node in _fitting(path, section, _ANY)] if section else []
    for pattern in patterns:  # it grows
        compiled = regex.compile(pattern)
        for text in filter(compiled.search, lines):
            more = (
                _with_groups(rule.also, found) for one, rule in dialect.along if (found := one.search(text))
            )
            patterns += [one for one in more if one not in patterns]
    return regex.any_of(tuple(patterns)) or also


_ANY = regex.compile("")


def goes_anyway(question: Question, edits: Sequence[Edit], dialect: Dialect) -> bool:
    """Is asked how something is removed that goes along with something else?"""
    if question.why != "removal":
        return False
    for pattern, rule in dialect.along:
        for edit in edits:
            found = pattern.search(edit.old.text) if edit.old and edit.removal else None
            inside = question.path[: len(edit.path)] == edit.path
            if found and inside and regex.compile(_with_groups(rule.also, found)).search(question.line):
                return True
    return False


def _with_groups(template: str, found: regex.Match) -> str:
    return re.sub(r"\\(\d)", lambda place: re.escape(found[int(place[1])] or ""), template)


def _is_one_of(edit: Edit, some: Sequence[Edit]) -> bool:
    return any(one is edit for one in some)


def _goes(one: Edit, path: Path, also: regex.Pattern) -> bool:
    """Is this only the removal of something that goes anyway?"""
    return (
        one.removes
        and one.path[: len(path)] == path
        and one.old is not None
        and bool(also.search(one.old.text))
    )


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
