"""The periods as a person would name them, and what covers what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bitools.backup.decisions.runs import BackupRun, Snapshot, group, tags
from bitools.backup.decisions.tiers import covering, period, shortest

ISTANBUL, BERLIN = ZoneInfo("Europe/Istanbul"), ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("tier", "moment", "name"),
    [
        ("hourly", datetime(2026, 11, 22, 14, 59, tzinfo=ISTANBUL), "2026-11-22T14+03:00"),
        ("daily", datetime(2026, 11, 22, 23, 30, tzinfo=UTC), "2026-11-23"),  # half past two in Istanbul
        ("weekly", datetime(2027, 1, 3, 12, tzinfo=ISTANBUL), "2026-W53"),  # a Sunday of the old year's week
        ("monthly", datetime(2026, 2, 28, 12, tzinfo=ISTANBUL), "2026-02"),
        ("quarterly", datetime(2026, 3, 31, 23, tzinfo=ISTANBUL), "2026-Q1"),
        ("quarterly", datetime(2026, 4, 1, 0, tzinfo=ISTANBUL), "2026-Q2"),
        ("biannual", datetime(2026, 6, 30, 12, tzinfo=ISTANBUL), "2026-H1"),
        ("biannual", datetime(2026, 7, 1, 0, tzinfo=ISTANBUL), "2026-H2"),
        ("yearly", datetime(2026, 12, 31, 12, tzinfo=ISTANBUL), "2026"),
    ],
)
def test_a_period_has_the_name_that_people_give_it(tier, moment, name):
    assert period(tier, moment, ISTANBUL) == name


def test_the_day_on_which_the_clock_is_put_back_has_25_hours():
    midnight = datetime(2026, 10, 25, tzinfo=BERLIN).astimezone(UTC)
    hours = {period("hourly", midnight + timedelta(minutes=20 * step), BERLIN) for step in range(75)}
    assert len(hours) == 25


def test_only_a_complete_believed_past_run_covers_a_period():
    now = datetime(2026, 11, 22, 14, 30, tzinfo=ISTANBUL)
    doubtful = [
        BackupRun("partial", now, complete=False),
        BackupRun("backdated", now, quarantined=True),
        BackupRun("future", now + timedelta(minutes=5)),
        BackupRun("yesterday", now - timedelta(days=1)),
    ]
    covered = covering(("hourly", "weekly"), doubtful, now, ISTANBUL)
    assert covered["hourly"] is None
    assert covered["weekly"] == doubtful[3]


def test_the_shortest_tier_is_the_one_that_comes_round_most_often():
    assert shortest(("monthly", "weekly")) == "weekly"


def test_a_run_of_two_snapshots_is_one_and_foreign_snapshots_are_none():
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    listed = [
        Snapshot("a" * 64, moment, tags("mis", "r1")),
        Snapshot("b" * 64, moment + timedelta(minutes=3), tags("mis", "r1")),
        Snapshot("c" * 64, moment, ("bi.set=mis", "bi.run=r2", "bi.v=2")),  # of a version we do not know
        Snapshot("d" * 64, moment, ("elle",)),
    ]
    ((name, (run,)),) = group(listed, partial={("mis", "r1")}).items()
    assert (name, len(run.snapshots), run.complete, run.time) == ("mis", 2, False, listed[1].time)
