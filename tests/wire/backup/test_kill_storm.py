"""SIGKILL at random moments of run, prune and copy: one ordinary command afterwards is enough."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bitools.backup.decisions.retention import decide
from bitools.backup.decisions.runs import Snapshot, group, tags
from bitools.backup.verbs.history import policy_of
from bitools.backup.wire import memory_file
from bitools.backup.wire.restic_answers import snapshot_of
from lab.patience import HANGS
from lab.restic_repository import ForgedRepository
from tests.deaths import power_cut

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


def killed(town, delay: float, *words: str) -> bool:
    """Start a command and kill it, and all it started, as a power cut would; False if it was done before."""
    child = command(town, *words)
    try:
        child.communicate(timeout=delay)
        return False
    except subprocess.TimeoutExpired:
        power_cut(child)
        return True


def listed(town) -> list[Snapshot]:
    answer = town.repository.restic("snapshots", "--json", "--no-lock")
    return [snapshot_of(entry) for entry in json.loads(answer)]


def promised(town, seen: Iterable[Snapshot]) -> set[str]:
    """The runs that the policy keeps of all that there ever was."""
    memory = memory_file.load(town.state, "ana")
    every = {snapshot.id: snapshot for snapshot in seen}
    history = group(every.values(), partial=memory.partial, doubtful=memory.doubtful)["belgeler"]
    run = town.run()
    verdict = decide(history, policy_of(run, run.inventory.datasets["belgeler"]), run.started)
    return {one.id for one in verdict.keep}


def believe(town) -> None:
    """Let forged snapshots of other days be believed, so that some are forgotten."""
    path = town.state.folder / "backup" / "ana.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"listed": None, "doubtful": {}}))


def ordinary(town, *words: str) -> float:
    """Let a command end by itself, well; give its seconds."""
    began = time.monotonic()
    child = command(town, *words, "--json")
    out, err = child.communicate(timeout=HANGS)
    assert child.returncode == 0, (out, err)
    return time.monotonic() - began


@pytest.fixture
def pair(quick_town):
    """A repository and its copy, each with a first backup."""
    town = quick_town
    (town.inventory / "uzak-anahtar").write_text("baska-parola")
    (town.inventory / "uzak-anahtar").chmod(0o600)
    (town.inventory / "backups.yaml").write_text(
        "repositories:\n  ana: {location: depo, password: 'file:anahtar'}\n"
        "  uzak: {location: uzak, password: 'file:uzak-anahtar', copy_of: ana}\n"
        "importance:\n  normal: {daily: 2, weekly: 2}\n"
        f"datasets:\n  belgeler: {{type: files, importance: normal, repository: ana, paths: ['{town.source}']}}\n"
    )
    (town.source / "temel.bin").write_bytes(os.urandom(1_000_000))
    town.rotate()
    ordinary(town, "copy")
    ForgedRepository.of(town.inventory / "uzak", "baska-parola")
    return town


@pytest.mark.parametrize(("what", "seed"), [("run", 1), ("run", 2), ("prune", 3), ("copy", 4)])
def test_killed_at_random_moments_one_ordinary_command_mends_all(pair, what, seed):
    town, chance = pair, random.Random(seed)
    words = {"run": ["run", "--now"], "prune": ["prune"], "copy": ["copy"]}[what]
    tree = json.loads(town.repository.restic("snapshots", "--json"))[0]["tree"]
    hits, longest = 0, ordinary(town, *words)
    forgotten = 0
    while hits < 18:
        (town.source / f"yeni-{hits}.bin").write_bytes(os.urandom(400_000))
        moment = datetime.now().astimezone() - timedelta(days=chance.randint(40, 400))
        town.repository.forge(moment, tags("belgeler", f"eski-{chance.random()}"), tree=tree)
        if what != "run":
            town.rotate(now=True)
        believe(town)
        seen = listed(town)
        if killed(town, chance.uniform(0.1, 1) * longest, *words):
            hits += 1
        else:
            longest *= 0.9
        seen += listed(town)
        ordinary(town, *words)
        after = {snapshot.run for snapshot in listed(town)}
        forgotten += len({snapshot.run for snapshot in seen} - after)
        assert promised(town, [*seen, *listed(town)]) <= after
        for folder in (town.repository.folder, town.inventory / "uzak"):
            # restic takes a lock that never got its name for none, and so do we (`torn`)
            assert not [one for one in (folder / "locks").iterdir() if "-tmp-" not in one.name]
    assert forgotten or what != "run"
    town.repository.restic("check", "--read-data")
    shown = command(town, "list", "--json")
    out, _err = shown.communicate(timeout=HANGS)
    assert json.loads(out)["items"][0]["status"] == "complete"
    ordinary(town, "restore", "belgeler", "--to", str(town.inventory.parent / "geri"))
    came = town.inventory.parent / "geri" / town.source.relative_to("/") / "temel.bin"
    assert came.read_bytes() == (town.source / "temel.bin").read_bytes()
