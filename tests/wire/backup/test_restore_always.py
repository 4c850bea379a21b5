"""Restoring works when nothing else does: disk full, mounted read-only, locked by the living, damaged in one pack."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bitools import process
from bitools.backup.verbs.restore import restore
from bitools.errors import Refused, Rejected
from lab import packages
from tests.wire.backup.test_second_repository import flip


@pytest.fixture
def town_on_a_disk(town, tmp_path):
    """The repository on a small disk of its own (tmpfs)."""
    packages.require_for_test("mount")
    for number in range(3):
        (town.source / f"plan-{number}.bin").write_bytes(os.urandom(300_000))
    kept = town.inventory / "eski"
    (town.inventory / "depo").rename(kept)
    disk = town.inventory / "depo"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m,mode=0750", "tmpfs", disk], check=True)
    try:
        subprocess.run(["cp", "-a", f"{kept}/.", disk], check=True)
        assert town.rotate().failed == []
        yield town
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def brought_back(town, place: Path):
    run = town.run()
    return restore(run, run.inventory.datasets["belgeler"], place)


def proven(town, place: Path) -> None:
    for file in town.source.iterdir():
        assert (place / file.relative_to("/")).read_bytes() == file.read_bytes()


def test_from_a_disk_without_a_free_byte(town_on_a_disk, tmp_path):
    town = town_on_a_disk
    fill = ["dd", "if=/dev/zero", f"of={town.inventory / 'depo' / 'dolu'}", "bs=4096"]
    assert subprocess.run(fill, capture_output=True, check=False).returncode != 0, "it is full now"
    document = brought_back(town, tmp_path / "geri")
    assert document.failed == []
    assert any("without a lock" in warning for warning in document.warnings)
    proven(town, tmp_path / "geri")


def test_from_a_disk_that_is_mounted_read_only_without_waiting(town_on_a_disk, tmp_path):
    town = town_on_a_disk
    subprocess.run(["mount", "-o", "remount,ro", town.inventory / "depo"], check=True)
    document = brought_back(town, tmp_path / "geri")
    assert document.failed == []
    assert any("without a lock" in warning for warning in document.warnings)
    proven(town, tmp_path / "geri")


@contextmanager
def without_room(place: Path) -> Iterator[Path]:
    """A small disk at this place, and not a free byte on it."""
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place], check=True)
    try:
        fill = ["dd", "if=/dev/zero", f"of={place / 'dolu'}", "bs=4096"]
        assert subprocess.run(fill, capture_output=True, check=False).returncode != 0, "it is full now"
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def test_without_room_for_temporary_files_and_a_backup_names_their_place(
    town_on_a_disk, tmp_path, monkeypatch
):
    town = town_on_a_disk
    with without_room(tmp_path / "gecici") as place:
        monkeypatch.setitem(process._inherited, "TMPDIR", str(place))
        monkeypatch.setattr(tempfile, "tempdir", str(place))
        assert brought_back(town, tmp_path / "geri").failed == []
        proven(town, tmp_path / "geri")
        (town.source / "yeni.bin").write_bytes(os.urandom(900_000))
        (failure,) = town.rotate(now=True).failed
    assert failure["reason"] == "full"
    assert failure["error"].startswith(f"{place}: ")


def test_into_a_folder_without_room_it_is_that_folder_that_is_named(town_on_a_disk, tmp_path):
    with without_room(tmp_path / "hedef") as place, pytest.raises(Rejected) as told:
        brought_back(town_on_a_disk, place / "geri")
    assert told.value.message.startswith(str(place))
    assert "plan-" in told.value.message


@pytest.mark.parametrize(("name", "value"), [("XDG_CACHE_HOME", "/dev/null"), ("HOME", "/dev/null/x")])
def test_where_no_cache_can_be_kept(town, tmp_path, monkeypatch, name, value):
    monkeypatch.delitem(process._inherited, "XDG_CACHE_HOME", raising=False)
    monkeypatch.setitem(process._inherited, name, value)
    (town.source / "karar.txt").write_text("x")
    assert town.rotate().failed == []
    assert brought_back(town, tmp_path / "geri").failed == []
    proven(town, tmp_path / "geri")


def test_where_the_newest_snapshot_cannot_be_read_an_older_one_comes_back_and_that_is_said(
    town, tmp_path, monkeypatch
):
    (town.source / "karar.txt").write_text("x")
    first = town.rotate().items[0]["snapshot"]
    newest = town.rotate(now=True, forget=False).items[0]["snapshot"]
    (file,) = (town.repository.folder / "snapshots").glob(f"{newest}*")
    flip(file)
    monkeypatch.setitem(process._inherited, "XDG_CACHE_HOME", str(tmp_path / "cache"))  # restic had kept it
    document = brought_back(town, tmp_path / "geri")
    assert document.items[0]["snapshot"].startswith(first)
    assert any(newest[:8] in warning for warning in document.warnings)
    proven(town, tmp_path / "geri")
    (failure, *_rest) = town.rotate(now=True).failed
    assert newest[:8] in failure["error"]


def test_where_what_was_remembered_cannot_be_read(town, tmp_path):
    (town.source / "karar.txt").write_text("x")
    assert town.rotate().failed == []
    memory = town.run().state.folder / "backup" / "ana.json"
    memory.write_bytes(memory.read_bytes()[:50])
    document = brought_back(town, tmp_path / "geri")
    assert document.failed == []
    assert any(str(memory) in warning for warning in document.warnings)
    proven(town, tmp_path / "geri")


def test_into_the_repository_itself_it_is_refused(town):
    (town.source / "karar.txt").write_text("x")
    assert town.rotate().failed == []
    with pytest.raises(Refused):
        brought_back(town, town.repository.folder / "geri")
    assert not (town.repository.folder / "geri").exists()


def test_with_a_clock_that_stands_years_ahead(town, tmp_path):
    (town.source / "karar.txt").write_text("x")
    assert town.rotate().failed == []
    run = town.run(after=timedelta(days=1500))
    assert restore(run, run.inventory.datasets["belgeler"], tmp_path / "geri").failed == []
    proven(town, tmp_path / "geri")


def test_while_another_restic_works_alone(town, tmp_path):
    """A prune that lives holds an exclusive lock; 900 seconds of waiting for it would be the default."""
    (town.source / "plan.bin").write_bytes(os.urandom(100_000))
    assert town.rotate().failed == []
    environ = {"RESTIC_PASSWORD": town.repository.password, "PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    slowly = ["--limit-download", "1"]  # KiB/s: nobody misses it
    words = ["restic", "-r", str(town.repository.folder), "--no-cache", *slowly, "check", "--read-data"]
    with subprocess.Popen(words, env=environ, stdout=subprocess.DEVNULL) as other:
        locks = town.repository.folder / "locks"
        while other.poll() is None and not any("-tmp-" not in one.name for one in locks.iterdir()):
            time.sleep(0.005)
        try:
            other.send_signal(signal.SIGSTOP)
            held = any(locks.iterdir())
            document = brought_back(town, tmp_path / "geri")
        finally:
            other.kill()
            other.wait()
    assert held, "the other one held its lock"
    assert document.failed == []
    proven(town, tmp_path / "geri")


def test_what_a_damaged_pack_leaves_comes_back_and_what_it_does_not_is_named(town, tmp_path):
    for number in range(3):
        (town.source / f"plan-{number}.bin").write_bytes(os.urandom(6_000_000))
        assert town.rotate(now=True).failed == []
    before = {one for one in (town.repository.folder / "data").rglob("*") if one.is_file()}
    flip(max(before, key=lambda one: one.stat().st_size))
    run = town.run()
    with pytest.raises(Exception, match=r"plan-\d.bin") as told:
        restore(run, run.inventory.datasets["belgeler"], tmp_path / "geri")
    (lost,) = {name for name in ("plan-0", "plan-1", "plan-2") if name in str(told.value)}
    back = [file for file in (tmp_path / "geri").rglob("*.bin") if lost not in file.name]
    assert len(back) == 2
    for file in back:
        assert file.read_bytes() == (town.source / file.name).read_bytes()
