"""A restic that hangs in whatever it does is ended, said in words, and stays no secret; one that works is left."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from itertools import count

import pytest

from bitools.backup.verbs import copy, drill, find, prune, restore, verify
from bitools.backup.verbs.status import status
from bitools.backup.wire import watch as watching
from bitools.backup.wire.activity import Activity
from bitools.backup.wire.producer import in_memory
from bitools.backup.wire.watch import SILENCE, TimeLimits, Watch
from bitools.errors import Unreachable
from bitools.report.digest.digest import digest
from tests.wire.backup.test_hung import hang


def acted(town, verb: str):
    """One verb on the whole inventory: the document it gives."""
    run = town.run()
    datasets = run.inventory.select_datasets()
    match verb:
        case "copy":
            return copy.copy(run, datasets)
        case "verify":
            return verify.verify(run, datasets, 30)
        case "prune":
            return prune.prune(run, datasets)
        case "drill":
            return drill.drill(run, datasets)
        case "find":
            return find.find(run, datasets, "*.bin")
    return restore.restore(run, datasets[0], town.state.folder.parent / "geri")


@pytest.fixture
def hangs(tmp_path, monkeypatch):
    """Let restic hang where this word is among its own; half an hour passes for it as soon as it does."""
    note, left = tmp_path / "hangs", Watch.left

    def late(watch: Watch) -> float:
        if note.exists() and watch.program == f"restic {note.read_text().strip()}":
            note.unlink()
            watch.alive -= SILENCE
        return left(watch)

    monkeypatch.setattr(watching, "_LOOK", 0.05)
    monkeypatch.setattr(Watch, "left", late)
    return lambda word: hang(tmp_path, monkeypatch, f" {word}", note)


@pytest.mark.parametrize(
    ("verb", "word", "kept"),
    [
        ("copy", "copy", True),
        ("verify", "check", True),
        ("prune", "prune", True),
        ("drill", "restore", True),
        ("restore", "restore", False),
        ("find", "find", False),
    ],
)
def test_a_restic_that_hangs_is_ended_and_told(town, monkeypatch, hangs, verb, word, kept):
    """`kept`: the act is asked for by nobody who watches it, so `status` and the mail tell of it."""
    town.second()
    town.rotate()
    if verb in ("verify", "prune"):
        town.copied()
    hangs(word)
    try:
        failed = acted(town, verb).failed
    except Unreachable as error:
        failed = [error.as_document()]
    for failure in failed:
        assert (failure["code"], failure["reason"]) == (13, "silent")
        assert f"restic {word} gave no sign of life for 30 minutes" in failure["error"]
        assert "no snapshot" not in failure["error"]
    if kept:
        run = town.run()
        stands = status(run, run.inventory.select_datasets())
        assert any(verb in alarm["error"] for alarm in stands.more["alarms"])
        mailed = digest([stands.as_json()], {}, None, run.started)
        assert {trouble.name for trouble in mailed.backups} >= {one["target"] for one in failed}
    monkeypatch.undo()
    assert acted(town, verb).failed == []
    if kept:
        run = town.run()
        assert not any(
            verb in one["error"] for one in status(run, run.inventory.select_datasets()).more["alarms"]
        )


def test_a_database_that_comes_back_no_further_is_told(town, hangs):
    """`restic dump` hangs in the middle of it."""
    town.datasets(
        "  kayit: {type: command, importance: normal, repository: ana,"
        " command: [sh, -c, 'seq 100000'], file_name: kayit.txt, prove: [test, -s]}\n"
    )
    town.rotate()
    hangs("dump")
    (failure,) = acted(town, "drill").failed
    assert (failure["target"], failure["reason"]) == ("kayit", "silent")


@pytest.mark.torture
def test_what_works_without_a_word_is_no_hung_one():
    """For longer than it may be silent."""
    with in_memory() as said:
        busy = subprocess.Popen(["timeout", "9", "sh", "-c", "while :; do :; done"], start_new_session=True)
        assert Watch("restic prune", TimeLimits(4.0)).end_of(busy, said) == 124


@pytest.mark.parametrize("script", ["while :; do :; done", "cat /dev/zero", "sh -c 'while :; do :; done'"])
def test_work_is_seen_by_what_it_costs(script):
    worker = subprocess.Popen(["sh", "-c", script], stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        seen = Activity(worker.pid)
        for _look in count():
            if seen.sign(10.0):
                break
            time.sleep(0.01)
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def test_who_waits_does_not_work():
    waiting = subprocess.Popen(["sleep", "600"], start_new_session=True)
    try:
        seen = Activity(waiting.pid)
        assert not any(seen.sign(1800.0) for _look in range(20))
    finally:
        waiting.kill()
        waiting.wait()


def test_a_copy_that_was_never_made_is_no_failed_verify(town):
    """`backup status` tells that it is not there; that it was not read goes without saying."""
    town.second()
    town.rotate()
    assert acted(town, "verify").failed == []
    run = town.run()
    assert status(run, run.inventory.select_datasets()).more["alarms"] == []
