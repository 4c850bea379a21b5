"""The periods that backups stand for: hour, day, ISO week, month, quarter, half-year, year.

A tier is due when its current period has no complete run. "biannual" is every half-year (the directorate's
regulation, art. 11.15). Every period is counted in one zone, the inventory's, whatever offset a snapshot
carries; an hour is a real one, so a day on which the clock is put back has 25.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from bitools.backup.decisions.runs import BackupRun
from bitools.inventory.tiers import LENGTHS, TIERS

__all__ = ["LENGTHS", "RESTICS", "covering", "period", "periods", "shortest"]

RESTICS = ("hourly", "daily", "weekly", "monthly", "yearly")  # the tiers that `restic forget` has too


def period(tier: str, moment: datetime, zone: ZoneInfo) -> str:
    """The name of the period a moment falls in: `2026-11-22T14+03:00`, `2026-W47`, `2026-Q4`, `2026-H2`."""
    return periods((tier,), moment, zone)[0]


def periods(wanted: Sequence[str], moment: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    """The names of the periods of these tiers that a moment falls in."""
    local = moment.astimezone(zone)
    names = _of_day(local.date())
    # The offset tells the two hours apart that one wall clock calls 02:00.
    return tuple([names[tier] if tier != "hourly" else local.isoformat(timespec="hours") for tier in wanted])


@lru_cache(maxsize=20_000)  # half a century of days
def _of_day(day: date) -> Mapping[str, str]:
    """What does not depend on the hour."""
    year, week, _weekday = day.isocalendar()
    return {
        "daily": f"{day:%Y-%m-%d}",
        "weekly": f"{year}-W{week:02}",
        "monthly": f"{day:%Y-%m}",
        "quarterly": f"{day.year:04}-Q{(day.month - 1) // 3 + 1}",
        "biannual": f"{day.year:04}-H{(day.month - 1) // 6 + 1}",
        "yearly": f"{day.year:04}",
    }


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
