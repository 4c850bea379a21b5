"""Commands that say the same of several numbers, as the one line that the device takes for them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from bitools.net.decisions.change.language.dialect import Dialect
from bitools.net.decisions.change.language.number_lists import lines, written
from bitools.net.decisions.change.remedy import Command
from bitools.platforms.change import Each

_SEVERAL = 2


def together(commands: Sequence[Command], dialect: Dialect) -> list[Command]:
    """The commands, with `vlan 10` and `vlan 11` as `vlan 10-11`: where the first of them stood.

    Removals keep their places: only those that follow one another become one.
    """
    result = list(commands)
    for rule in dialect.change.each:
        if rule.several:
            result = _added(result, rule)
        if rule.gone:
            result = _removed(result, rule, dialect.change.negate)
    return result


def _added(commands: Sequence[Command], rule: Each) -> list[Command]:
    found = ((at, _number(one, rule.one)) for at, one in enumerate(commands))
    numbers = {at: number for at, number in found if number is not None}
    if len(set(numbers.values())) < _SEVERAL:
        return [*commands]
    first = next(iter(numbers))
    result: list[Command] = []
    for at, one in enumerate(commands):
        if at == first:
            result += _as_lines(numbers.values(), rule.several, rule)
        if at not in numbers:
            result.append(one)
    return result


def _removed(commands: Sequence[Command], rule: Each, negate: str) -> list[Command]:
    result: list[Command] = []
    for several, run in groupby(commands, lambda one: _number(one, f"{negate} {rule.one}") is not None):
        some = list(run)
        numbers = [_number(one, f"{negate} {rule.one}") or 0 for one in some] if several else []
        result += _as_lines(numbers, rule.gone, rule, removes=True) if len(numbers) >= _SEVERAL else some
    return result


def _number(command: Command, template: str) -> int | None:
    """The number that a command of the top is about, and nothing else."""
    if command.path or command.body:
        return None
    found = re.fullmatch(re.escape(template).replace(r"\{one\}", r"(\d+)"), command.line)
    return int(found[1]) if found else None


def _as_lines(numbers: Iterable[int], template: str, rule: Each, removes: bool = False) -> Iterator[Command]:
    pieces = written(numbers, rule.between, rule.to)
    for line in lines(pieces, rule):
        yield Command((), template.replace("{list}", line), removes)
