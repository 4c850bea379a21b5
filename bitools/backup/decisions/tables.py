"""Was a table emptied that always had rows? Of a dump of gigabytes nobody would miss a small one.

Tables that live by being emptied (sessions, queues, logs) are known by their names, or by having lost most of
their rows before, and are never told again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

COUNTED = 1000  # rows; more are not counted
_KNOWN = 5  # rows, times the runs that had them: fewer say nothing
_TRACE = 0.01  # of the rows may be left in the place of all: a note of whom to pay
_WAVERS = 0.5  # of the rows gone in a good run: it comes and goes
_PASSING = re.compile(
    r"(?<![a-zçğıöşü])(sess|oturum|audit|history|gecmis|geçmiş|cache|onbellek|önbellek|queue|kuyruk|temp|tmp|gecici"
    r"|geçici|staging|import|aktarim|aktarım|lock|kilit|token|job|task|outbox|inbox|bekleyen|nonce|gunluk|günlük)"
    r"|(?<!cata)(?<!kata)(?<!dia)(?<!diya)(?<!ana)(?<!b)log(s|lar|lari|ları)?(?![a-z])|session",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Table:
    """In how many runs in a row it had rows, the fewest of them, and how many last; does it come and go?"""

    runs: int
    least: int
    rows: int
    wavers: bool = False


def emptied(now: Mapping[str, int], past: Mapping[str, Table]) -> tuple[str, ...]:
    """The tables that have no rows, or hardly any, and always had some."""
    return tuple(
        name
        for name, rows in now.items()
        if name in past and _is_emptied(rows, past[name]) and not _PASSING.search(name)
    )


def learned(now: Mapping[str, int], past: Mapping[str, Table]) -> dict[str, Table]:
    """What is known of each table after a good run, or one that was accepted."""
    return {name: _after(rows, past.get(name)) for name, rows in now.items()}


def _is_emptied(rows: int, was: Table) -> bool:
    known = not was.wavers and was.least * was.runs >= _KNOWN
    return known and rows <= (was.least * _TRACE if was.least >= COUNTED else 0)


def _after(rows: int, was: Table | None) -> Table:
    if was is None:
        return Table(int(rows > 0), rows, rows)
    wavers = was.wavers or rows < was.rows * _WAVERS
    if not was.runs or not rows:
        return Table(int(rows > 0), rows, rows, wavers)
    return Table(was.runs + 1, min(was.least, rows), rows, wavers)
