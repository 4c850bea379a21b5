"""A disk without a free byte, or one that fills in the middle: nothing lost, the right word, the ballast."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bitools.backup.runs import tags


@pytest.fixture
def small(town) -> Iterator[Path]:
    """The repository on a disk of 24 MB."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    disk = town.inventory / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk], check=True)
    try:
        town.repository = town.repository.copied_to(disk / "depo")
        text = (town.inventory / "backups.yaml").read_text()
        text = text.replace("location: depo,", "location: disk/depo, ballast: 2,")
        text = text.replace("{hourly: 24, daily: 14", "{daily: 2, hourly: 2").replace(
            "lock_wait", "lock_wait"
        )
        (town.inventory / "backups.yaml").write_text(text)
        yield disk
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


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
