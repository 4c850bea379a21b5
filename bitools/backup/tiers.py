"""The periods that backups stand for: hour, day, ISO week, month, quarter, half-year, year.

A tier is due when its current period has no complete run. "biannual" is every half-year (the directorate's
regulation, art. 11.15). Every period is counted in one zone, the inventory's, whatever offset a snapshot
carries; an hour is a real one, so a day on which the clock is put back has 25.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bitools.backup.runs import BackupRun
from bitools.inventory.backups import TIERS

_PERIODS: Mapping[str, Callable[[datetime], str]] = {
    "hourly": lambda local: f"{local:%Y-%m-%dT%H}{_offset(local)}",
    "daily": lambda local: f"{local:%Y-%m-%d}",
    "weekly": lambda local: "{}-W{:02}".format(*local.isocalendar()[:2]),
    "monthly": lambda local: f"{local:%Y-%m}",
    "quarterly": lambda local: f"{local.year:04}-Q{(local.month - 1) // 3 + 1}",
    "biannual": lambda local: f"{local.year:04}-H{(local.month - 1) // 6 + 1}",
    "yearly": lambda local: f"{local.year:04}",
}
LENGTHS: Mapping[str, timedelta] = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=31),
    "quarterly": timedelta(days=92),
    "biannual": timedelta(days=184),
    "yearly": timedelta(days=366),
}


def _offset(local: datetime) -> str:
    """The offset as ISO 8601 writes it; it tells the two hours apart that one wall clock calls 02:00."""
    return local.isoformat()[-6:]


def period(tier: str, moment: datetime, zone: ZoneInfo) -> str:
    """The name of the period a moment falls in: `2026-11-22T14+03:00`, `2026-W47`, `2026-Q4`, `2026-H2`."""
    return _PERIODS[tier](moment.astimezone(zone).replace(microsecond=0))


def shortest(policy: Iterable[str]) -> str:
    """The tier that comes round most often."""
    wanted = set(policy)
    return next(tier for tier in TIERS if tier in wanted)


def covering(
    policy: Iterable[str], runs: Sequence[BackupRun], now: datetime, zone: ZoneInfo
) -> dict[str, BackupRun | None]:
    """For each tier, the newest complete run in its current period; None if the tier is due.

    A run with a doubtful time, or one dated later than now, covers nothing.
    """
    complete = [run for run in runs if run.complete and not run.quarantined and run.time <= now]
    newest_first = sorted(complete, key=lambda run: (run.time, run.id), reverse=True)
    answer: dict[str, BackupRun | None] = {}
    for tier in policy:
        current = period(tier, now, zone)
        answer[tier] = next((run for run in newest_first if period(tier, run.time, zone) == current), None)
    return answer
