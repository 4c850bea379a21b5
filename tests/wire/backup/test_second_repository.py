"""A copy is a repository: every verb looks after it, it is restored from, and the first is rebuilt from it."""

from __future__ import annotations

import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bitools import process
from bitools.backup.decisions.runs import tags
from bitools.backup.verbs.drill import drill
from bitools.backup.verbs.history import open_repository
from bitools.backup.verbs.list_ import list_
from bitools.backup.verbs.plan import plan
from bitools.backup.verbs.prune import prune
from bitools.backup.verbs.replace import replace
from bitools.backup.verbs.restore import restore
from bitools.backup.verbs.status import overdue, status
from bitools.backup.verbs.unlock import unlock
from bitools.backup.verbs.verify import verify
from bitools.errors import InventoryInvalid, Refused, Usage
from bitools.inventory.load import load


def with_a_copy(town) -> None:
    town.second(
        ", lock_wait: 2",
        beside='  baska: {location: baska, password: "file:anahtar"}\n',
        policy="{daily: 2, weekly: 3}",
    )
    assert town.rotate(forget=False).failed == []
    assert town.copied().failed == []


@pytest.fixture
def two(begun):
    return begun(with_a_copy)


def done(town, verb, *words, **more):
    run = town.run(**more)
    return verb(run, run.inventory.select_datasets(), *words)


def pack_of(folder: Path) -> Path:
    return max(
        (one for one in (folder / "data").rglob("*") if one.is_file()), key=lambda one: one.stat().st_size
    )


def flip(pack: Path) -> None:
    """Spoil one byte; restic's packs are read-only."""
    spoiled = bytearray(pack.read_bytes())
    spoiled[len(spoiled) // 2] ^= 0xFF
    pack.chmod(0o600)
    pack.write_bytes(bytes(spoiled))


def alarms(town, **more) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for alarm in done(town, status, **more).more["alarms"]:
        found.setdefault(alarm["target"], []).append(alarm["error"])
    return found


def test_a_flipped_byte_in_the_copy_is_found_by_verify_and_told_by_status(two):
    assert done(two, verify, 1).failed == []
    assert "uzak" not in alarms(two)
    flip(pack_of(two.inventory / "uzak"))
    (failure,) = done(two, verify, 1).failed
    assert (failure["target"], failure["code"]) == ("uzak", 15)
    document = done(two, status)
    assert overdue(document)
    assert any("verify failed" in error for error in alarms(two)["uzak"])


@pytest.mark.parametrize("program", ["newer", pytest.param("installed", marks=pytest.mark.torture)])
def test_a_missing_pack_in_the_copy_is_found_by_verify_and_by_a_drill_from_it(two, program, request):
    """restic before 0.17 tries for a minute and a half to read what is not there."""
    if program == "newer":
        request.getfixturevalue("newer")
    pack_of(two.inventory / "uzak").unlink()
    found(two)


def test_a_missing_index_of_the_copy_is_found_by_verify_and_by_a_drill_from_it(two):
    for index in (two.inventory / "uzak" / "index").iterdir():
        index.unlink()
    found(two)


def found(two):
    assert [one["target"] for one in done(two, verify, 1).failed] == ["uzak"]
    assert any("verify failed" in error for error in alarms(two)["uzak"])
    run = two.run()
    assert [one["target"] for one in drill(run, run.inventory.select_datasets(), None, "uzak").failed] == [
        "belgeler"
    ]
    assert done(two, drill).failed == []
    assert any("drill failed" in error for error in alarms(two)["belgeler"])


def test_a_copy_that_was_not_brought_up_to_date_is_an_alarm(two):
    assert "uzak" not in alarms(two, after=timedelta(days=1))
    assert any("not brought up to date" in error for error in alarms(two, after=timedelta(days=4))["uzak"])


def test_what_was_forgotten_in_the_copy_gives_its_space_back(two):
    repository = open_repository(two.run(), "uzak")
    repository.forget([one.id for one in repository.snapshots()])
    (_first, second) = done(two, prune).items
    assert second["repository"] == "uzak"
    assert second["freed"] > 40_000


def test_locks_of_the_dead_are_removed_from_the_copy_too(two):
    assert [item["repository"] for item in done(two, unlock).items] == ["ana", "uzak"]


def test_the_primary_is_gone_and_everything_comes_back_from_the_copy(two, tmp_path):
    (two.source / "b.bin").write_bytes(os.urandom(20_000))
    assert two.rotate(now=True).failed == []
    assert two.copied().failed == []
    kept = {item["run"] for item in done(two, plan).items if item["keep"]}
    shutil.rmtree(two.inventory / "depo")
    (failure,) = two.rotate(now=True).failed
    assert "bitools backup replace ana" in failure["hint"]
    assert "--from uzak" in failure["hint"]
    run = two.run()
    (belgeler,) = run.inventory.select_datasets()
    assert {item["run"] for item in list_(run, [belgeler], "uzak").items} == kept
    assert restore(run, belgeler, tmp_path / "geri", source="uzak").failed == []
    for name in ("plan.bin", "b.bin"):
        back = tmp_path / "geri" / two.source.relative_to("/") / name
        assert back.read_bytes() == (two.source / name).read_bytes()
    assert two.rotate(dry_run=True).failed, "a dry run makes none"
    (item,) = replace(two.run(), "ana").items
    assert (item["source"], item["snapshots"]) == ("uzak", 2)
    assert {item["run"] for item in done(two, plan).items if item["keep"]} == kept
    assert two.rotate(now=True).failed == []
    assert two.copied().failed == []
    with pytest.raises(Refused, match="nothing is replaced"):
        replace(two.run(), "ana")


def test_a_replacement_that_was_killed_goes_on(two, monkeypatch):
    shutil.rmtree(two.inventory / "depo")
    repository = type(open_repository(two.run(), "ana"))
    monkeypatch.setattr(repository, "copy", lambda *_words: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        replace(two.run(), "ana")
    monkeypatch.undo()
    (item,) = replace(two.run(), "ana").items
    assert item["snapshots"] == 1


def test_a_copy_at_its_sources_place_is_refused_by_the_inventory(two):
    path = two.inventory / "backups.yaml"
    link = two.inventory / "baglanti"
    link.symlink_to(two.inventory / "depo")
    path.write_text(path.read_text().replace("location: uzak", "location: baglanti"))
    with pytest.raises(InventoryInvalid, match="belongs on another disk"):
        load(two.inventory)


def test_a_copy_that_is_its_source_by_another_way_is_refused_and_nothing_is_forgotten(two):
    """Two folders, one repository: as a bind mount or a second name of one server shows it."""
    now = datetime.now().astimezone()
    for days in range(1, 6):
        two.repository.forge(now - timedelta(days=days), tags("belgeler", f"r{days}"))
    shutil.rmtree(two.inventory / "uzak")
    shutil.copytree(two.inventory / "depo", two.inventory / "uzak")
    shutil.copy(two.inventory / "anahtar", two.inventory / "uzak-anahtar")
    before = two.repository.restic("snapshots", "--json", "--no-lock")
    (failure,) = two.copied().failed
    assert (failure["code"], failure["reason"]) == (5, "same_repository")
    assert two.repository.restic("snapshots", "--json", "--no-lock") == before


def test_backups_go_on_while_a_copy_is_made_and_nothing_is_forgotten(two):
    now = datetime.now().astimezone()
    for days in range(2, 9):
        two.repository.forge(now - timedelta(days=days), tags("belgeler", f"r{days}"))
    with two.state.lock("backup-uzak"):
        document = two.rotate(now=True)
    assert document.failed == []
    assert document.items[0]["status"] == "complete"
    assert any("uzak" in warning for warning in document.warnings)
    assert ("backup.forget", "intent") not in two.actions()


def test_a_repository_that_holds_no_copy_of_a_data_set_is_no_source(two, tmp_path):
    run = two.run()
    with pytest.raises(Usage, match="baska holds no copy of belgeler"):
        restore(run, run.inventory.datasets["belgeler"], tmp_path / "geri", source="baska")


def test_a_full_disk_under_the_copy_is_told(two):
    """A real small disk (tmpfs)."""
    uzak = two.inventory / "uzak"
    kept = two.inventory / "uzak-eski"
    uzak.rename(kept)
    uzak.mkdir()
    mounted = process.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(uzak)])
    if mounted.code:
        pytest.fail("this test needs root, as the others of full disks do")
    try:
        for one in kept.iterdir():
            (shutil.copytree if one.is_dir() else shutil.copy)(one, uzak / one.name)
        (two.source / "c.bin").write_bytes(os.urandom(3_000_000))
        assert two.rotate(now=True).failed == []
        (failure,) = two.copied().failed
        assert (failure["target"], failure["reason"]) == ("uzak", "full")
        told = alarms(two)["uzak"]
        assert any("copy failed" in error for error in told)
        assert any("disk is full" in error for error in told)
    finally:
        process.run(["umount", str(uzak)], check=True)
