"""How large a local repository is, how fast it grows, and when its disk will be full."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from bitools import privilege
from bitools.backup.decisions.memory import Memory
from bitools.backup.wire.restic import Repository

_KEPT = 400  # days
_LOOKED_AT = 60  # days: what grew last year says little of next month
_LEAST = 3  # days that must lie between the first and the last measure


@dataclass(frozen=True, slots=True)
class Forecast:
    """Bytes now, bytes a day (None: too early to say), bytes free, days until full (None: not in sight)."""

    size: int
    growth: float | None
    free: int
    days_left: float | None


def measure(memory: Memory, repository: Repository, now: datetime) -> None:
    """Note the size of a local repository, once a day: a large one takes a while to add up."""
    day = now.date()
    if repository.access.folder and day not in memory.sizes:
        memory.sizes[day] = disk_use(repository.access.folder)
        for old in sorted(memory.sizes)[:-_KEPT]:
            del memory.sizes[old]


@privilege.raised()
def disk_use(folder: str) -> int:
    """Bytes in a folder's files; what vanishes meanwhile is not counted."""
    total = 0
    for here, _folders, names in os.walk(folder):
        for name in names:
            try:
                total += Path(here, name).stat().st_size
            except FileNotFoundError:
                continue
    return total


def predict(sizes: Mapping[date, int], free: int, today: date) -> Forecast:
    """Draw a straight line (least squares) through the sizes of the last two months."""
    points = [((day - today).days, size) for day, size in sorted(sizes.items())]
    points = [(day, size) for day, size in points if -_LOOKED_AT <= day <= 0]
    size = points[-1][1] if points else 0
    if not points or points[-1][0] - points[0][0] < _LEAST:
        return Forecast(size, None, free, None)
    middle = sum(day for day, _size in points) / len(points)
    height = sum(size for _day, size in points) / len(points)
    spread = sum((day - middle) ** 2 for day, _size in points)
    growth = sum((day - middle) * (size - height) for day, size in points) / spread
    return Forecast(size, growth, free, free / growth if growth > 0 else None)
