"""A source that was damaged: alarmed in the first run, nothing forgotten, until somebody accepts it."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bitools.backup.decisions.runs import tags
from bitools.backup.decisions.suspicion import Extent, suspect
from bitools.backup.verbs.plan import plan
from bitools.backup.verbs.status import overdue, status
from bitools.backup.wire.first_bytes import look

FILES = 60
KINDS = {".docx": b"PK\x03\x04", ".pdf": b"%PDF-1.7\n", ".jpg": b"\xff\xd8\xff\xe0", ".txt": b""}


def write(file: Path, chance: random.Random, size: int = 2000) -> None:
    """An office's file: text is text, the others are packed behind their type's mark."""
    mark = KINDS[file.suffix]
    file.parent.mkdir(parents=True, exist_ok=True)
    words = " ".join(chance.choice(["imar", "ruhsat", "encümen", "karar", "dosya"]) for _ in range(size // 6))
    file.write_bytes(mark + chance.randbytes(size) if mark else words.encode())


def furnish(folder: Path, chance: random.Random, count: int = FILES) -> None:
    for number in range(count):
        kind = list(KINDS)[number % len(KINDS)]
        write(folder / f"birim-{number % 5}" / f"belge-{number}{kind}", chance)


def files(folder: Path) -> list[Path]:
    return sorted(one for one in folder.rglob("*") if one.is_file())


def deleted(folder: Path) -> None:
    for file in files(folder)[: int(FILES * 0.95)]:
        file.unlink()


def emptied(folder: Path) -> None:
    for file in files(folder):
        file.write_bytes(b"")


def encrypted(folder: Path) -> None:
    """In place: the same names, sizes and times."""
    for file in files(folder):
        was = file.stat()
        file.write_bytes(os.urandom(was.st_size))
        os.utime(file, ns=(was.st_atime_ns, was.st_mtime_ns))


def renamed(folder: Path) -> None:
    for file in files(folder)[: int(FILES * 0.85)]:
        file.rename(file.with_name(file.name + ".locked"))


def encrypted_and_renamed(folder: Path) -> None:
    encrypted(folder)
    renamed(folder)


def grown_random(folder: Path) -> None:
    for file in files(folder)[: int(FILES * 0.8)]:
        file.write_bytes(os.urandom(file.stat().st_size + 512))


def overwritten(folder: Path) -> None:
    for file in files(folder):
        file.write_bytes(b"\0" * file.stat().st_size)


def packed_into_one(folder: Path) -> None:
    size = sum(file.stat().st_size for file in files(folder))
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "HEPSI.enc").write_bytes(os.urandom(size))


DAMAGES: dict[Callable[[Path], None], str] = {
    deleted: "files_gone",
    emptied: "bytes_gone",
    encrypted: "random",
    renamed: "renamed",
    encrypted_and_renamed: "renamed",
    grown_random: "random",
    overwritten: "random",
    packed_into_one: "files_gone",
}


@pytest.fixture
def office(town):
    furnish(town.source, random.Random(5))
    town.datasets(
        f"  belgeler: {{type: files, importance: normal, repository: ana, paths: ['{town.source}']}}\n"
    )
    assert town.rotate(forget=False).failed == []
    (town.source / "birim-0" / "belge-0.docx").write_bytes(b"PK\x03\x04" + os.urandom(2000))
    assert town.rotate(now=True, forget=False).failed == []
    return town


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda one: one.__name__)
def test_damage_is_alarmed_in_the_first_run_and_retention_frozen(office, damage):
    now = datetime.now().astimezone()
    for days in range(2, 12):
        office.repository.forge(now - timedelta(days=days), tags("belgeler", f"r{days}"))
    damage(office.source)
    document = office.rotate(now=True)
    (item,) = document.items
    assert DAMAGES[damage] in item["suspicious"]
    assert item["tiers"] == []
    assert item["status"] == ("partial" if damage is emptied else "complete"), "an empty tree is not whole"
    assert [(failure["code"], failure["reason"]) for failure in document.failed] == [(5, "suspicious")] * len(
        document.failed
    )
    assert document.failed
    assert "--accept" in document.failed[0]["hint"]
    assert ("backup.forget", "intent") not in office.actions()


def test_until_it_is_accepted_it_stands_for_nothing_and_is_told_everywhere(office):
    deleted(office.source)
    first = office.rotate(now=True, forget=False).items[0]
    run = office.run()
    planned = {one["run"]: one for one in plan(run, run.inventory.select_datasets()).items}
    assert "suspicious" in planned[first["run"]]["reasons"]
    assert not any(one["tier"] for one in planned[first["run"]]["why"])
    stands = status(run, run.inventory.select_datasets())
    assert overdue(stands)
    assert any("suspected" in alarm["error"] for alarm in stands.more["alarms"])
    (office.state.folder / "backup" / "ana.json").unlink()
    again = office.run()
    told = {one["run"]: one for one in plan(again, again.inventory.select_datasets()).items}
    assert not told[first["run"]]["complete"], "another host reads it in the tags"


def test_accepted_it_counts_and_is_usual_from_then_on(office):
    deleted(office.source)
    suspected = office.rotate(now=True).items[0]["run"]
    document = office.rotate(accept=True, reason="arşiv taşındı", now=True)
    assert document.failed == []
    assert "suspicious" not in document.items[0]
    entries = [one for one in office.run().ledger.entries() if one["action"] == "backup.accept"]
    assert entries[0]["before"] == {"runs": [suspected], "reason": "arşiv taşındı"}
    run = office.run()
    planned = {one["run"]: one for one in plan(run, run.inventory.select_datasets()).items}
    assert planned[suspected]["complete"]
    assert office.rotate(now=True).failed == []


def test_a_dump_of_a_hundredth_of_its_size_is_suspected(town):
    dump = town.inventory.parent / "dump"
    dump.write_bytes(os.urandom(400_000))
    town.datasets(
        "  mis: {type: command, importance: normal, repository: ana,"
        f" command: [cat, '{dump}'], file_name: mis.sql}}\n"
    )
    assert town.rotate().failed == []
    dump.write_bytes(os.urandom(4_000))
    document = town.rotate(now=True)
    assert document.items[0]["suspicious"] == ["dump_shrunk"]
    assert document.failed[0]["code"] == 5


def test_sixty_ordinary_days_of_an_office_give_one_false_alarm_at_most(tmp_path):
    """Edits, new files, moved folders, an import of pictures, a year that is archived: judged as runs are."""
    chance = random.Random(7)
    folder = tmp_path / "ofis"
    furnish(folder, chance, 300)
    past, alarms, before = [], 0, _seen(folder)
    usual = look([str(folder)])
    for day in range(60):
        _ordinary_day(folder, chance, day)
        now = _seen(folder)
        extent = Extent(
            len(now),
            sum(size for size, _changed in now.values()),
            len(now.keys() - before.keys()),
            sum(1 for name in now.keys() & before.keys() if now[name] != before[name]),
        )
        touched = {name for name in now if now[name] != before.get(name)}
        sample = look_at(touched, tmp_path) if extent.touched >= 0.1 else None
        found = suspect(extent, past[-14:], dump=False, sample=sample, usual_sample=usual)
        alarms += bool(found)
        past.append(extent)
        before = now
    assert alarms <= 1


def look_at(names: set[str], place: Path):
    """The same look, at exactly these files."""
    here = place / "bakis"
    shutil.rmtree(here, ignore_errors=True)
    here.mkdir()
    for number, name in enumerate(sorted(names)):
        os.link(name, here / f"{number}{Path(name).suffix}")
    return look([str(here)])


def _seen(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(file): (file.stat().st_size, file.stat().st_mtime_ns) for file in files(folder)}


def _ordinary_day(folder: Path, chance: random.Random, day: int) -> None:
    every = files(folder)
    for file in chance.sample(every, len(every) * chance.randint(1, 8) // 100):
        write(file, chance, chance.randint(500, 6000))
    for number in range(chance.randint(0, 9)):
        write(
            folder / f"birim-{chance.randint(0, 4)}" / f"yeni-{day}-{number}{chance.choice(list(KINDS))}",
            chance,
        )
    for file in chance.sample(files(folder), 2):
        file.unlink()
    if day % 7 == 3:
        moved = folder / f"birim-{day % 5}"
        if moved.is_dir():
            moved.rename(folder / f"birim-{day % 5}-{day}")
    if day == 20:
        for number in range(120):
            write(folder / "etkinlik" / f"IMG_{number}.jpg", chance)
    if day == 45:
        for file in chance.sample(files(folder), len(files(folder)) * 3 // 10):
            file.unlink()
