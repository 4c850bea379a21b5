"""`backup run` against the real restic: what is due, what is skipped, what is refused, what is proved."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bitools.backup.decisions.runs import tags
from bitools.backup.wire.access import Access
from bitools.backup.wire.restic import Repository
from bitools.errors import Rejected

SIX = ["hourly", "daily", "weekly", "monthly", "quarterly", "biannual"]


@pytest.fixture(autouse=True)
def _something_to_back_up(town) -> None:
    (town.source / "karar.txt").write_text("Meclis kararı\n")


def test_the_first_snapshot_stands_for_all_six_tiers(town):
    (item,) = town.rotate().items
    assert (item["status"], item["tiers"]) == ("complete", SIX)
    assert item["bytes"] == len("Meclis kararı\n".encode())
    (skipped,) = town.rotate(tier="weekly").items
    assert (skipped["status"], skipped["tiers"]) == ("skipped", ["weekly"])
    assert skipped["snapshot"] == item["snapshot"]


def test_the_item_names_the_snapshot_as_the_repository_does(town):
    (item,) = town.rotate().items
    (listed,) = json.loads(town.repository.restic("snapshots", "--json"))
    assert item["snapshot"] == listed["id"]
    assert listed["tags"] == list(tags("belgeler", item["run"]))


def test_an_instant_run_is_made_although_nothing_is_due(town):
    town.rotate()
    (item,) = town.rotate(now=True, label="anlik").items
    assert (item["status"], item["tiers"]) == ("complete", [])
    assert "anlik" in json.loads(town.repository.restic("snapshots", "--json"))[-1]["tags"]


def test_a_missed_night_is_caught_up_once(town):
    town.repository.forge(datetime.now().astimezone() - timedelta(days=40), tags("belgeler", "old"))
    assert town.rotate(tier="daily").items[0]["status"] == "complete"
    assert town.rotate(tier="daily").items[0]["status"] == "skipped"


def test_a_dry_run_says_what_is_due_and_leaves_nothing(town):
    document = town.rotate(dry_run=True)
    assert (document.items[0]["status"], document.items[0]["tiers"]) == ("due", SIX)
    assert not document.changed
    assert json.loads(town.repository.restic("snapshots", "--json")) == []
    assert not town.state.folder.joinpath("ledger").exists()


def test_a_data_set_without_the_tier_is_left_alone(town):
    town.datasets(
        f"  arsiv: {{type: files, importance: normal, repository: ana, paths: ['{town.source}']}}\n"
    )
    (item,) = town.rotate(tier="hourly").items
    assert (item["status"], item["reason"]) == ("skipped", "not_in_policy")


@pytest.mark.parametrize("what", ["missing", "empty", "sentinel"])
def test_a_source_that_is_not_there_fails_before_restic_is_asked(town, what):
    place = town.source / "alt"
    sentinel = ""
    if what == "empty":
        place.mkdir()
    if what == "sentinel":
        place.mkdir()
        (place / "dosya").write_text("x")
        sentinel = f", sentinel: '{place}/BURADA'"
    town.datasets(
        f"  alt: {{type: files, importance: normal, repository: ana, paths: ['{place}'] {sentinel}}}\n"
        f"  belgeler: {{type: files, importance: normal, repository: ana, paths: ['{town.source}']}}\n"
    )
    document = town.rotate()
    (failure,) = document.failed
    assert (failure["target"], failure["code"], failure["reason"]) == ("alt", 14, what)
    assert [(item["dataset"], item["status"]) for item in document.items] == [("belgeler", "complete")]


def test_a_source_whose_disk_is_no_longer_mounted_is_refused(town):
    town.rotate()
    memory = town.state.folder / "backup" / "ana.json"
    content = json.loads(memory.read_bytes())
    content["mounts"]["belgeler"] = {str(town.source): "/srv/disk"}
    memory.write_text(json.dumps(content))
    assert town.rotate(now=True).failed[0]["reason"] == "unmounted"
    assert town.rotate(now=True, confirmed=True).failed == []


def test_a_file_that_cannot_be_read_makes_the_run_partial_and_it_does_not_count(town):
    readable = (town.inventory / "backups.yaml").read_text()
    unreadable = "/proc/self/mem"  # reading it fails for root too
    town.datasets(
        f"  belgeler: {{type: files, importance: critical, repository: ana, paths: ['{town.source}', {unreadable}]}}\n"
    )
    document = town.rotate()
    (item,), (failure,) = document.items, document.failed
    assert (item["status"], item["tiers"], failure["code"]) == ("partial", [], 3)
    (town.inventory / "backups.yaml").write_text(readable)
    assert town.rotate().items[0]["tiers"] == SIX


def dump(town, script: str, more: str = "") -> None:
    command = json.dumps(["sh", "-c", script])
    town.datasets(
        f"  dokum: {{type: command, importance: normal, repository: ana, command: {command}, file_name: d.sql {more}}}\n"
    )


def test_what_a_program_writes_is_stored_byte_for_byte(town):
    dump(town, "head -c 3000000 /dev/zero; printf son")
    (item,) = town.rotate().items
    assert (item["status"], item["bytes"]) == ("complete", 3_000_003)
    assert town.repository.restic("dump", item["snapshot"], "/d.sql") == bytes(3_000_000) + b"son"


@pytest.mark.parametrize(
    ("script", "more", "reason"),
    [
        ("printf yarim; echo neden >&2; exit 7", "", "producer_failed"),
        ("head -c 5000000 /dev/urandom; kill -9 $$", "", "producer_failed"),
        ("true", "", "too_small"),
        ("printf kisa", ", at_least: 100", "too_small"),
    ],
)
def test_a_program_that_fails_leaves_no_snapshot_and_no_lock(town, script, more, reason):
    dump(town, script, more)
    (failure,) = town.rotate().failed
    assert failure["reason"] == reason
    assert json.loads(town.repository.restic("snapshots", "--json")) == []
    # One that was stopped while it wrote its lock leaves a file that nobody takes for one.
    assert [one for one in (town.repository.folder / "locks").iterdir() if "-tmp-" not in one.name] == []
    assert town.actions() == [("backup.make", "intent"), ("backup.make", "failed")]


def test_a_program_that_is_not_installed_is_named(town):
    town.datasets(
        "  dokum: {type: command, importance: normal, repository: ana, command: [yok-boyle-program], file_name: d}\n"
    )
    (failure,) = town.rotate().failed
    assert failure["reason"] == "missing"
    assert json.loads(town.repository.restic("snapshots", "--json")) == []


def test_the_net_type_leaves_out_first_passwords_and_locks(town):
    for name in ("history/x", "slips/ayse.txt", "locks/net.lock", "outbox/.yarim.eml.0a1b2c3d"):
        town.state.path(*name.split("/")).write_text("x")
    town.datasets("  ag: {type: net, importance: critical, repository: ana}\n")
    (item,) = town.rotate().items
    listed = town.repository.restic("ls", item["snapshot"]).decode()
    assert f"{town.state.folder}/history/x" in listed
    assert not any(word in listed for word in ("slips", "ayse", "net.lock", "yarim"))


def test_what_the_policy_lets_go_is_forgotten_and_the_ledger_knows(town):
    now = datetime.now().astimezone()
    ids = [
        town.repository.forge(now - timedelta(days=age), tags("arsiv", f"r{age}")) for age in range(30, 36)
    ]
    foreign = town.repository.forge(now - timedelta(days=300), ["bi.set=arsiv"])
    town.datasets(
        f"  arsiv: {{type: files, importance: normal, repository: ana, paths: ['{town.source}']}}\n"
    )
    document = town.rotate()
    assert document.failed == []
    left = {entry["id"] for entry in json.loads(town.repository.restic("snapshots", "--json"))}
    assert foreign in left
    assert document.items[0]["snapshot"] in left
    assert left & set(ids) == {ids[0]}  # the newest of them is the second day and the second week
    assert ("backup.forget", "done") in town.actions()
    assert town.rotate().changed is False


def test_no_forget_forgets_nothing(town):
    for age in range(30, 60):
        town.repository.forge(datetime.now().astimezone() - timedelta(days=age), tags("belgeler", f"r{age}"))
    town.rotate(forget=False)
    assert len(json.loads(town.repository.restic("snapshots", "--json"))) == 31


def test_a_mass_drop_is_refused_until_it_is_confirmed(town):
    now = datetime.now().astimezone()
    for hour in range(200):
        town.repository.forge(now - timedelta(days=30, hours=hour), tags("belgeler", f"r{hour}"))
    (failure,) = town.rotate().failed
    assert (failure["code"], failure["reason"]) == (5, "mass_drop")
    assert len(json.loads(town.repository.restic("snapshots", "--json"))) == 201
    assert town.rotate(confirmed=True).failed == []
    assert len(json.loads(town.repository.restic("snapshots", "--json"))) < 60


def test_what_only_waited_goes_without_being_asked_about(town):
    """Nothing could be forgotten for days; the policy is what it was, and explains every run that goes."""
    (town.source / "karar.txt").write_text("x")
    town.datasets(
        f"  belgeler: {{type: files, importance: normal, repository: ana, paths: ['{town.source}']}}\n"
    )
    assert town.rotate().failed == []
    now = datetime.now().astimezone()
    for minutes in range(1, 60):
        town.repository.forge(now - timedelta(minutes=minutes), tags("belgeler", f"r{minutes}"))
    document = town.rotate(after=timedelta(days=3))
    assert document.failed == []
    assert len(json.loads(town.repository.restic("snapshots", "--json"))) < 5


def test_a_smaller_policy_is_asked_about_before_it_drops_anything(town):
    now = datetime.now().astimezone()
    for week in range(8):
        town.repository.forge(now - timedelta(weeks=week, days=2), tags("belgeler", f"r{week}"))
    town.rotate()
    text = (town.inventory / "backups.yaml").read_text()
    smaller = text.replace("hourly: 24, daily: 14, weekly: 8", "daily: 2, weekly: 2")
    (town.inventory / "backups.yaml").write_text(smaller)
    (failure,) = town.rotate().failed
    assert failure["reason"] == "policy_changed"
    assert town.rotate(confirmed=True).changed


def test_a_backdated_or_future_snapshot_is_not_believed(town):
    town.rotate()
    now = datetime.now().astimezone()
    town.repository.forge(now - timedelta(days=90), tags("belgeler", "backdated"))
    town.repository.forge(now + timedelta(days=4000), tags("belgeler", "future"))
    document = town.rotate(tier="hourly")
    assert document.items[0]["status"] == "skipped"
    assert len(document.warnings) == 2


def test_a_repository_is_made_at_the_first_run_only(town):
    town.repository.folder.rename(town.inventory / "baska")
    assert town.rotate(dry_run=True).items[0]["status"] == "due"
    assert not town.repository.folder.exists()
    assert town.rotate().items[0]["status"] == "complete"
    assert town.actions()[:2] == [("backup.init", "intent"), ("backup.init", "done")]
    town.repository.folder.rename(town.inventory / "sokuldu")
    (failure,) = town.rotate().failed
    assert (failure["code"], failure["reason"]) == (13, "no_repository")
    assert not town.repository.folder.exists()


def test_a_wrong_password_is_said_to_be_wrong(town):
    town.key("yanlis")
    assert [(failure["code"], failure["target"]) for failure in town.rotate().failed] == [(12, "belgeler")]


def test_a_tick_that_meets_a_running_one_is_no_failure(town):
    with town.state.lock("backup-ana"):
        document = town.rotate()
    assert document.failed == []
    assert (document.items[0]["status"], document.items[0]["reason"]) == ("skipped", "running")


def test_a_run_beyond_its_time_is_an_alarm(town):
    with town.state.lock("backup-ana"):
        (failure,) = town.rotate(after=timedelta(days=3)).failed
    assert failure["code"] == 11


def test_names_that_no_one_would_choose_come_back(town):
    names = [b"satir\nsonu", b"--all", b"latin\xff\xfe", b"a[b]*?", "çğış".encode(), b" bosluk "]
    for name in names:
        Path(os.fsdecode(os.fsencode(town.source) + b"/" + name)).write_bytes(name)
    (item,) = town.rotate().items
    assert item["status"] == "complete"


def test_forgetting_what_cannot_be_forgotten_is_an_error(town):
    access = Access(str(town.repository.folder), town.run().inventory.repositories["ana"].password)
    stubborn = [town.repository.forge(datetime.now().astimezone(), tags("x", "1"))]
    listed = Repository("ana", access).snapshots()

    class Ignoring(Repository):
        def patiently(self, *_words: object) -> None:
            return None

        def snapshots(self):
            return listed

    with pytest.raises(Rejected, match="still there"):
        Ignoring("ana", access).forget(stubborn)


def test_a_second_machine_with_no_memory_keeps_what_the_first_made(town):
    town.rotate()
    (town.state.folder / "backup" / "ana.json").unlink()
    assert town.rotate().items[0]["status"] == "skipped"
    assert len(json.loads(town.repository.restic("snapshots", "--json"))) == 1
