"""What a new line does to the lines beside it: it takes the place of one, or takes some away. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bitools.net.decisions.change.language import negation
from bitools.net.decisions.change.language.dialect import Dialect
from bitools.net.decisions.change.remediation.edits import Edit, Path, at
from bitools.net.decisions.node import Node
from bitools.net.decisions.rules import Key


def overwritten(edits: Sequence[Edit], dialect: Dialect) -> list[Edit]:
    """Of two lines that hold one place, or that the same words remove, the new one overwrites the old one."""
    old: dict[tuple[Path, Key | None], Edit] = {
        (edit.path, place): edit
        for edit in edits
        if edit.removes and edit.old and (place := _place(edit.old, edit, dialect))
    }
    anew = {(edit.path, edit.new.text) for edit in edits if edit.new and edit.old is None}
    gone = {id(edit) for edit in edits if edit.removes and (edit.path, edit.removal) in anew}
    result: list[Edit] = []
    for edit in edits:
        new = edit.new
        if old and new and edit.old is None and not edit.commands:
            twin = old.pop((edit.path, _place(new, edit, dialect)), None)
            if twin and twin.old:
                gone.add(id(twin))
                first = twin.old.children or new.children or "replace" in dialect.marks[new.text]
                edit = Edit(edit.path, twin.old, new, edit.position, twin.removal if first else "")
        result.append(edit)
    return [edit for edit in result if id(edit) not in gone]


def _place(node: Node, edit: Edit, dialect: Dialect) -> Key | None:
    """What a line is the value of: the same for another value."""
    words = negation.special_words(node.text, _header(edit), dialect)
    return dialect.slot(node.text) or (("removed by", words) if words else None)


def wiped(edits: Sequence[Edit], before: Node, after: Node, dialect: Dialect) -> list[Edit]:
    """The edits, and what has to be typed again because a line beside it takes it away."""
    result = list(edits)
    for edit in edits:
        node = edit.new or edit.old
        if node is None or node.children or edit.commands or "wipes" not in dialect.marks[node.text]:
            continue
        for pattern, also in dialect.wipes:
            if not pattern.search(node.text):
                continue
            had, wanted = (at(side, edit.path, dialect) for side in (before, after))
            lost = {child.text for child in had.children if also.search(child.text)} if had else set()
            result += [
                Edit(edit.path, None, child, len(result))
                for child in (wanted.children if wanted else ())
                if child.text in lost
            ]
    return result


def _header(edit: Edit) -> str:
    return edit.path[-1] if edit.path else ""
