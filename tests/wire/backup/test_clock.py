"""A clock that is wrong: nothing promised is lost, and a right one is enough to go on."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from bitools.backup.decisions.runs import tags

ELEVEN_YEARS = timedelta(days=11 * 365)


@pytest.fixture
def years(town):
    """A data set that keeps two days and three years, with one snapshot in each of five years."""
    (town.source / "karar.txt").write_text("x")
    town.datasets(
        f"  belgeler: {{type: files, importance: normal, repository: ana, paths: ['{town.source}'],"
        " keep: {daily: 2, yearly: 3}}\n"
    )
    now = datetime.now().astimezone()
    for year in range(1, 6):
        town.repository.forge(now - timedelta(days=366 * year), tags("belgeler", f"r{year}"))
    assert town.rotate().failed == []
    assert runs(town) >= {"r1", "r2"}
    return town


def runs(town) -> set[str]:
    listed = json.loads(town.repository.restic("snapshots", "--json"))
    return {tag.removeprefix("bi.run=") for one in listed for tag in one["tags"] if tag.startswith("bi.run=")}


def believed_again(town) -> None:
    """As after a first look: the forged ones are of another time, and are believed."""
    path = town.state.folder / "backup" / "ana.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"listed": None, "doubtful": {}}))


def test_an_hour_back_nothing_is_forgotten_until_the_clock_has_caught_up(years):
    town = years
    before = runs(town)
    now = datetime.now().astimezone()
    town.repository.forge(now - timedelta(days=366 * 6), tags("belgeler", "r6"))
    believed_again(town)
    document = town.rotate(after=timedelta(hours=-1), now=True)
    (failure,) = document.failed
    assert (failure["code"], failure["reason"]) == (5, "clock")
    assert "put back" in failure["error"]
    assert document.items[0]["status"] == "complete"
    assert runs(town) >= before | {"r6"}
    assert town.rotate(now=True).failed == []
    assert "r6" not in runs(town)


def test_eleven_years_ahead_no_year_is_lost_and_the_right_time_is_enough_to_go_on(years):
    town = years
    before = runs(town)
    now = datetime.now().astimezone()
    for run in ("ahead-1", "ahead-2"):  # what a restic of that clock makes
        town.repository.forge(now + ELEVEN_YEARS, tags("belgeler", run))
        believed_again(town)
        failures = town.rotate(after=ELEVEN_YEARS + timedelta(minutes=1)).failed
        assert {failure["reason"] for failure in failures} <= {"clock", "stale"}
        assert runs(town) >= before | {run}
    document = town.rotate(now=True, after=timedelta(minutes=2))
    assert document.items[0]["status"] == "complete"
    assert {failure["reason"] for failure in document.failed} <= {"clock"}
    assert runs(town) >= before
    document = town.rotate(now=True, confirmed=True, after=timedelta(minutes=3))
    assert document.failed == []
    assert runs(town) >= before | {"ahead-1", "ahead-2"}
    skipped = town.rotate(after=timedelta(minutes=4))
    assert (skipped.items[0]["status"], skipped.failed) == ("skipped", [])
