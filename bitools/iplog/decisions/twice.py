"""The hour that happened twice, when clocks were turned back: which of the two a line means. Pure.

Lines of one source follow each other, so the wall's time can only go back once: what stands before the step
is of the first hour, what stands after it of the second. Without a step nobody can say, nor with several:
some lines came late then, or twice.
"""

from __future__ import annotations

from collections.abc import Iterable

_STEP = 5 * 60_000  # ms back that are no disorder of lines


def resolved(rows: Iterable[tuple[int, int, int, int]]) -> dict[tuple[int, int], int]:
    """Segment and line → the instant meant, of events of one hour in the order of lines.

    Each row is the first instant, the second, the segment and the line. Empty if the order does not tell.
    """
    known = list(rows)
    latest = None
    steps = []
    for position, (at, _other, _segment, _line) in enumerate(known):
        if latest is not None and at < latest - _STEP:
            steps.append(position)
            latest = at
        latest = at if latest is None else max(latest, at)
    if len(steps) != 1:
        return {}
    return {
        (segment, line): at if position < steps[0] else other
        for position, (at, other, segment, line) in enumerate(known)
    }
