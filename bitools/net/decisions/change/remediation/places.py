"""Entries of an ordered list that has places which are not shown: each is put where it belongs. Pure.

As many entries as can be stay untouched; the list is never empty, for what is new comes before what goes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from bitools import regex
from bitools.net.decisions.change.language import negation
from bitools.net.decisions.change.language.dialect import Dialect, expanded, hidden
from bitools.net.decisions.change.remediation.edits import Edit, Path
from bitools.net.decisions.change.remedy import Command
from bitools.net.decisions.node import Node
from bitools.platforms.change import UnseenPlaces

_STEPS = (10, 100, 1_000, 10_000)


def staying(had: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """The most entries that can stay where they are: the longest rising sequence of their new places."""
    place = {text: number for number, text in enumerate(wanted)}
    ends: list[int] = []
    last: list[str] = []
    before: dict[str, str | None] = {}
    for text in had:
        if text in place:
            at = bisect_left(ends, place[text])
            ends[at : at + 1] = [place[text]]
            before[text] = last[at - 1] if at else None
            last[at : at + 1] = [text]
    chain: list[str] = []
    text_there = last[-1] if last else None
    while text_there is not None:
        chain.append(text_there)
        text_there = before[text_there]
    return chain[::-1]


def put_in_place(
    path: Path, old: Sequence[Node], new: Sequence[Node], position: int, dialect: Dialect
) -> Edit | None:
    """The change of such a list; None if the platform has no words for it, or a place is not sure."""
    header = path[-1] if path else ""
    had, wanted = [node.text for node in old], [node.text for node in new]
    if len({*had}) < len(had) or len({*wanted}) < len(wanted) or any(map(hidden, (*had, *wanted))):
        return None
    for within, line, rule in dialect.hidden_places:
        found = within.search(header)
        if found and all(map(line.search, (*had, *wanted))):
            made = _Made(path, line, rule, dialect)
            commands = made.numbered(found, had, wanted) if rule.first else made.counted(had, wanted)
            return Edit(path, old[0], new[0], position, commands=tuple(commands)) if commands else None
    return None


class _Made(NamedTuple):
    """Makes the commands of one list."""

    path: Path
    line: regex.Pattern
    rule: UnseenPlaces
    dialect: Dialect

    def numbered(self, header: regex.Match, had: Sequence[str], wanted: Sequence[str]) -> list[Command]:
        """All entries get numbers far enough apart; then each comes and goes by its number."""
        stay = staying(had, wanted)
        step = next((step for step in _STEPS if _most(stay, wanted) < step), 0)
        if not step or not stay:
            return []
        there = {text: step * number for number, text in enumerate(had, 1)}
        numbers, kept = _between(there, stay, wanted, step), frozenset(stay)
        moved = [text for text in wanted if text in there and text not in kept]
        first = Command((), expanded(self.rule.first, header, step=str(step)))
        return [
            first,
            *(self._add(text, numbers[text]) for text in wanted if text not in there),
            *(self._remove(text, there[text]) for text in had if text not in kept),
            *(self._add(text, numbers[text]) for text in moved),
        ]

    def counted(self, had: Sequence[str], wanted: Sequence[str]) -> list[Command]:
        """Places are counted from 1, and what stands behind moves on."""
        here = list(had)
        stay = staying(had, wanted)
        commands: list[Command] = []
        if not stay:
            return []
        for moved in (False, True):
            if moved:
                commands += [self._remove(text, 0) for text in had if text not in stay]
                here = [text for text in here if text in stay or text not in had]
            for number, text in enumerate(wanted):
                if text in here or (text in had) != moved:
                    continue
                before = [one for one in wanted[:number] if one in here]
                at = here.index(before[-1]) + 1 if before else 0
                here.insert(at, text)
                commands.append(self._add(text, at + 1))
        return commands

    def _add(self, text: str, number: int) -> Command:
        found = self.line.search(text)
        said = expanded(self.rule.add, found, number=str(number), line=text) if found else text
        return Command(self.path, said)

    def _remove(self, text: str, number: int) -> Command:
        if self.rule.remove:
            return Command(self.path, self.rule.remove.replace("{number}", str(number)), removes=True)
        header = self.path[-1] if self.path else ""
        return Command(self.path, negation.removal(text, header, self.dialect), removes=True)


def _runs(stay: Sequence[str], wanted: Sequence[str]) -> Iterator[list[str]]:
    """What comes between one entry that stays and the next."""
    run: list[str] = []
    kept = frozenset(stay)
    for text in wanted:
        if text in kept:
            yield run
            run = []
        else:
            run.append(text)
    yield run


def _most(stay: Sequence[str], wanted: Sequence[str]) -> int:
    return max(map(len, _runs(stay, wanted)))


def _between(
    there: Mapping[str, int], stay: Sequence[str], wanted: Sequence[str], step: int
) -> dict[str, int]:
    """A free number for each entry that comes: behind the one before it that stays, as far from the next."""
    last = max(there.values())
    numbers: dict[str, int] = {}
    for before, run in zip(("", *stay), _runs(stay, wanted), strict=True):
        at_end = before == stay[-1]
        begin = last if at_end else there.get(before, 0)
        for more, text in enumerate(run, 1):
            numbers[text] = begin + (step * more if at_end else step * more // (len(run) + 1))
    return numbers
