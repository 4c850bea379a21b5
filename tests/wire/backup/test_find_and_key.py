"""A file is found in all its versions; a new password is killed at any point, and one file opens; what vanished."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bitools import process
from bitools.backup.verbs import key as verb
from bitools.backup.verbs.find import find
from bitools.backup.verbs.history import open_repository
from bitools.errors import NotFound, Refused


@pytest.fixture
def office(town):
    (town.source / "butce.xlsx").write_bytes(b"PK" + os.urandom(900))
    (town.source / "[imar] 100%.dwg").write_bytes(b"AC10" + os.urandom(900))
    assert town.rotate().failed == []
    return town


def found(town, pattern: str):
    run = town.run()
    return find(run, run.inventory.select_datasets(), pattern).items


def test_each_version_of_a_file_is_told_once(office):
    assert office.rotate(now=True).failed == []
    (office.source / "butce.xlsx").write_bytes(b"PK" + os.urandom(1900))
    assert office.rotate(now=True).failed == []
    newer, older = found(office, "butce*")
    assert (newer["bytes"], newer["snapshots"]) == (1902, 1)
    assert (older["bytes"], older["snapshots"]) == (902, 2)
    assert older["first"] <= older["time"] <= newer["time"]
    assert newer["path"].endswith("/butce.xlsx")


def test_what_is_nowhere_is_said_and_a_name_like_an_option_is_a_name(office):
    for name in ("yok.txt", "--json"):
        with pytest.raises(NotFound, match="no snapshot has"):
            found(office, name)


def password(town) -> str:
    return (town.inventory / "anahtar").read_text()


def opens(town, text: str) -> bool:
    words = ["restic", "-r", str(town.repository.folder), "snapshots", "--no-lock", "--no-cache"]
    return process.run(words, extra={"RESTIC_PASSWORD": text}).code == 0


def rotated(town):
    return verb.key(town.run(), "rotate", "ana")


def test_a_new_password_opens_and_the_old_one_does_not(office):
    old = password(office)
    document = rotated(office)
    assert document.failed == []
    new = password(office)
    assert new != old
    assert opens(office, new)
    assert not opens(office, old)
    assert (office.inventory / "anahtar").stat().st_mode & 0o777 == 0o600
    assert not (office.inventory / "anahtar.new").exists()
    assert office.rotate(now=True).failed == []
    assert new not in str(document.as_json())


@pytest.mark.torture
@pytest.mark.parametrize("step", ["add_key", "remove_key", "replace", "_write"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_any_step_the_file_opens_and_the_next_one_finishes(office, monkeypatch, step, after):
    place = {"replace": Path, "_write": verb}.get(step, type(open_repository(office.run(), "ana")))
    real = getattr(place, step)

    def killed(*words, **more):
        if after:
            real(*words, **more)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(place, step, killed)
        with pytest.raises(KeyboardInterrupt):
            rotated(office)
    assert opens(office, password(office)), "killed here, the password file opens the repository"
    before = password(office)
    assert rotated(office).failed == []
    assert opens(office, password(office))
    repository = open_repository(office.run(), "ana")
    keys = repository.ask("key", "list", "--json", "--no-lock")
    assert keys.count(b'"id"') <= 2, "an unfinished one may leave a key that nobody knows the password of"
    assert office.rotate(now=True).failed == []
    assert before


def test_a_password_that_is_in_no_file_is_not_replaced(office, monkeypatch):
    monkeypatch.setenv("DEPO", password(office))
    file = office.inventory / "backups.yaml"
    file.write_text(file.read_text().replace("file:anahtar", "env:DEPO"))
    with pytest.raises(Refused, match="change it there"):
        rotated(office)


@pytest.mark.parametrize(("share", "status"), [("0%", "partial"), ("60%", "complete"), ("20%", "partial")])
def test_a_file_that_vanished_is_tolerated_up_to_a_share(office, tmp_path, monkeypatch, share, status):
    """A real restic, and one file that is gone between the look and the reading."""
    programs = tmp_path / "programs"
    programs.mkdir()
    restic = programs / "restic"
    line = (
        '{"message_type":"error","error":{"Op":"lstat","Path":"%s","Err":2},"during":"archival","item":"%s"}'
    )
    gone = str(office.source / "gecici.tmp")
    restic.write_text(
        '#!/bin/sh\nPATH=${PATH#*:}\nrestic "$@"; code=$?\n'
        f'case " $* " in *" backup "*) echo \'{line % (gone, gone)}\' >&2; exit 3;; esac\nexit $code\n'
    )
    restic.chmod(0o755)
    monkeypatch.setitem(process._inherited, "PATH", f"{programs}:{os.environ['PATH']}")
    office.datasets(
        f"  belgeler: {{type: files, importance: critical, repository: ana, vanished: {share},"
        f" paths: ['{office.source}']}}\n"
    )
    document = office.rotate(now=True, forget=False)
    assert document.items[0]["status"] == status
    told = document.warnings if status == "complete" else [document.failed[0]["error"]]
    assert any("gecici.tmp" in text for text in told)
