"""Answers that the two restics at hand do not give: a newer one's, and nonsense."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta

import pytest

from bitools import process
from bitools.backup.decisions.runs import tags
from bitools.backup.verbs.find import find
from bitools.backup.verbs.history import open_repository
from bitools.errors import Rejected
from lab import restic_fake

SUMMARY = json.dumps(
    {
        "message_type": "summary",
        "snapshot_id": "a" * 64,
        "total_bytes_processed": 14,
        "total_files_processed": 1,
        "data_added": 0,
    }
)


@pytest.fixture
def answering(town, tmp_path, monkeypatch):
    """Let one command of restic be answered otherwise."""
    (town.source / "karar.txt").write_text("Meclis kararı\n")

    def replace(*words: object, **more: object) -> None:
        folder = restic_fake.answering(tmp_path / "sahte", *words, **more)  # type: ignore[arg-type]
        monkeypatch.setitem(process._inherited, "PATH", f"{folder}:{os.environ['PATH']}")

    return replace


@pytest.mark.parametrize(
    ("code", "stderr", "expected", "reason"),
    [
        (10, "", 13, "no_repository"),
        (11, "", 11, "locked"),
        (12, "", 12, "password"),
        (1, "Fatal: write: no space left on device", 14, "full"),
        (1, "Fatal: dial tcp 10.0.0.9:8000: connection refused", 13, "unreachable"),
        (130, "signal interrupt received", 14, "restic"),
        (99, "something new", 14, "restic"),
        (2, "panic: runtime error", 14, "restic"),
    ],
)
def test_every_exit_code_has_one_meaning_and_an_unknown_one_is_a_failure(
    town, answering, code, stderr, expected, reason
):
    (town.inventory / "backups.yaml").write_text(
        (town.inventory / "backups.yaml")
        .read_text()
        .replace("location: depo,", "location: depo, lock_wait: 0,")
    )
    answering("backup", code, "", stderr)
    (failure,) = town.rotate(forget=False).failed
    assert (failure["code"], failure["reason"]) == (expected, reason)
    assert json.loads(town.repository.restic("snapshots", "--json")) == []


def test_since_0_19_a_missing_source_is_exit_3_and_the_snapshot_is_partial(town, answering):
    """The snapshot is made; one of its paths is not in it."""
    answering("backup", 3, SUMMARY + "\n", "error: lstat /srv/yok: no such file or directory\n")
    document = town.rotate(forget=False)
    assert document.items[0]["status"] == "partial"
    assert {failure["reason"] for failure in document.failed} >= {"partial"}


@pytest.mark.parametrize("code", [0, 3])
@pytest.mark.parametrize("stdout", ["", '{"message_type": "status"}\n', "not JSON\n"])
def test_a_backup_that_names_no_snapshot_is_none(town, answering, code, stdout):
    answering("backup", code, stdout)
    (failure,) = town.rotate(forget=False).failed
    assert (failure["code"], failure["reason"]) == (14, "no_snapshot")


CUT = SUMMARY[: len(SUMMARY) // 2]
STRANGE = json.dumps({"message_type": "summary", "snapshot_id": "a" * 64})
STRANGER = json.dumps({"message_type": "summary", "snapshot_id": "a" * 64, "total_bytes_processed": {}})


@pytest.mark.parametrize("stdout", [CUT, STRANGE, STRANGER])
def test_an_answer_that_was_cut_or_is_not_known_is_that_data_sets_failure_and_no_others(
    town, answering, stdout
):
    town.datasets(
        f"  bir: {{type: files, importance: normal, repository: ana, tags: [bozuk], paths: ['{town.source}']}}\n"
        f"  iki: {{type: files, importance: normal, repository: ana, paths: ['{town.source}']}}\n"
    )
    answering("--tag=bozuk", 0, stdout + "\n")
    document = town.rotate(forget=False)
    assert [(failure["target"], failure["reason"]) for failure in document.failed] == [("bir", "answer")]
    assert [item["dataset"] for item in document.items if item["status"] == "complete"] == ["iki"]


@pytest.mark.parametrize("stdout", ['[{"id": "a', '[{"time": 1}]', "[1]", '{"id": {}}'])
def test_a_listing_that_cannot_be_read_is_each_data_sets_failure_and_no_bug(town, answering, stdout):
    answering("snapshots", 0, stdout)
    assert {failure["reason"] for failure in town.rotate().failed} == {"answer"}
    run = town.run()
    with pytest.raises(Rejected, match="restic"):
        open_repository(run, "ana").snapshots()


@pytest.mark.parametrize("stdout", ['[{"matches": [{}]}]', '[{"sna', "7"])
def test_what_find_says_in_another_way_is_no_bug(town, answering, stdout):
    assert town.rotate().failed == []
    answering("find", 0, stdout)
    run = town.run()
    document = find(run, run.inventory.select_datasets(), "karar.txt")
    assert [failure["reason"] for failure in document.failed] == ["answer"]


def test_a_snapshot_that_is_named_and_not_there_is_broken(town, answering):
    answering("backup", 0, SUMMARY + "\n")
    (failure,) = town.rotate(forget=False).failed
    assert (failure["code"], failure["reason"]) == (15, "lost")


@pytest.mark.parametrize("code", [0, 3])
def test_a_forget_that_removes_nothing_is_an_error_whatever_its_code(town, answering, code):
    """Exit 3 of 0.19 says so; exit 0 of those before does not."""
    for age in range(30, 36):
        moment = datetime.now().astimezone() - timedelta(days=age)
        town.repository.forge(moment, tags("arsiv", f"r{age}"))
    town.datasets(
        f"  arsiv: {{type: files, importance: normal, repository: ana, paths: ['{town.source}']}}\n"
    )
    answering("forget", code)
    (failure,) = town.rotate().failed
    assert (failure["code"], failure["reason"]) == (14, "not_forgotten")


def test_a_forget_that_did_its_work_and_complained_is_reported_too(town, answering):
    for age in range(30, 36):
        moment = datetime.now().astimezone() - timedelta(days=age)
        town.repository.forge(moment, tags("arsiv", f"r{age}"))
    town.datasets(
        f"  arsiv: {{type: files, importance: normal, repository: ana, paths: ['{town.source}']}}\n"
    )
    answering("forget", 3, "", "could not remove an index", after=True)
    (failure,) = town.rotate().failed
    assert (failure["code"], failure["reason"]) == (14, "restic")


def test_a_restic_that_is_too_old_says_so(town, answering):
    answering("version", 0, "restic 0.9.6 compiled with go1.12.12 on linux/amd64")
    town.rotate()
    with pytest.raises(Rejected, match=r"0\.14 or later"):
        open_repository(town.run(), "ana").version()
