"""restic's own opinion: asked before anything is forgotten, and stronger than ours."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bitools import process
from bitools.backup.decisions.retention import Reason, Verdict, decide
from bitools.backup.decisions.runs import BackupRun, Snapshot, tags
from bitools.backup.verbs import history
from bitools.backup.verbs.second_opinion import disagreement

ISTANBUL = ZoneInfo("Europe/Istanbul")


@pytest.fixture
def weeks(town, monkeypatch):
    """Twelve weeks of a data set that keeps three weeks, made on a machine in the inventory's zone."""
    monkeypatch.setitem(process._inherited, "TZ", "Europe/Istanbul")
    (town.source / "karar.txt").write_text("x")
    town.datasets(
        f"  belgeler: {{type: files, importance: normal, repository: ana, paths: ['{town.source}'],"
        " keep: {weekly: 3}}\n"
    )
    now = datetime.now(tz=ISTANBUL)
    for week in range(1, 13):
        town.repository.forge(now - timedelta(weeks=week), tags("belgeler", f"r{week}"))
    return town


def left(town) -> set[str]:
    listed = json.loads(town.repository.restic("snapshots", "--json"))
    return {tag.removeprefix("bi.run=") for one in listed for tag in one["tags"] if tag.startswith("bi.run=")}


def test_what_restic_agrees_to_is_forgotten(weeks):
    document = weeks.rotate()
    assert document.failed == []
    assert left(weeks) == {document.items[0]["run"], "r1", "r2"}
    memory = json.loads((weeks.state.folder / "backup" / "ana.json").read_bytes())
    assert set(memory["asked"]) == {"belgeler"}


def test_a_decision_that_restic_does_not_share_is_not_carried_out(weeks, monkeypatch):
    """As if our engine were broken: it lets one go that stands for a promised week."""

    def broken(runs: Iterable[BackupRun], *words: object) -> Verdict:
        verdict = decide(runs, *words)  # type: ignore[arg-type]
        gone = tuple(one for one in verdict.keep if one.id == "r2")
        kept = tuple(one for one in verdict.keep if one.id != "r2")
        return Verdict(kept, (*verdict.forget, *gone), verdict.reasons | {"r2": (Reason("beyond"),)})

    monkeypatch.setattr(history, "decide", broken)
    (failure,) = weeks.rotate().failed
    assert (failure["code"], failure["reason"]) == (5, "second_opinion")
    assert len(left(weeks)) == 13


def test_partial_runs_and_the_oldest_are_no_disagreement():
    start = datetime(2026, 11, 1, tzinfo=ISTANBUL)
    runs = [
        BackupRun(str(day), start + timedelta(days=day), day != 2, snapshots=(Snapshot(f"s{day}", start),))
        for day in range(4)
    ]
    verdict = Verdict((runs[3],), tuple(runs[:3]), {})
    assert disagreement(verdict, {"s0", "s1", "s2", "s3"}) == ["1"]
    assert disagreement(verdict, {"s3"}) == []
