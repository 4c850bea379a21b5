"""Pruning, verifying, pinning and the standing of the data sets, against the real restic."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bitools.backup.decisions.runs import tags
from bitools.backup.verbs.pin import pin
from bitools.backup.verbs.prune import prune
from bitools.backup.verbs.status import overdue, status
from bitools.backup.verbs.unpin import unpin
from bitools.backup.verbs.verify import due_parts, verify
from bitools.jobs import every
from bitools.report.activity.periodic import periodic


@pytest.fixture(autouse=True)
def _something_to_back_up(town) -> None:
    (town.source / "plan.bin").write_bytes(os.urandom(200_000))


def datasets(run):
    return run.inventory.select_datasets()


def test_prune_frees_what_was_forgotten(town):
    snapshot = town.rotate().items[0]["snapshot"]
    town.repository.restic("forget", snapshot)
    run = town.run()
    (item,) = prune(run, datasets(run)).items
    assert item["freed"] > 150_000
    assert ("backup.prune", "done") in town.actions()


def test_verify_reads_every_part_in_turn(town):
    town.rotate()
    read = []
    for day in range(3):
        run = town.run(after=timedelta(days=day))
        (item,) = verify(run, datasets(run), 3).items
        read += item["parts"]
    assert read == ["1/3", "2/3", "3/3"]
    assert item["unread"] == 0


def test_what_was_read_back_stands_in_the_ledger_and_is_counted_in_the_years_report(town):
    (town.source / "a.bin").write_bytes(os.urandom(1000))
    town.rotate()
    run = town.run()
    assert verify(run, run.inventory.select_datasets(), 1).failed == []
    assert ("backup.verify", "done") in town.actions()
    year = periodic(run, every(), "year", f"{run.started:%Y}", mail=False, now=run.started)
    counted = {row["action"]: row for row in year.document.more["figures"]["proofs"]}
    assert (counted["backup.verify"]["done"], counted["backup.verify"]["not_done"]) == (1, 0)
    assert counted["backup.drill"]["done"] == 0


def test_verify_catches_up_on_missed_days():
    now = datetime(2026, 11, 22).astimezone()
    read = {"1/5": now - timedelta(days=3)}
    assert due_parts(read, 5, now) == ["2/5", "3/5", "4/5"]
    assert due_parts({}, 5, now) == ["1/5"]


def two_sets(town) -> dict[str, str]:
    """Two data sets, each with a backup; gives their snapshots."""
    other = town.source.parent / "haritalar"
    other.mkdir()
    (other / "ada.bin").write_bytes(os.urandom(300_000))
    line = "  {}: {{type: files, importance: normal, repository: ana, paths: ['{}']}}\n"
    town.datasets(line.format("belgeler", town.source) + line.format("haritalar", other))
    return {item["dataset"]: item["snapshot"] for item in town.rotate().items}


def pack_of(town, kind: str, snapshot: str) -> Path:
    """The pack that holds a snapshot's folders (`tree`), or the content of haritalar (`data`)."""
    tree = json.loads(town.repository.restic("cat", "snapshot", snapshot))["tree"]
    indexes = town.repository.restic("list", "index").decode().split()
    packs = [
        pack for name in indexes for pack in json.loads(town.repository.restic("cat", "index", name))["packs"]
    ]
    trees = next(pack for pack in packs if tree in {blob["id"] for blob in pack["blobs"]})
    found = trees
    if kind == "data":
        found = next(
            pack for pack in packs if 300_000 in {blob.get("uncompressed_length") for blob in pack["blobs"]}
        )
    return town.repository.folder / "data" / found["id"][:2] / found["id"]


def flip(pack: Path, at: int = 20) -> None:
    content = bytearray(pack.read_bytes())
    content[at] ^= 0xFF
    pack.chmod(0o600)
    pack.write_bytes(content)


def cut(pack: Path) -> None:
    pack.chmod(0o600)
    pack.write_bytes(pack.read_bytes()[:100])


def damaged(town) -> tuple[dict[str, object], dict[str, object]]:
    """What `verify` says: the item and the failure."""
    run = town.run()
    document = verify(run, datasets(run), 1)
    (item,), (failure,) = document.items, document.failed
    assert (failure["code"], failure["reason"], item["status"]) == (15, "damaged", "damaged")
    return item, failure


@pytest.mark.parametrize(
    ("kind", "harm"),
    [
        ("data", flip),
        ("tree", flip),
        pytest.param("data", cut, marks=pytest.mark.torture),  # restic tries for most of a minute
    ],
)
def test_damage_is_found_and_the_data_sets_it_hits_are_named(town, kind, harm):
    snapshot = two_sets(town)["haritalar"]
    harm(pack_of(town, kind, snapshot))
    item, failure = damaged(town)
    assert (item["datasets"], item["snapshots"]) == (["haritalar"], [snapshot])
    assert "hit: haritalar" in failure["error"]


def test_damage_is_found_within_the_promised_days_and_not_before_its_part_is_read(town):
    """Each of seven days reads a seventh; restic takes a pack's part from the first digits of its name."""
    snapshot = two_sets(town)["haritalar"]
    flip(pack_of(town, "data", snapshot))
    outcomes = []
    for day in range(7):
        run = town.run(after=timedelta(days=day))
        outcomes.append([failure["reason"] for failure in verify(run, datasets(run), 7).failed])
        if outcomes[-1]:
            break
    assert outcomes[-1] == ["damaged"]


@pytest.mark.torture
@pytest.mark.parametrize("kind", ["data", "tree"])
def test_a_newer_restic_names_them_too(town, newer, kind):
    snapshot = two_sets(town)["haritalar"]
    flip(pack_of(town, kind, snapshot))
    assert damaged(town)[0]["datasets"] == ["haritalar"]


def test_where_no_index_tells_all_data_sets_are_suspected(town):
    two_sets(town)
    for index in (town.repository.folder / "index").iterdir():
        flip(index)
    item, failure = damaged(town)
    assert (item["datasets"], item["certain"]) == (["belgeler", "haritalar"], False)
    assert "cannot be told" in failure["error"]


def test_a_pinned_run_outlives_the_policy_until_it_is_unpinned(town):
    now = datetime.now().astimezone()
    for year in range(1, 10):
        town.repository.forge(now - timedelta(days=366 * year), tags("belgeler", f"r{year}"))
    town.datasets(
        f"  belgeler: {{type: files, importance: normal, repository: ana, paths: ['{town.source}']}}\n"
    )
    run = town.run()
    (belgeler,) = datasets(run)
    oldest = now - timedelta(days=366 * 8)
    (item,) = pin(run, belgeler, at=oldest, reason="denetim").items
    assert item["run"] == "r8"
    town.rotate()
    left = {entry["id"] for entry in json.loads(town.repository.restic("snapshots", "--json"))}
    assert item["snapshot"] in left
    run = town.run()
    unpin(run, belgeler, at=None, reason="denetim bitti")
    town.rotate()
    assert len(json.loads(town.repository.restic("snapshots", "--json"))) < len(left)
    held = [entry["before"] for entry in run.ledger.entries() if entry["action"] == "backup.pin"]
    assert held[0] == {"run": "r8", "reason": "denetim"}


def test_what_is_overdue_is_an_alarm(town):
    town.rotate()
    run = town.run(after=timedelta(minutes=1))
    assert not overdue(status(run, datasets(run)))
    later = town.run(after=timedelta(days=3))
    document = status(later, datasets(later))
    assert {item["tier"] for item in document.items if item["overdue"]} == {"hourly", "daily"}
    assert overdue(document)


def test_retention_that_stands_still_is_an_alarm_although_backups_are_green(town):
    town.rotate(forget=False)
    later = town.run(after=timedelta(days=10))
    assert any("forgotten" in warning for warning in status(later, datasets(later)).warnings)


def test_an_alarm_is_told_by_the_reports_until_it_is_over(town):
    from bitools.report.digest.digest import digest

    town.rotate()
    later = town.run(after=timedelta(days=40))
    late = status(later, datasets(later))
    alarms = {(alarm["target"], alarm["error"].split()[1]) for alarm in late.more["alarms"]}
    assert {target for target, _word in alarms} == {"ana", "belgeler"}
    found = digest([late.as_json()], {}, None, later.started)
    assert {trouble.name for trouble in found.backups} == {"ana", "belgeler"}
    well = status(town.run(), datasets(town.run()))
    over = digest([well.as_json()], found.failing, later.started, later.started)
    assert over.backups == ()
    assert set(over.recovered) == {"ana", "belgeler"}


def test_pruning_removes_what_killed_restics_were_writing_and_nothing_that_is_being_written(town):
    """Made as restic's local backend names them; it never looks for them itself."""
    (town.source / "plan.bin").write_bytes(os.urandom(50_000))
    assert town.rotate().failed == []
    places = [town.repository.folder / "locks", next((town.repository.folder / "data").iterdir())]
    old, new = ([place / f"{number * 64}-tmp-{number}17" for place in places] for number in "12")
    for file in [*old, *new]:
        file.write_bytes(b"x" * 1000)
    for file in old:
        os.utime(file, (0, 0))
    town.repository.restic("check")
    run = town.run()
    assert prune(run, run.inventory.select_datasets()).failed == []
    assert not any(file.exists() for file in old)
    assert all(file.exists() for file in new)
    town.repository.restic("check", "--read-data")
