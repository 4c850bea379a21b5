"""A second repository by its own policy; locks of the dead, of the living, and of others."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from bitools.backup.decisions.runs import tags
from bitools.backup.verbs.copy import copy
from bitools.backup.verbs.unlock import unlock
from bitools.backup.wire import restic_program
from lab.restic_repository import ForgedRepository


@pytest.fixture
def two(town):
    town.second(", keep: {weekly: 3}")
    return town


def runs_in(town, name: str) -> set[str]:
    from bitools.backup.verbs.history import open_repository

    return {snapshot.run for snapshot in open_repository(town.run(), name).snapshots()}


def real_snapshot(town, days: int) -> None:
    """A real snapshot of another day."""
    when = datetime.now() - timedelta(days=days)
    words = [f"--tag={tag}" for tag in tags("belgeler", f"r{days}")]
    town.repository.restic("backup", f"--time={when:%Y-%m-%d %H:%M:%S}", *words, str(town.source))


def test_the_second_repository_keeps_by_its_own_policy_and_gets_nothing_twice(two):
    for days in (30, 21, 14, 7):
        real_snapshot(two, days)
    two.rotate(forget=False)
    (item,) = two.copied().items
    assert item["status"] == "copied"
    kept = runs_in(two, "uzak")
    assert len(kept) == 3
    assert {"r7", "r14"} < kept
    again = two.copied()
    assert (again.changed, again.items[0]["status"]) == (False, "covered")
    assert runs_in(two, "uzak") == kept
    two.repository.restic("check")


@pytest.mark.torture
def test_what_the_second_repository_has_yet_to_get_is_not_forgotten_first(two):
    two.rotate()
    two.copied()
    for days in (30, 21, 14, 7):
        real_snapshot(two, days)
    memory = two.state.folder / "backup" / "ana.json"
    content = json.loads(memory.read_bytes())
    content["copied"]["uzak"] = (datetime.now().astimezone() - timedelta(days=40)).isoformat()
    content["listed"] = None  # the snapshots are of other days, and are believed
    memory.write_text(json.dumps(content))
    document = two.rotate(now=True)
    assert document.failed == []
    assert "r14" in runs_in(two, "ana")  # of the weekly: 3 there, of neither tier here


def test_a_copy_of_a_gone_repository_is_an_error_and_makes_no_new_one(two):
    two.rotate()
    two.copied()
    (two.inventory / "uzak").rename(two.inventory / "sokuldu")
    (failure,) = two.copied().failed
    assert (failure["target"], failure["reason"]) == ("uzak", "no_repository")
    assert not (two.inventory / "uzak").exists()


@pytest.fixture
def living(two):
    """A restic that works in the repository, and holds its lock, until its input ends."""
    environ = {"RESTIC_PASSWORD": two.repository.password, "PATH": os.environ["PATH"], "HOME": "/tmp"}
    words = ["restic", "--no-cache", "-r", str(two.repository.folder), "backup", "--stdin"]
    child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environ)
    while not two.repository.locks():
        assert child.poll() is None
    yield child
    child.kill()
    child.wait()
    child.stdin.close()


def forgettable(two) -> None:
    for days in (60, 50, 40, 30):
        two.repository.forge(datetime.now().astimezone() - timedelta(days=days), tags("belgeler", f"r{days}"))


def test_a_living_lock_is_waited_for_reported_and_never_removed(two, living):
    forgettable(two)
    document = two.rotate()
    (failure,) = document.failed
    assert (failure["code"], failure["reason"]) == (11, "locked")
    assert document.items[0]["status"] == "complete"
    assert len(two.repository.locks()) == 1
    assert living.poll() is None
    run = two.run()
    (item,) = unlock(run, run.inventory.select_datasets()).items
    assert (item["status"], item["removed"]) == ("held", 0)
    assert item["locks"][0]["pid"] == living.pid


def test_a_lock_that_is_let_go_in_time_is_a_warning(two, living, monkeypatch):
    def pause(seconds: float) -> None:
        if seconds >= 1:  # stale ones have been removed, and it is still there
            living.send_signal(signal.SIGINT)
            living.wait()

    monkeypatch.setattr(restic_program, "time", SimpleNamespace(**{**vars(time), "sleep": pause}))
    forgettable(two)
    document = two.rotate()
    assert document.failed == []
    assert "waited" in document.warnings[0]


def test_the_lock_of_a_dead_process_is_healed_on_the_way(two, living):
    forgettable(two)
    living.kill()
    living.wait()
    assert two.repository.locks()
    document = two.rotate()
    assert document.failed == []
    assert document.changed
    assert not two.repository.locks()


def test_unlock_removes_a_dead_ones_lock_and_says_so(two, living):
    living.kill()
    living.wait()
    run = two.run()
    (item,) = unlock(run, run.inventory.select_datasets()).items
    assert (item["status"], item["removed"]) == ("free", 1)
    assert ("backup.unlock", "done") in two.actions()


def test_a_mass_drop_from_the_second_repository_is_confirmed_first(two):
    """As after somebody wrote a smaller `keep`."""
    two.rotate()
    password = "baska-parola"
    there = ForgedRepository(two.inventory / "uzak", password)
    now = datetime.now().astimezone()
    for hour in range(60):
        there.forge(now - timedelta(days=60, hours=hour), tags("belgeler", f"r{hour}"))
    (failure,) = two.copied().failed
    assert (failure["code"], failure["reason"]) == (5, "mass_drop")
    assert "copy belgeler --confirm" in failure["hint"]
    assert len(runs_in(two, "uzak")) > 60
    run = two.run()
    document = copy(run, run.inventory.select_datasets(), confirmed=True)
    assert document.failed == []
    assert len(runs_in(two, "uzak")) < 10
