"""SIGKILL at random moments of run, prune and copy: one ordinary command afterwards is enough."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bitools.backup.runs import tags

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.torture


def command(town, *words: str) -> subprocess.Popen[bytes]:
    environ = {"PATH": os.environ["PATH"], "XDG_CACHE_HOME": str(town.inventory.parent / "cache")}
    places = ["--inventory", str(town.inventory), "--state", str(town.state.folder)]
    return subprocess.Popen(
        [sys.executable, "-m", "bitools", *places, "backup", *words],
        env=environ,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def family(pid: int) -> list[int]:
    """A process and everything it started."""
    found = [pid]
    for one in found:
        try:
            found += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
        except OSError:
            continue
    return found


def killed(town, delay: float, *words: str) -> bool:
    """Start a command and kill it, and all it started, as a power cut would; False if it was done before."""
    child = command(town, *words)
    try:
        child.communicate(timeout=delay)
        return False
    except subprocess.TimeoutExpired:
        os.kill(child.pid, signal.SIGSTOP)  # or it starts one more while we count
        members = family(child.pid)
        for one in members:
            try:
                os.kill(one, signal.SIGKILL)
            except ProcessLookupError:
                continue
        child.communicate()
        while any(Path(f"/proc/{one}").exists() for one in members):
            time.sleep(0.01)  # restic takes a corpse that nobody has buried for a living one
        return True


@pytest.mark.parametrize(("what", "seed"), [("run", 1), ("run", 2), ("prune", 3), ("copy", 4)])
def test_killed_at_random_moments_one_ordinary_command_mends_all(town, what, seed):
    chance = random.Random(seed)
    (town.inventory / "uzak-anahtar").write_text("baska-parola")
    (town.inventory / "uzak-anahtar").chmod(0o600)
    (town.inventory / "backups.yaml").write_text(
        "repositories:\n  ana: {location: depo, password: 'file:anahtar'}\n"
        "  uzak: {location: uzak, password: 'file:uzak-anahtar', copy_of: ana}\n"
        "importance:\n  normal: {daily: 2, weekly: 2}\n"
        f"datasets:\n  belgeler: {{type: files, importance: normal, repository: ana, paths: ['{town.source}']}}\n"
    )
    words = {"run": ["run", "--now"], "prune": ["prune"], "copy": ["copy"]}[what]
    (town.source / "temel.bin").write_bytes(os.urandom(1_000_000))
    town.rotate()
    tree = json.loads(town.repository.restic("snapshots", "--json"))[0]["tree"]
    if what == "copy":
        assert command(town, "copy").wait(60) == 0
    hits, longest = 0, 1.6
    ends = time.monotonic() + 100
    while hits < 13 and time.monotonic() < ends:
        (town.source / f"yeni-{hits}.bin").write_bytes(os.urandom(400_000))
        moment = datetime.now().astimezone() - timedelta(days=chance.randint(40, 400))
        town.repository.forge(moment, tags("belgeler", f"eski-{chance.random()}"), tree=tree)
        if what != "run":
            town.rotate(now=True)
        before = {one["id"] for one in json.loads(town.repository.restic("snapshots", "--json", "--no-lock"))}
        hits += killed(town, chance.uniform(0.3, longest), *words)
        child = command(town, *words, "--json")
        out, err = child.communicate(timeout=90)
        assert child.returncode == 0, (out, err)
        after = json.loads(town.repository.restic("snapshots", "--json", "--no-lock"))
        assert before & {one["id"] for one in after} or not before
        for folder in (town.repository.folder, town.inventory / "uzak"):
            if what == "copy" or folder == town.repository.folder:
                assert not [one for one in (folder / "locks").iterdir() if "-tmp-" not in one.name]
    assert hits >= 8
    town.repository.restic("check", "--read-data")
    listed = command(town, "list", "--json")
    out, _err = listed.communicate(timeout=60)
    newest = json.loads(out)["items"][0]
    assert newest["status"] == "complete"
    child = command(town, "restore", "belgeler", "--to", str(town.inventory.parent / "geri"))
    assert child.wait(90) == 0
    came = town.inventory.parent / "geri" / town.source.relative_to("/") / "temel.bin"
    assert came.read_bytes() == (town.source / "temel.bin").read_bytes()
