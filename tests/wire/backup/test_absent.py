"""A snapshot that goes without being asked to, by hand or by an intruder, is told; what we forget is not."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bitools.backup.decisions.runs import tags
from bitools.backup.verbs import pin, replace
from bitools.backup.verbs.history import open_repository
from bitools.backup.verbs.plan import plan
from bitools.backup.verbs.status import overdue, status
from bitools.ledger import acts
from bitools.report.digest.digest import digest


def told(document) -> list[tuple[str, int]]:
    return [(one["target"], one["code"]) for one in document.failed if one["reason"] == "absent"]


def alarms(town) -> set[str]:
    run = town.run()
    stands = status(run, run.inventory.select_datasets())
    assert overdue(stands) == bool(stands.more["alarms"])
    return {one["target"] for one in stands.more["alarms"] if "nobody here asked" in one["error"]}


def by_hand(town, run: str) -> None:
    """Somebody has the password, and `restic forget`."""
    listed = json.loads(town.repository.restic("snapshots", "--json", f"--tag=bi.run={run}"))
    town.repository.restic("forget", *[one["id"] for one in listed])


@pytest.fixture
def office(town):
    (town.source / "karar.txt").write_text("x")
    town.made = [
        next(item["run"] for item in town.rotate(now=True, after=timedelta(minutes=minute)).items)
        for minute in range(4)
    ]
    return town


@pytest.mark.parametrize("which", [0, 1, 3], ids=["the oldest", "one between", "the newest"])
def test_what_was_forgotten_by_hand_is_told_by_status_the_next_run_the_mail_and_the_ledger(office, which):
    assert alarms(office) == set()
    by_hand(office, office.made[which])
    assert alarms(office) == {"belgeler"}, "before any run"
    document = office.rotate(after=timedelta(minutes=9))
    assert told(document) == [("belgeler", 15)]
    assert "bitools backup run belgeler --accept --reason" in document.failed[0]["hint"]
    mailed = digest([document.as_json()], {}, None, office.run().started)
    assert [trouble.name for trouble in mailed.backups] == ["belgeler"]
    (entry,) = [one for one in office.run().ledger.entries() if one["action"] == "backup.absent"]
    assert entry["after"] == {"repository": "ana", "runs": [office.made[which]]}
    again = office.rotate(after=timedelta(minutes=10))
    assert (again.failed, alarms(office)) == ([], {"belgeler"}), "a failure once, an alarm until accepted"
    accepted = office.rotate("belgeler", after=timedelta(minutes=11), accept=True, reason="yer açıldı")
    assert (accepted.failed, alarms(office)) == ([], set())
    last = [one for one in office.run().ledger.entries() if one["action"] == "backup.accept"][-1]
    assert last["after"]["result"]["absent"] == [office.made[which]]


def test_all_of_them_gone_are_told(office):
    for run in office.made:
        by_hand(office, run)
    document = office.rotate(after=timedelta(minutes=9))
    assert told(document) == [("belgeler", 15)]
    assert "4" in document.failed[0]["error"]
    assert [item["status"] for item in document.items] == ["complete"], "and a new one is made at once"


def test_what_we_forget_is_never_told(office):
    for day in range(1, 17):
        document = office.rotate(after=timedelta(days=day))
        assert document.failed == [], day
    assert ("backup.forget", "done") in office.actions()
    assert alarms(office) == set()


def test_a_run_that_was_killed_behind_its_forgetting_knows_what_it_forgot(office, monkeypatch):
    for day in range(1, 16):
        office.rotate(after=timedelta(days=day), forget=day < 2)

    with monkeypatch.context() as patch:
        patch.setattr("bitools.backup.verbs.forget._forget", _then_killed)
        with pytest.raises(KeyboardInterrupt):
            office.rotate(after=timedelta(days=16))
    document = office.rotate(after=timedelta(days=17))
    assert told(document) == []


def _then_killed(work, going):
    """As the verb does it, up to the moment behind restic's."""
    ids = [part.id for verdict in going.values() for one in verdict.forget for part in one.snapshots]
    before = {name: [one.id for one in verdict.forget] for name, verdict in going.items()}
    with work.run.ledger.intent(acts.BACKUP_FORGET, work.repository.name, before=before):
        work.repository.forget(ids)
        raise KeyboardInterrupt


def test_another_host_that_forgets_by_the_same_policy_is_no_intruder(office):
    """What the policy would let go anyway may go by whoever's hand."""
    for day in range(1, 16):
        office.rotate(after=timedelta(days=day), forget=False)
    run = office.run(after=timedelta(days=15))
    go = [item["run"] for item in plan(run, run.inventory.select_datasets()).items if not item["keep"]]
    assert go
    by_hand(office, go[0])
    assert told(office.rotate(after=timedelta(days=15, hours=1), forget=False)) == []
    assert alarms(office) == set()


def test_a_tag_changes_the_name_of_a_snapshot_and_nothing_else(office):
    run = office.run()
    pin.pin(run, run.inventory.datasets["belgeler"], at=None, reason="dava")
    office.repository.restic("tag", "--add", "elle", "--tag", f"bi.run={office.made[1]}")
    assert told(office.rotate(after=timedelta(minutes=9))) == []


def with_a_copy(town) -> None:
    town.second(policy="{daily: 9, weekly: 2}")
    for day in range(3):
        town.rotate(after=timedelta(days=day))
    town.copied(after=timedelta(days=3))


@pytest.fixture
def two(begun):
    return begun(with_a_copy)


def test_a_copy_that_lost_one_is_told_and_gets_it_again(two):
    copy = open_repository(two.run(), "uzak")
    copy.ask("forget", copy.snapshots()[0].id)
    assert alarms(two) == {"belgeler"}
    document = two.copied(after=timedelta(days=3, hours=1))
    assert told(document) == [("uzak", 15)]
    assert alarms(two) == set()
    assert two.copied(after=timedelta(days=3, hours=2)).failed == []


def test_a_replaced_repository_has_lost_nothing(two):
    (two.inventory / "depo").rename(two.inventory / "eski")
    run = two.run(after=timedelta(days=3))
    replace.replace(run, "ana")
    assert told(two.rotate(after=timedelta(days=3, hours=1))) == []
    assert alarms(two) == set()


def test_what_another_host_forgets_of_its_own_is_its_own(office):
    """Its data sets lie in the same repository, and its policy is not known here."""
    moment = office.run().started
    theirs = [
        office.repository.forge(moment - timedelta(days=day), tags("muhasebe", f"r{day}"), hostname="baska")
        for day in range(3)
    ]
    assert office.rotate(after=timedelta(minutes=9)).failed == []
    office.repository.restic("forget", *theirs)
    assert office.rotate(after=timedelta(minutes=10), now=True).failed == []
    assert office.rotate(after=timedelta(minutes=11)).failed == []
    assert alarms(office) == set()
