"""What the policy lets go may go by whoever's hand; what it keeps may not, unless we forgot it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bitools.backup.decisions.absence import Absent, compare, unasked
from bitools.backup.decisions.retention import Policy, decide
from bitools.backup.decisions.runs import BackupRun, Snapshot, tags

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
POLICY = Policy({"daily": 3, "weekly": 2, "monthly": 2}, ZoneInfo("Europe/Istanbul"))


@st.composite
def histories(draw: st.DrawFn) -> list[BackupRun]:
    hours = draw(st.lists(st.integers(1, 3000), min_size=1, max_size=25, unique=True))
    return [
        BackupRun(
            f"r{age}",
            NOW - timedelta(hours=age),
            complete=draw(st.integers(0, 5)) > 0,
            pinned=draw(st.integers(0, 9)) == 0,
            snapshots=(Snapshot(f"{age:064}", NOW - timedelta(hours=age), tags("set", f"r{age}")),),
        )
        for age in hours
    ]


@given(histories(), st.data())
def test_of_those_that_went_only_what_the_policy_keeps_is_unasked(
    history: list[BackupRun], data: st.DataObject
) -> None:
    gone = data.draw(st.sets(st.sampled_from([one.id for one in history])))
    left = [one for one in history if one.id not in gone]
    absent = compare({"set": history}, [part for one in left for part in one.snapshots], {})
    assert {run for _set, run in absent} == gone
    kept = {one.id for one in decide(history, POLICY, NOW).keep}
    assert set(unasked(absent, "set", left, POLICY, (), NOW)) == gone & kept
    assert unasked(absent, "set", left, POLICY, gone, NOW) == {}, "we forgot them ourselves"
    assert unasked(absent, "another", left, POLICY, (), NOW) == {}


@given(histories())
def test_what_comes_back_is_absent_no_more(history: list[BackupRun]) -> None:
    every = [part for one in history for part in one.snapshots]
    assert compare({}, every, {("set", one.id): Absent(one.time) for one in history}) == {}


def test_a_run_that_lost_one_of_its_parts_is_absent() -> None:
    parts = tuple(Snapshot(f"{n:064}", NOW, tags("set", "r")) for n in range(2))
    whole = BackupRun("r", NOW, snapshots=parts)
    assert compare({"set": [whole]}, parts[:1], {}) == {("set", "r"): Absent(NOW, parts=2)}
