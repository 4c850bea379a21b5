"""A disk without a free byte, or one that fills in the middle: nothing lost, the right word, the ballast."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bitools import process
from bitools.backup.decisions.runs import tags
from lab import packages

ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def little_disk(folder: Path, size: str) -> Iterator[Path]:
    """A disk of its own at this folder."""
    packages.require_for_test("mount")
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0750", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def small(town) -> Iterator[Path]:
    """The repository on a disk of 24 MB."""
    with little_disk(town.inventory / "disk", "24m") as disk:
        town.repository = town.repository.copied_to(disk / "depo")
        text = (town.inventory / "backups.yaml").read_text()
        text = text.replace("location: depo,", "location: disk/depo, ballast: 2,")
        text = text.replace("{hourly: 24, daily: 14", "{daily: 2, hourly: 2")
        (town.inventory / "backups.yaml").write_text(text)
        yield disk


def fill(disk: Path) -> None:
    with open(disk / "dolgu", "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(65_536))
        except OSError:
            pass


def snapshots(town) -> list[dict[str, object]]:
    return json.loads(town.repository.restic("snapshots", "--json", "--no-lock"))


def test_with_no_free_byte_nothing_is_lost_and_the_disk_is_named(town, small):
    (town.source / "a").write_bytes(os.urandom(100_000))
    town.rotate()
    before = snapshots(town)
    fill(small)
    (town.source / "b").write_bytes(os.urandom(100_000))
    (failure,) = town.rotate(now=True, forget=False).failed
    assert (failure["code"], failure["reason"]) == (14, "full"), failure
    assert snapshots(town) == before
    (small / "dolgu").unlink()
    assert town.rotate(now=True).failed == []


def test_a_disk_that_fills_in_the_middle_leaves_a_sound_repository(town, small):
    (town.source / "a").write_bytes(os.urandom(100_000))
    town.rotate()
    (town.source / "b").write_bytes(os.urandom(40_000_000))
    (failure,) = town.rotate(now=True, forget=False).failed
    assert (failure["code"], failure["reason"]) == (14, "full"), failure
    assert len(snapshots(town)) == 1
    (town.source / "b").unlink()
    assert town.rotate(now=True).failed == []
    town.repository.restic("check", "--read-data")


def test_the_ballast_lets_forgetting_work_on_a_full_disk(town, small):
    (town.source / "a").write_bytes(os.urandom(100_000))
    now = datetime.now().astimezone()
    town.rotate(forget=False)
    for days in (200, 300, 400, 500, 600):
        town.repository.forge(now - timedelta(days=days), tags("belgeler", f"r{days}"))
    memory = town.state.folder / "backup" / "ana.json"
    memory.write_text(json.dumps(json.loads(memory.read_bytes()) | {"listed": None}))
    assert (town.repository.folder / "bitools.ballast").exists()
    fill(small)
    text = (town.inventory / "backups.yaml").read_text()
    (town.inventory / "backups.yaml").write_text(
        text.replace("weekly: 8, monthly: 12, quarterly: 8, biannual: 10", "weekly: 2")
    )
    document = town.rotate()
    assert document.failed == []
    assert any("ballast" in warning for warning in document.warnings)
    assert len(snapshots(town)) < 6


def test_a_full_cache_costs_no_backup(town, tmp_path, monkeypatch):
    with little_disk(tmp_path / "cache", "256k") as cache:
        fill(cache)
        monkeypatch.setitem(process._inherited, "XDG_CACHE_HOME", str(cache))
        for number in range(50):
            (town.source / f"{number}").write_bytes(os.urandom(3000))
        for _time in range(2):
            document = town.rotate(now=True)
            assert document.failed == []
            assert document.items[0]["status"] == "complete"
        assert len(snapshots(town)) == 2
    town.repository.restic("check", "--read-data")


def test_a_full_state_disk_stops_the_run_before_a_backup_that_nobody_would_know_of(town):
    (town.source / "a").write_text("x")
    town.rotate()
    with little_disk(town.state.folder, "256k") as disk:
        fill(disk)
        answer = subprocess.run(
            [
                sys.executable,
                "-m",
                "bitools",
                "--inventory",
                town.inventory,
                "--state",
                disk,
                "backup",
                "run",
            ],
            env={
                "PATH": os.environ["PATH"],
                "XDG_CACHE_HOME": str(town.inventory / "cache"),
                "BITOOLS_LANG": "en",
            },
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert answer.returncode == 14, answer
        assert "No space left" in answer.stderr
        assert str(disk) in answer.stderr
        assert "Traceback" not in answer.stderr
        assert len(snapshots(town)) == 1
        (disk / "dolgu").unlink()
        assert town.rotate(now=True).failed == []
