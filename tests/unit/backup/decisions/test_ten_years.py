"""Ten years of hourly runs, with misses, outages, partial runs, clock changes and a change of zone."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bitools.backup.decisions import tiers
from bitools.backup.decisions.retention import Policy, decide
from bitools.backup.decisions.runs import BackupRun

COUNTS = {
    "hourly": 24,
    "daily": 14,
    "weekly": 8,
    "monthly": 12,
    "quarterly": 12,
    "biannual": 10,
    "yearly": 10,
}
START, HOURS = datetime(2017, 1, 1, tzinfo=UTC), 87_600


def decade(seed: int) -> list[BackupRun]:
    """An hourly run; 3 % missed, 2 % partial, and a dozen outages of up to 25 days."""
    chance = random.Random(seed)
    out: set[int] = set()
    for _outage in range(12):
        begin = chance.randrange(HOURS)
        out.update(range(begin, begin + chance.randrange(24, 600)))
    return [
        BackupRun(f"r{hour:06}", START + timedelta(hours=hour), chance.random() > 0.02)
        for hour in range(HOURS)
        if hour not in out and chance.random() > 0.03
    ]


def rolling(history: list[BackupRun], every: timedelta, zones: list[ZoneInfo]) -> set[str]:
    """Forget at this pace all through the years; half-way the zone changes."""
    held: list[BackupRun] = []
    due, middle = START, START + timedelta(hours=HOURS // 2)
    for run in history:
        held.append(run)
        if run.time >= due:
            zone = zones[run.time >= middle] if len(zones) > 1 else zones[0]
            held = list(decide(held, Policy(COUNTS, zone), run.time).keep)
            due = run.time + every
    return {run.id for run in decide(held, Policy(COUNTS, zones[-1]), history[-1].time).keep}


@pytest.mark.torture
def test_no_promised_period_is_lost_and_every_pace_keeps_the_same():
    zone = ZoneInfo("Europe/Berlin")
    history = decade(7)
    once = {run.id for run in decide(history, Policy(COUNTS, zone), history[-1].time).keep}
    assert rolling(history, timedelta(days=1), [zone]) == once
    assert rolling(history, timedelta(weeks=1), [zone]) == once
    kept = {run.id: run for run in history if run.id in once}
    for tier, count in COUNTS.items():
        periods = dict.fromkeys(tiers.period(tier, run.time, zone) for run in reversed(history))
        held = {tiers.period(tier, run.time, zone): run.complete for run in kept.values()}
        assert set(list(periods)[:count]) <= set(held)


@pytest.mark.torture
def test_a_change_of_zone_costs_no_quarter_and_no_half_year():
    zones = [ZoneInfo("UTC"), ZoneInfo("Europe/Istanbul")]
    history = decade(8)
    kept = rolling(history, timedelta(days=1), zones)
    for tier in ("monthly", "quarterly", "biannual", "yearly"):
        names = dict.fromkeys(tiers.period(tier, run.time, zones[1]) for run in reversed(history))
        held = {tiers.period(tier, run.time, zones[1]) for run in history if run.id in kept}
        assert set(list(names)[: COUNTS[tier]]) <= held
