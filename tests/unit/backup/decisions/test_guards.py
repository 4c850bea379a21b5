"""What refuses to forget, and what a confirmation may open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bitools.backup.decisions.guards import check
from bitools.backup.decisions.retention import Policy, Verdict, decide
from bitools.backup.decisions.runs import BackupRun
from bitools.errors import Refused

NOW = datetime(2026, 11, 22, 14, tzinfo=UTC)
POLICY = Policy({"daily": 3}, ZoneInfo("UTC"))


def daily(count: int, newest: datetime = NOW) -> list[BackupRun]:
    return [BackupRun(f"r{age:03}", newest - timedelta(days=age)) for age in range(count)]


def refusal(verdict: Verdict, now: datetime = NOW, **more) -> str:
    """The reason of the refusal; empty if it passes."""
    try:
        check("mis", verdict, POLICY, now, **more)
    except Refused as error:
        assert error.target == "mis"
        assert error.hint
        return error.reason
    return ""


def test_an_ordinary_day_passes():
    assert refusal(decide(daily(4), POLICY, NOW)) == ""


def test_a_mass_drop_is_confirmed_first():
    verdict = decide(daily(60), POLICY, NOW)
    assert refusal(verdict) == "mass_drop"
    assert refusal(verdict, confirmed=True) == ""


def test_a_set_whose_backups_stopped_keeps_what_it_has():
    verdict = decide(daily(10, NOW - timedelta(days=20)), POLICY, NOW)
    assert refusal(verdict) == "stale"
    assert refusal(verdict, confirmed=True) == "stale"


def test_no_complete_run_left_is_never_allowed():
    runs = daily(4)
    verdict = Verdict((), tuple(runs), {})
    assert refusal(verdict, confirmed=True) == "nothing_left"


@pytest.mark.parametrize("last", [NOW + timedelta(hours=1), NOW - timedelta(days=11 * 365)])
def test_a_clock_that_jumped_is_trusted_when_somebody_says_so(last):
    verdict = decide(daily(10), POLICY, NOW)
    assert refusal(verdict, last_run=last) == "clock"
    assert refusal(verdict, last_run=last, confirmed=True) == ""
    assert refusal(verdict, last_run=NOW + timedelta(minutes=1)) == ""
    assert refusal(verdict, last_run=NOW - timedelta(days=30)) == ""


def test_what_only_the_changed_policy_drops_is_confirmed_first():
    runs = daily(10)
    verdict = decide(runs, POLICY, NOW)
    more = decide(runs, Policy({"daily": 8}, POLICY.zone), NOW)
    assert refusal(verdict, before=more) == "policy_changed"
    assert refusal(verdict, before=more, confirmed=True) == ""
    assert refusal(verdict, before=verdict) == ""


def test_a_policy_that_keeps_nothing_is_refused():
    with pytest.raises(Refused) as caught:
        decide(daily(3), Policy({}, POLICY.zone), NOW)
    assert caught.value.reason == "empty_policy"


def test_nothing_to_forget_needs_no_guard():
    assert refusal(decide(daily(2, NOW - timedelta(days=50)), POLICY, NOW)) == ""


def test_what_only_a_changed_zone_drops_is_confirmed_first():
    """Two runs of two days in London are two of one day in Istanbul."""
    evening, night = datetime(2026, 11, 21, 22, tzinfo=UTC), datetime(2026, 11, 22, 1, tzinfo=UTC)
    runs = [BackupRun("evening", evening), BackupRun("night", night), BackupRun("now", NOW)]
    there = Policy({"daily": 9}, ZoneInfo("Europe/Istanbul"), timedelta(0))
    here = Policy({"daily": 9}, ZoneInfo("UTC"), timedelta(0))
    verdict = decide(runs, there, NOW)
    assert [run.id for run in verdict.forget] == ["night", "evening"]
    before = decide(runs, here, NOW)
    assert [run.id for run in before.forget] == ["night"]
    assert refusal(verdict, before=before) == "policy_changed"
    assert refusal(verdict, before=before, confirmed=True) == ""
