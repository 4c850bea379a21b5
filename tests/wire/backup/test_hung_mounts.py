"""What is mounted from elsewhere and gives no answer holds nobody up: a real FUSE whose program is stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bitools.backup.verbs.status import status
from bitools.backup.verbs.verify import verify
from bitools.backup.wire import answering
from bitools.errors import InventoryInvalid
from bitools.inventory import strict
from lab import packages
from lab.restic_repository import ForgedRepository


@pytest.fixture
def stalled(tmp_path, pristine: ForgedRepository) -> Iterator[Path]:
    """A mounted folder that has stopped to answer, as a file server that was switched off."""
    packages.require_for_test("fuse3")
    depot, place = pristine.copied_to(tmp_path / "baska-depo"), tmp_path / "sunucu"
    place.mkdir()
    environ = {"RESTIC_PASSWORD": depot.password, "PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    words = ["restic", "-r", str(depot.folder), "--no-lock", "mount", str(place)]
    with subprocess.Popen(words, env=environ, stdout=subprocess.DEVNULL) as server:
        try:
            while not os.path.ismount(place):
                assert server.poll() is None
                time.sleep(0.05)
            server.send_signal(signal.SIGSTOP)
            yield place / "snapshots"
        finally:
            server.send_signal(signal.SIGCONT)
            server.send_signal(signal.SIGINT)
            server.wait()
            subprocess.run(["umount", "-l", place], check=False, capture_output=True)


@pytest.mark.parametrize("key", ["paths: ['{}']", "paths: ['{source}'], sentinel: '{}/burada'"])
def test_a_source_that_does_not_answer_fails_and_those_behind_it_are_backed_up(town, stalled, key):
    (town.source / "karar.txt").write_text("x")
    hung = key.replace("{source}", str(town.source)).format(stalled)
    town.datasets(
        f"  a: {{type: files, importance: normal, repository: ana, silence: 1, {hung}}}\n"
        f"  b: {{type: files, importance: normal, repository: ana, paths: ['{town.source}']}}\n"
    )
    document = town.rotate()
    assert [(one["target"], one["code"], one["reason"]) for one in document.failed] == [("a", 13, "silent")]
    assert "findmnt" in document.failed[0]["hint"]
    assert [(one["dataset"], one["status"]) for one in document.items] == [("b", "complete")]


def test_a_repository_that_does_not_answer_holds_up_no_other(town, stalled, monkeypatch):
    monkeypatch.setattr(answering, "REPOSITORY", 1.0)
    (town.source / "karar.txt").write_text("x")
    one = "{type: files, importance: normal, repository: %s, paths: ['%s']}"
    town.write(
        "backups.yaml",
        f"repositories:\n  olu: {{location: '{stalled}/depo', password: 'file:anahtar'}}\n"
        "  ana: {location: depo, password: 'file:anahtar'}\n"
        f"  olu-kopya: {{location: '{stalled}/kopya', password: 'file:anahtar', copy_of: ana}}\n"
        "importance:\n  normal: {daily: 2}\n"
        f"datasets:\n  a: {one % ('olu', town.source)}\n  b: {one % ('ana', town.source)}\n",
    )
    document = town.rotate()
    assert [(one["target"], one["code"]) for one in document.failed] == [("a", 13)]
    assert [(one["dataset"], one["status"]) for one in document.items] == [("b", "complete")]
    for verb in (lambda run, sets: verify(run, sets, 1), status):
        run = town.run()
        found = verb(run, run.inventory.select_datasets())
        assert {one["target"] for one in found.failed} >= {"olu-kopya"}
        assert {one["reason"] for one in found.failed} == {"silent"}
    assert [one["target"] for one in town.copied().failed] == ["olu-kopya"]


def test_a_program_that_proves_and_hangs_is_ended_and_the_data_set_is_named(town):
    from bitools.backup.verbs.drill import drill

    def limited(more: str) -> None:
        town.datasets(
            "  mis: {type: command, importance: normal, repository: ana, command: [echo, x], file_name: m.sql,"
            f" prove: [sh, -c, 'sleep 600']{more}}}\n"
            f"  b: {{type: files, importance: normal, repository: ana, paths: ['{town.source}']}}\n"
        )

    (town.source / "karar.txt").write_text("x")
    limited("")
    assert town.rotate().failed == []
    limited(", time_limit: 2")
    run = town.run()
    document = drill(run, run.inventory.select_datasets())
    assert [(one["target"], one["code"], one["reason"]) for one in document.failed] == [
        ("mis", 13, "timeout")
    ]
    assert document.failed[0]["error"].startswith("sh: ")
    assert [one["dataset"] for one in document.items] == ["b"]
    run = town.run()
    assert any(
        "drill failed" in alarm["error"]
        for alarm in status(run, run.inventory.select_datasets()).more["alarms"]
        if alarm["target"] == "mis"
    )


def test_what_the_inventory_names_there_holds_up_nothing_else(tmp_path, stalled, monkeypatch):
    """Keys, programs, and links that lead there; what others could change here is found all the same."""
    monkeypatch.setattr(strict, "_PATIENCE", 1.0)
    link, open_to_all = tmp_path / "anahtar", tmp_path / "herkese"
    link.symlink_to(stalled / "anahtar")
    open_to_all.write_text("x")
    open_to_all.chmod(0o666)
    named = [*strict._program([str(stalled / "durdur")]), stalled / "ca.pem", link, open_to_all]
    found = [str(one) for one in strict._wrong(named, os.getuid())]
    assert [one for one in found if str(stalled) in one] == []
    assert [one for one in found if str(open_to_all) in one] != []


def test_the_files_beside_a_link_that_leads_there_are_proven(tmp_path, stalled, monkeypatch):
    monkeypatch.setattr(strict, "_PATIENCE", 1.0)
    folder = tmp_path / "envanter"
    folder.mkdir()
    (folder / "settings.yaml").write_text("organisation: Efeler\n")
    (folder / "settings.yaml").chmod(0o666)
    (folder / "eski.yaml").symlink_to(stalled / "eski.yaml")
    with pytest.raises(InventoryInvalid, match=r"settings\.yaml"):
        strict.prove_folder(folder, os.getuid())
