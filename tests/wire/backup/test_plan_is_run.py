"""`backup plan` says what `backup run` does: what holds a run back is part of the verdict, with its reason."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

import pytest

from bitools.backup.decisions.runs import tags
from bitools.backup.verbs.copy import copy
from bitools.backup.verbs.plan import plan

INVENTORY = """
repositories:
  ana: {location: depo, password: "file:anahtar"}
  uzak: {location: uzak, password: "file:anahtar", copy_of: ana, keep: {weekly: 3}}
importance:
  normal: {daily: 2, weekly: 2}
datasets:
"""
LATER = timedelta(days=16)


@pytest.fixture
def lagging(town):
    """A second repository that was brought up to date once, and for two weeks no more."""
    (town.source / "plan.bin").write_bytes(os.urandom(20_000))
    (town.inventory / "backups.yaml").write_text(
        INVENTORY
        + f"  belgeler: {{type: files, importance: normal, repository: ana, paths: ['{town.source}']}}\n"
    )
    assert town.rotate(forget=False).failed == []
    run = town.run()
    assert copy(run, run.inventory.select_datasets()).failed == []
    now = datetime.now().astimezone()
    for days in range(1, LATER.days + 1):
        town.repository.forge(now + timedelta(days=days, hours=-1), tags("belgeler", f"r{days}"))
    return town


def test_a_run_that_a_copy_is_still_to_get_stays_in_the_plan_and_in_the_run(lagging):
    run = lagging.run(after=LATER)
    planned = {item["run"]: item for item in plan(run, run.inventory.select_datasets()).items}
    going = {name for name, item in planned.items() if not item["keep"]}
    wanted = {
        name: item["why"] for name, item in planned.items() if item["reasons"] == ["wanted_by_copy uzak"]
    }
    assert going
    assert len(wanted) == 1
    assert next(iter(wanted.values())) == [{"word": "wanted_by_copy", "tier": "", "period": "", "by": "uzak"}]
    assert lagging.rotate(after=LATER).failed == []
    (forgotten,) = [
        entry["before"]["belgeler"]
        for entry in lagging.run().ledger.entries()
        if (entry["action"], entry["outcome"]) == ("backup.forget", "intent")
    ]
    assert set(forgotten) == going
