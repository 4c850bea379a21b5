"""What a device does in silence when a line comes or goes: it keeps something, or loses more. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bitools import regex
from bitools.net.decisions.change.language.dialect import Dialect, expanded
from bitools.net.decisions.change.language.negation import removal
from bitools.net.decisions.change.remediation.edits import Edit, Path, at
from bitools.net.decisions.change.remediation.ordering import escaped
from bitools.net.decisions.change.remedy import Command
from bitools.net.decisions.node import Node
from bitools.platforms.change import KeptUnsaid


def in_silence(edits: Sequence[Edit], before: Node, after: Node, dialect: Dialect) -> list[Edit]:
    """The edits, what is typed again since it may be lost, and what takes back what would be kept."""
    result = [_through(edit, dialect) for edit in edits]
    touched = {(edit.path, edit.new.text) for edit in edits if edit.new}
    for edit in edits:
        if not _matters(edit, dialect):
            continue
        had, wanted = (at(side, edit.path, dialect) for side in (before, after))
        if had is None or wanted is None:
            continue
        for text in {*_lost(edit, had, wanted, dialect)}:
            if (edit.path, text) not in touched:
                touched.add((edit.path, text))
                result.append(Edit(edit.path, None, Node(text, []), len(result)))
    return result


def _matters(edit: Edit, dialect: Dialect) -> bool:
    marks = (dialect.marks[node.text] for node in (edit.old, edit.new) if node)
    return any("loses" in one or "keeps" in one for one in marks)


def _through(edit: Edit, dialect: Dialect) -> Edit:
    """A removal by way of another value, without which the device would keep something of the old one."""
    if not (edit.removes and edit.old):
        return edit
    for rule in dialect.change.through:
        if found := regex.compile(rule.line).search(edit.old.text):
            words = expanded(rule.by, found)
            header = edit.path[-1] if edit.path else ""
            return replace(edit, removal=removal(words, header, dialect), first=(Command(edit.path, words),))
    return edit


def _lost(edit: Edit, had: Node, wanted: Node, dialect: Dialect) -> Iterator[str]:
    """The lines that are typed because of this edit: those of both sides that may go with it, and more."""
    touched = edit.old or edit.new
    if touched and "loses" in dialect.marks[touched.text]:
        there = {child.text for child in had.children}
        for rule in dialect.change.loses:
            if found := regex.compile(rule.line).search(touched.text):
                also = regex.compile(escaped(rule.also, found))
                yield from (
                    one.text for one in wanted.children if one.text in there and also.search(one.text)
                )
    for kept in dialect.change.keeps:
        node = edit.new if kept.comes else edit.old if edit.removes else None
        if node and "keeps" in dialect.marks[node.text]:
            yield from _taken_back(kept, node.text, edit.path, (had, wanted), dialect)


def _taken_back(
    rule: KeptUnsaid, text: str, path: Path, sides: tuple[Node, Node], dialect: Dialect
) -> Iterator[str]:
    """The words against what is kept, unless it stays, or nothing is left of what would keep it."""
    found = regex.compile(rule.line).search(text)
    inside = regex.compile(rule.within).search(path[-1] if path else "") if rule.within else None
    if found is None or (rule.within and inside is None):
        return
    fits = [found]
    if rule.beside:
        beside = regex.compile(expanded(rule.beside, inside or found))
        fits = [one for side in sides for child in side.children if (one := beside.search(child.text))]
    said = [child.text for child in sides[1].children]
    stays = {child.text for child in sides[0].children}.intersection(said)
    for one in fits:
        words = expanded(rule.says, one)
        kept = removal(words, path[-1] if path else "", dialect)
        otherwise = escaped(rule.unless, one) if rule.unless else re.escape(kept)
        wanted = regex.compile(f"^{re.escape(kept)}(?: |$)|{otherwise}")
        if _is_named(kept, said) and not any(map(wanted.search, stays)):
            yield words


def _is_named(line: str, said: Sequence[str]) -> bool:
    """Is what this line is about (all but its last word) there at all?"""
    about = f"{line.rpartition(' ')[0]} "
    return any(text.startswith(about) for text in said)
