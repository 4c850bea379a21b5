"""Configurations whose every line is a whole path (VyOS): what vanished is deleted where it begins. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bitools.net.decisions.change.language.dialect import Dialect, hidden
from bitools.net.decisions.change.remedy import Command, Question, Remedy
from bitools.net.decisions.comparison.diff import Step, compare
from bitools.net.decisions.node import Node
from bitools.net.decisions.rules import unknown

_WORDS = re.compile(r"""(?:'[^']*'|"[^"]*"|\S)+""")
_SHORTEST = 2  # words of a path: nobody deletes all of `interfaces`


def remedy_of_paths(before: Node, after: Node, dialect: Dialect) -> Remedy:
    """The commands. Nothing holds before the whole is committed; yet what is new comes before what goes."""
    put, negate = dialect.change.put, dialect.change.negate
    left = {
        tuple(words[:length])
        for node in after.children
        if (words := _words(node.text))
        for length in range(1, len(words) + 1)
    }
    deletes: dict[str, None] = {}
    again: dict[str, None] = {}
    sets: list[Command] = []
    questions: list[Question] = []
    steps = compare(before, after, dialect.rules)
    ordered = _ordered(steps, before, after, dialect)
    for kind, node in (*ordered, *_changes(steps)):
        if kind == "removed":
            words = _words(node.text)[1:]
            length = next(
                (one for one in range(_SHORTEST, len(words)) if (put, *words[:one]) not in left), len(words)
            )
            line = " ".join((negate, *words[:length]))
            if hidden(line):
                questions.append(Question((), node.text, "secret", removes=True))
            elif (kind, node) in ordered:
                again[line] = None
            else:
                deletes[line] = None
        elif hidden(node.text):
            questions.append(Question((), node.text, "secret"))
        else:
            sets.append(Command((), node.text))

    def rank(line: str) -> int:
        return dialect.rank(f"{put} {line.removeprefix(f'{negate} ')}")

    sets.sort(key=lambda one: dialect.rank(one.line))
    first, last = (
        [Command((), line, removes=True) for line in sorted(lines, key=rank, reverse=True)]
        for lines in (again, deletes)
    )
    return Remedy([*first, *sets, *last], questions)


def _ordered(steps: Sequence[Step], before: Node, after: Node, dialect: Dialect) -> list[tuple[str, Node]]:
    """Lines in another order: they go and come whole, and go first."""
    groups = dict.fromkeys(step.group for step in steps if _is_placed(step))
    return [one for group in groups for one in _anew(_of(before, group, dialect), _of(after, group, dialect))]


def _changes(steps: Sequence[Step]) -> Iterator[tuple[str, Node]]:
    """What else goes and comes."""
    for step in steps:
        if _is_placed(step):
            continue
        if step.kind == "removed" and step.old:
            yield "removed", step.old
        elif step.kind in ("added", "modified") and step.new:
            yield "added", step.new


def _is_placed(step: Step) -> bool:
    """Does it come, or move, to a place in a list whose order the platform's file knows?"""
    return bool(step.group) and not unknown(step.group) and step.kind in ("added", "moved")


def _of(section: Node, group: object, dialect: Dialect) -> Sequence[Node]:
    look, here = dialect.rules.look, dialect.rules.section(section.text)
    return [node for node in section.children if look(here, node.text).group == group]


def _anew(old: Sequence[Node], new: Sequence[Node]) -> Iterator[tuple[str, Node]]:
    had, wanted = [node.text for node in old], [node.text for node in new]
    stays = [text for text in had if text in wanted]
    again = wanted[: len(stays)] != stays
    for node in old:
        if again and node.text in wanted:
            yield "removed", node
    for node in new:
        if again or node.text not in had:
            yield "added", node


def _words(text: str) -> list[str]:
    return _WORDS.findall(text)
