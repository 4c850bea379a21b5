"""`backup mount`: a real FUSE, looked into by another account."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest

from bitools.backup.verbs.mount import mount
from bitools.backup.wire import mounting
from bitools.errors import Refused, Rejected
from lab import packages
from lab.patience import HANGS

NOBODY, OTHER = 65534, 65533


def as_account(uid: int, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*words], user=uid, group=uid, extra_groups=[], capture_output=True, check=False)


def test_whoever_called_reads_every_version_and_nobody_else_does_while_backups_go_on(town, tmp_path):
    packages.require_for_test("fuse3")
    file = town.source / "karar.txt"
    for text in ("bir", "iki"):
        file.write_text(text)
        file.chmod(0o600)
        assert town.rotate(now=True).failed == []
    tmp_path.chmod(0o755)
    for folder in list(tmp_path.parents)[:3]:
        folder.chmod(folder.stat().st_mode | 0o011)
    target = tmp_path / "bak"
    words = [sys.executable, "-m", "bitools", "--inventory", town.inventory, "--state", town.state.folder]
    environ = os.environ | {"SUDO_UID": str(NOBODY)}
    with subprocess.Popen([*words, "backup", "mount", target], env=environ, start_new_session=True) as child:
        try:
            snapshots = target / "ana" / "snapshots"
            while not os.path.ismount(target / "ana"):
                assert child.poll() is None
                time.sleep(0.05)
            found = sorted(one for one in snapshots.iterdir() if one.name != "latest")
            inside = file.relative_to("/")
            read = [as_account(NOBODY, "cat", str(one / inside)).stdout for one in found]
            assert read == [b"bir", b"iki"]
            assert as_account(OTHER, "ls", str(snapshots)).returncode != 0
            assert town.rotate(now=True, after=timedelta(minutes=1)).failed == []
        finally:
            child.send_signal(signal.SIGINT)
            child.wait(HANGS)
    assert list(target.iterdir()) == []
    assert ("backup.mount", "done") in town.actions()


def test_without_fuse_it_says_what_to_do_instead(town, tmp_path, monkeypatch):
    monkeypatch.setattr(mounting.process, "installed", lambda program: "fusermount" not in program)
    with pytest.raises(Rejected, match="FUSE") as raised:
        go(town, tmp_path / "bak")
    assert "fuse3" in raised.value.hint
    assert "backup restore" in raised.value.hint
    monkeypatch.undo()
    monkeypatch.setattr(mounting.process, "installed", lambda program: True)
    monkeypatch.setattr(mounting, "_DEVICE", tmp_path / "yok")
    with pytest.raises(Rejected, match="container"):
        go(town, tmp_path / "bak")


def test_a_folder_with_something_in_it_is_refused_and_keeps_its_owner(town, tmp_path):
    packages.require_for_test("fuse3")
    (tmp_path / "dolu").mkdir()
    (tmp_path / "dolu" / "x").write_text("x")
    with pytest.raises(Refused, match="not empty"):
        go(town, tmp_path / "dolu")
    assert (tmp_path / "dolu").stat().st_uid == os.getuid()


def go(town, target):
    run = town.run()
    return mount(run, run.inventory.select_datasets(), target, reader=NOBODY, ready=lambda _found: None)
