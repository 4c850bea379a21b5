"""The ledger's disk takes no entry: the restore goes on, says so, and is entered afterwards."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from bitools.errors import Rejected
from bitools.ledger import acts
from lab import packages
from lab.patience import HANGS
from tests.wire.backup.test_kill import ROOT


@pytest.fixture
def rescued(town, tmp_path):
    """The state on a disk of its own (tmpfs), which was taken from another machine."""
    packages.require_for_test("mount")
    (town.source / "karar.txt").write_text("karar")
    assert town.rotate().failed == []
    kept = tmp_path / "eski"
    town.state.folder.rename(kept)
    town.state.folder.mkdir(mode=0o750)
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m,mode=0750", "tmpfs", town.state.folder], check=True
    )
    try:
        subprocess.run(["cp", "-a", f"{kept}/.", town.state.folder], check=True)
        yield town
    finally:
        subprocess.run(["umount", "-l", town.state.folder], check=True)


def said(town, *words: str) -> subprocess.CompletedProcess[bytes]:
    """A command as a person starts it, in its own process."""
    places = ["--inventory", str(town.inventory), "--state", str(town.state.folder), "--lang", "en"]
    environ = {"PATH": os.environ["PATH"], "XDG_CACHE_HOME": str(town.inventory.parent / "cache")}
    command = [sys.executable, "-m", "bitools", *places, *words]
    return subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, timeout=HANGS, check=False)


def read_only(town, how: str = "ro") -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", town.state.folder], check=True)


def use_up_the_last_block(ledger) -> None:
    while True:
        ledger.append(acts.BACKUP_VERIFY, "ana", "done")


def restored(town, tmp_path) -> None:
    assert (tmp_path / "geri" / (town.source / "karar.txt").relative_to("/")).read_text() == "karar"


def entries(town) -> list[dict]:
    return [one for one in town.run().ledger.entries() if one["action"] == "backup.restore"]


def test_from_a_state_that_is_mounted_read_only(rescued, tmp_path):
    read_only(rescued)
    done = said(rescued, "backup", "restore", "belgeler", "--to", str(tmp_path / "geri"))
    assert done.returncode == 0, done
    restored(rescued, tmp_path)
    told = done.stderr.decode()
    assert "NOT in it yet" in told
    assert "bitools ledger enter FILE" in told
    first, second = (json.loads(line) for line in told.splitlines() if line.startswith("{"))
    assert (first["outcome"], second["outcome"]) == ("intent", "done")


def test_what_it_told_is_entered_once_and_closes_its_own_intent(rescued, tmp_path):
    read_only(rescued)
    file = tmp_path / "sonra.jsonl"
    words = ["backup", "restore", "belgeler", "--to", str(tmp_path / "geri"), "--ledger-later", str(file)]
    done = said(rescued, *words, "--json")
    assert done.returncode == 0, done
    assert file.stat().st_mode & 0o777 == 0o600
    told = json.loads(done.stdout)["unentered"]
    assert [json.loads(line) for line in file.read_text().splitlines()] == told
    read_only(rescued, "rw")
    for changed in (True, False):
        shown = said(rescued, "ledger", "enter", str(file), "--json")
        assert shown.returncode == 0, shown
        assert json.loads(shown.stdout)["changed"] is changed
    intent, outcome = entries(rescued)
    assert outcome["after"]["intent"] == intent["seq"]
    assert outcome["after"]["result"] == {"files": 1, "bytes": 5}
    assert outcome["after"]["late"]["time"] == told[1]["time"]
    assert not rescued.run().ledger.verify().open


def test_from_a_state_without_a_free_byte(rescued, tmp_path):
    fill = ["dd", "if=/dev/zero", f"of={rescued.state.folder / 'dolu'}", "bs=512"]
    assert subprocess.run(fill, capture_output=True, check=False).returncode != 0, "it is full now"
    with pytest.raises(Rejected, match="disk is full"):
        use_up_the_last_block(rescued.run().ledger)
    done = said(rescued, "backup", "restore", "belgeler", "--to", str(tmp_path / "geri"), "--json")
    assert done.returncode == 0, done
    restored(rescued, tmp_path)
    assert [one["outcome"] for one in json.loads(done.stdout)["unentered"]] == ["intent", "done"]


def test_over_what_is_there_it_goes_on_only_where_that_is_asked_for(rescued, tmp_path):
    read_only(rescued)
    words = ["backup", "restore", "belgeler", "--to", str(tmp_path / "geri"), "--overwrite"]
    done = said(rescued, *words)
    assert done.returncode == 10
    assert "--ledger-later FILE" in done.stderr.decode()
    assert not (tmp_path / "geri").exists()
    assert said(rescued, *words, "--ledger-later", str(tmp_path / "sonra")).returncode == 0
    restored(rescued, tmp_path)


def test_a_restore_that_fails_is_told_too(rescued, tmp_path):
    read_only(rescued)
    file = tmp_path / "sonra.jsonl"
    words = [
        "backup",
        "restore",
        "belgeler",
        "--to",
        str(tmp_path / "geri"),
        "--path",
        "/yok",
        "--ledger-later",
        str(file),
    ]
    assert said(rescued, *words).returncode == 10
    assert [json.loads(line)["outcome"] for line in file.read_text().splitlines()] == ["intent", "failed"]


def test_who_may_not_write_the_ledger_is_not_let_off_writing_it(town, tmp_path):
    """A missing right is no failing disk."""
    (town.source / "karar.txt").write_text("karar")
    assert town.rotate().failed == []
    folder = town.state.folder / "ledger"
    subprocess.run(["chattr", "+i", folder / "ledger.jsonl"], check=True)
    try:
        done = said(town, "backup", "restore", "belgeler", "--to", str(tmp_path / "geri"))
    finally:
        subprocess.run(["chattr", "-i", folder / "ledger.jsonl"], check=True)
    assert done.returncode == 10, done
    assert not (tmp_path / "geri").exists()


@pytest.mark.parametrize(
    "line",
    ["", "{}", "x", '{"action": "user.add"}', "[1]"],
    ids=["nothing", "empty", "no JSON", "another act", "list"],
)
def test_a_file_that_holds_no_such_act_is_refused_by_its_line(town, tmp_path, line):
    file = tmp_path / "sonra.jsonl"
    file.write_text(line + "\n")
    done = said(town, "ledger", "enter", str(file))
    assert done.returncode == 2
    assert str(file) in done.stderr.decode()
    assert entries(town) == []
