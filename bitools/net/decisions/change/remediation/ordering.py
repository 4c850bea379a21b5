"""Which edit comes when: nothing is missing meanwhile, and nothing refers to what is not there. Pure.

What stands on something that goes is gone first. Then six phases: values that only one line may say are
freed; single lines go; what is new comes, definitions before what refers to them; entries take their places;
lines go beside which new ones came; whole definitions go, in reverse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple

from bitools import regex
from bitools.net.decisions.change.language import negation
from bitools.net.decisions.change.language.dialect import Dialect, texts
from bitools.net.decisions.change.remediation.edits import Edit, Path
from bitools.net.decisions.change.remediation.wording import additions, overwriting, removing
from bitools.net.decisions.change.remedy import Command
from bitools.net.decisions.node import Node
from bitools.net.decisions.rules import Key


class Phase(IntEnum):
    """When an edit is typed."""

    UPROOT = -1
    FREE = 0
    OLD = 1
    NEW = 2
    PLACE = 3
    BESIDE = 4
    GONE = 5


class _Placed(NamedTuple):
    key: tuple[int, int, int, int, int]
    commands: Sequence[Command]


def commands_of(edits: Sequence[Edit], dialect: Dialect) -> list[Command]:
    """The commands of all edits, in their order."""
    order = _Order(edits, dialect)
    placed: list[_Placed] = []
    for edit in edits:
        placed.extend(order.placed(edit))
    commands: list[Command] = []
    for one in sorted(placed, key=lambda one: one.key):
        again = commands and one.commands and _identity(commands[-1]) == _identity(one.commands[0])
        if again:  # what two have in common is typed once, and does what both wanted
            commands[-1] = commands[-1]._replace(removes=commands[-1].removes and one.commands[0].removes)
        commands += one.commands[1:] if again else one.commands
    return commands


def _identity(command: Command) -> tuple[object, ...]:
    return command.path, command.line, command.body


class _Order:
    """What has to be known of all edits to place one."""

    def __init__(self, edits: Sequence[Edit], dialect: Dialect) -> None:
        self._dialect = dialect
        self._first: dict[str, int] = {}
        for edit in edits:
            self._first.setdefault(edit.top, edit.position)
        self._claims = _claims(edits, dialect)
        self._gone = [edit.old.text for edit in edits if edit.old and edit.removal and not edit.path]
        self._sides = _sides(edits, dialect)
        self._new_texts: dict[Path, list[str]] = {}  # what is new, where
        for edit in edits:
            if edit.new:
                self._new_texts.setdefault(edit.path, []).append(edit.new.text)

    def placed(self, edit: Edit) -> Iterator[_Placed]:
        """The commands of one edit, each with its place."""
        dialect = self._dialect
        if edit.commands:
            phase = Phase.GONE if edit.whole else Phase.PLACE if edit.last else Phase.NEW
            yield _Placed(self._key(phase, edit), edit.commands)
            return
        if edit.old and (edit.removal or edit.new is None):
            phase = self._phase(edit)
            if phase > Phase.OLD or edit.old.children or self._sides:
                yield from self._freed(edit, phase)
                if self._holds(edit.path, edit.old) and edit.new is None:
                    phase = Phase.FREE
            if edit.new is None and self._claims and any(map(self._claimed, edit.takes)):
                phase = Phase.FREE
            if not edit.path and self._stands_on_what_goes(edit.old.text):
                phase = Phase.UPROOT
            yield _Placed(self._key(phase, edit), [*edit.first, removing(edit.path, edit.removal)])
        if edit.new and edit.old and not edit.removal:
            yield from self._freed(edit, Phase.NEW)
            yield _Placed(self._key(Phase.NEW, edit), overwriting(edit.path, edit.old, edit.new, dialect))
        elif edit.new:
            yield _Placed(self._key(Phase.NEW, edit), additions(edit.path, edit.new, dialect))

    def _phase(self, edit: Edit) -> Phase:
        """When an old line or section goes."""
        node, dialect = edit.old, self._dialect
        if node is None or edit.new is not None:
            return Phase.OLD
        if self._goes_last(edit, node):
            return Phase.GONE
        if not edit.path and (
            node.children or "opens" in dialect.marks[node.text] or dialect.name(node.text)
        ):
            return Phase.GONE
        for pattern, rule in dialect.beside:
            found = pattern.search(node.text)
            if found:
                bars = regex.compile(escaped(rule.unless, found)) if rule.unless else None
                new = self._new_texts.get(edit.path, ())
                barred = bars is not None and any(bars.search(text) for text in new)
                return Phase.OLD if barred else Phase.BESIDE
        return Phase.OLD

    def _goes_last(self, edit: Edit, node: Node) -> bool:
        """Does what it removes stand apart from what comes: an entry of a table, a branch, another key?"""
        style = self._dialect.change.style
        if style not in ("set", "tables", "yaml") or (style != "yaml" and not node.children):
            return False
        said = edit.removal.removeprefix(f"{self._dialect.change.negate} ")
        return not any(
            text == said or text.startswith((f"{said} ", f"{said}:"))
            for text in self._new_texts.get(edit.path, ())
        )

    def _freed(self, edit: Edit, phase: Phase) -> Iterator[_Placed]:
        """What stands in a section that goes late, or in a line written over, and another line claims."""
        if edit.old is None:
            return
        inside = [(edit.path, edit.old)] if edit.new else [*_lines((*edit.path, edit.old.text), edit.old)]
        for path, node in inside:
            if self._holds(path, node) or (edit.new is None and "hinders" in self._dialect.marks[node.text]):
                words = negation.removal(node.text, path[-1] if path else "", self._dialect)
                yield _Placed(self._key(Phase.FREE, edit), [Command(path, words, removes=True)])

    def _holds(self, path: Path, node: Node) -> bool:
        """Does another line claim what this one says?"""
        if not path and self._bears(node.text):
            return True
        if self._sides and any(
            (pair, not side) in self._sides for pair, side in self._dialect.sides[node.text]
        ):
            return True
        if not self._claims:
            return False
        claim = self._dialect.claim(node.text)
        return claim is not None and any(claimer != path for claimer in self._claims.get(claim, ()))

    def _claimed(self, text: str) -> bool:
        claim = self._dialect.claim(text)
        return claim is not None and claim in self._claims

    def _stands_on_what_goes(self, text: str) -> bool:
        return any(
            pattern.search(text) and any(map(base.search, self._gone))
            for pattern, base in self._dialect.based
        )

    def _bears(self, text: str) -> bool:
        """Does something new stand on what comes in the place of this?"""
        return any(
            base.search(text) and any(map(pattern.search, self._new_texts.get((), ())))
            for pattern, base in self._dialect.based
        )

    def _key(self, phase: Phase, edit: Edit) -> tuple[int, int, int, int, int]:
        sign = 1 if phase in (Phase.NEW, Phase.PLACE) else -1
        node = edit.new or edit.old
        text = node.text if node else ""
        marks = self._dialect.marks[text]
        place = 1 if "late" in marks else -1 if "early" in marks else 0
        return (
            phase,
            sign * self._dialect.rank(edit.top),
            sign * self._first[edit.top],
            sign * place,
            sign * edit.position,
        )


def escaped(template: str, found: regex.Match) -> str:
    """A template of a pattern, with the groups of a match in it as plain text."""
    return re.sub(r"\\(\d)", lambda place: re.escape(found[int(place[1])] or ""), template)


def _sides(edits: Sequence[Edit], dialect: Dialect) -> set[tuple[int, bool]]:
    """What kinds of lines are new that do not stand beside others."""
    if not dialect.change.apart:
        return set()
    new = [edit.new for edit in edits if edit.new]
    return {side for text in texts(Node("", new)) for side in dialect.sides[text]}


def _claims(edits: Sequence[Edit], dialect: Dialect) -> dict[Key, list[Path]]:
    """What new lines say that no other may say beside them, and where they stand."""
    claims: dict[Key, list[Path]] = {}
    if not dialect.change.exclusive:
        return claims
    for edit in edits:
        if edit.new is None:
            continue
        here = [(edit.path, edit.new), *_lines((*edit.path, edit.new.text), edit.new)]
        for path, node in here:
            if claim := dialect.claim(node.text):
                claims.setdefault(claim, []).append(path if path else (node.text,))
    return claims


def _lines(path: Path, node: Node) -> Iterator[tuple[Path, Node]]:
    for child in node.children:
        yield path, child
        yield from _lines((*path, child.text), child)
