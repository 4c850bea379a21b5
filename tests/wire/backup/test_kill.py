"""Kills, locks and secrets: what a power cut leaves, and what a curious user can see."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lab.patience import HANGS
from tests.deaths import children

ROOT = Path(__file__).resolve().parents[3]


def bitools(town, *words: str) -> subprocess.Popen[bytes]:
    """A command as cron starts it, in its own process."""
    environ = {
        "PATH": os.environ["PATH"],
        "XDG_CACHE_HOME": str(town.inventory.parent / "cache"),
        "BITOOLS_LANG": "en",
    }
    places = ["--inventory", str(town.inventory), "--state", str(town.state.folder)]
    return subprocess.Popen(
        [sys.executable, "-m", "bitools", *places, "backup", *words],
        env=environ,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def restic_of(command: subprocess.Popen[bytes]) -> int:
    """Wait until restic is at a backup, and give its process id."""
    ends = time.monotonic() + HANGS
    while time.monotonic() < ends and command.poll() is None:
        for child in children(command.pid):
            try:
                words = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
            except (FileNotFoundError, ProcessLookupError):
                continue  # a short question of before; it has ended
            if b"backup" in words and words[0].endswith(b"restic"):  # between fork and exec it has our words
                return child
        time.sleep(0.01)
    raise AssertionError(command.communicate())


def let_it_work(town, restic: int) -> None:
    """Feed the dump until restic has read some of it: its lock is made and known to it then."""
    sent = 4 << 20
    with open(town.inventory.parent / "gate", "wb") as gate:
        gate.write(bytes(sent))
    ends = time.monotonic() + HANGS
    while int(Path(f"/proc/{restic}/io").read_text().split()[1]) < sent:
        assert time.monotonic() < ends
        time.sleep(0.01)


@pytest.fixture
def endless(town):
    """A data set whose program does not end by itself, so that there is time to look and to kill."""
    gate = town.inventory.parent / "gate"
    os.mkfifo(gate)
    town.datasets(
        f"  dokum: {{type: command, importance: normal, repository: ana, command: [cat, '{gate}'], file_name: d.sql}}\n"
    )
    holder = os.open(gate, os.O_RDWR)
    yield town
    os.close(holder)


def listed(town) -> list[object]:
    return json.loads(town.repository.restic("snapshots", "--json", "--no-lock"))


def finish(town, *words: str) -> subprocess.CompletedProcess[bytes]:
    command = bitools(town, *words)
    out, err = command.communicate(timeout=HANGS)
    return subprocess.CompletedProcess(words, command.returncode, out, err)


def let_it_end(town) -> None:
    town.datasets(
        "  dokum: {type: command, importance: normal, repository: ana, command: [echo, son], file_name: d.sql}\n"
    )


def test_the_password_is_in_no_argument_list_and_no_environment(endless):
    command = bitools(endless, "run")
    try:
        restic = restic_of(command)
        for pid in (restic, command.pid):
            assert endless.repository.password.encode() not in Path(f"/proc/{pid}/cmdline").read_bytes()
            assert endless.repository.password.encode() not in Path(f"/proc/{pid}/environ").read_bytes()
    finally:
        command.send_signal(signal.SIGTERM)
        command.communicate(timeout=HANGS)


def test_ended_by_cron_it_leaves_no_lock_no_snapshot_and_says_interrupted(endless):
    command = bitools(endless, "run")
    let_it_work(endless, restic_of(command))
    command.send_signal(signal.SIGTERM)
    command.communicate(timeout=HANGS)
    assert command.returncode == 130
    assert listed(endless) == []
    assert list((endless.repository.folder / "locks").iterdir()) == []
    assert endless.actions()[-1] == ("backup.make", "interrupted")


def test_after_a_kill_one_ordinary_run_is_enough(endless):
    command = bitools(endless, "run")
    restic = restic_of(command)
    let_it_work(endless, restic)
    os.kill(restic, signal.SIGSTOP)  # else it may come to its end, and take its lock away, between the two
    os.kill(command.pid, signal.SIGKILL)
    os.kill(restic, signal.SIGKILL)
    command.communicate(timeout=HANGS)
    assert any((endless.repository.folder / "locks").iterdir())
    let_it_end(endless)
    done = finish(endless, "run", "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["items"][0]["status"] == "complete"
    assert len(listed(endless)) == 1


def test_a_kill_of_bitools_alone_leaves_no_snapshot_of_half_a_dump(endless):
    """restic sees the end of its input when we die; what it then makes of it must not count."""
    command = bitools(endless, "run")
    restic = restic_of(command)
    let_it_work(endless, restic)
    (producer,) = [child for child in children(command.pid) if child != restic]
    os.kill(command.pid, signal.SIGKILL)
    command.communicate(timeout=HANGS)
    os.kill(producer, signal.SIGKILL)
    ends = time.monotonic() + HANGS
    while Path(f"/proc/{restic}").exists() and time.monotonic() < ends:
        time.sleep(0.05)
    let_it_end(endless)
    done = finish(endless, "run", "--json")
    assert done.returncode == 0, done
    assert json.loads(done.stdout)["items"][0]["status"] == "complete"
    shown = json.loads(finish(endless, "list", "--json").stdout)["items"]
    assert [item["status"] for item in shown][:1] == ["complete"]
    assert "complete" not in [item["status"] for item in shown][1:]


def test_ticks_during_a_long_run_end_well_and_say_why(endless):
    command = bitools(endless, "run")
    let_it_work(endless, restic_of(command))
    for _tick in range(2):
        done = finish(endless, "run", "--json")
        (item,) = json.loads(done.stdout)["items"]
        assert (done.returncode, item["status"], item["reason"]) == (0, "skipped", "running")
    quiet = finish(endless, "run")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, b"", b"")
    os.kill(next(one for one in children(command.pid) if one != restic_of(command)), signal.SIGINT)
    command.communicate(timeout=HANGS)
    assert listed(endless) == []
