"""Backups from cron: a bare environment, two ticks at once, a tick during a long run."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lab.patience import HANGS
from lab.restic_repository import ForgedRepository

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def cron(bitools, tmp_path):
    """A command as cron starts it: no HOME, no PATH worth the name, secrets in a file."""
    repository = ForgedRepository(tmp_path / "depo", "deneme-parolasi-43")
    (tmp_path / "belgeler").mkdir()
    (tmp_path / "belgeler" / "karar.txt").write_text("x")
    (bitools.inventory / "anahtar").write_text(repository.password)
    (bitools.inventory / "anahtar").chmod(0o600)
    (bitools.inventory / "backups.yaml").write_text(
        f"repositories:\n  ana: {{location: {repository.folder}, password: 'file:anahtar'}}\n"
        "importance:\n  critical: {hourly: 24}\n"
        f"datasets:\n  belgeler: {{type: files, importance: critical, repository: ana, paths: [{tmp_path}/belgeler],"
        " before: [sleep, '1']}\n"
    )
    words = ["env", "-i", f"PYTHONPATH={ROOT}", f"XDG_CACHE_HOME={tmp_path}/cache", sys.executable, "-m"]
    words += ["bitools", "--inventory", str(bitools.inventory), "--state", str(bitools.state), "backup"]

    def tick(*more: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([*words, *more], capture_output=True, cwd="/", timeout=HANGS, check=False)

    tick.repository = repository
    return tick


@pytest.mark.torture
def test_a_bare_environment_is_enough_and_nothing_is_said(cron):
    done = cron("run")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_of_several_ticks_in_one_minute_one_makes_the_backup(cron):
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda _tick: cron("run", "--json"), range(3)))
    assert [one.returncode for one in done] == [0, 0, 0]
    items = [json.loads(one.stdout)["items"][0] for one in done]
    assert [item["status"] for item in items].count("complete") == 1
    assert {item["reason"] for item in items if item["status"] == "skipped"} <= {"running", "covered"}
    assert len(json.loads(cron.repository.restic("snapshots", "--json"))) == 1
