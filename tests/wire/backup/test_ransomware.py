"""A source that was damaged: alarmed in the first run, nothing forgotten, until somebody accepts it."""

from __future__ import annotations

import os
import random
import shutil
import stat
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bitools.backup.decisions.runs import tags
from bitools.backup.decisions.suspicion import LOOKED_AT, REMEMBERED, Extent, drifted, grew, suspect
from bitools.backup.verbs.plan import plan
from bitools.backup.verbs.status import overdue, status
from bitools.backup.wire.first_bytes import sample_of
from bitools.backup.wire.survey import survey
from tests.wire.backup.office import DAMAGES, MORE, Office, deleted, emptied, files, renamed
from tests.wire.backup.office_files import KINDS, write


@pytest.fixture
def office(town):
    for number in range(60):
        write(
            town.source / f"birim-{number % 5}" / f"belge-{number}{list(KINDS)[number % len(KINDS)]}",
            random.Random(5),
        )
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
    assert DAMAGES[damage] <= set(item["suspicious"])
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


def test_damage_stays_damage_in_the_next_run_and_what_is_repaired_is_good(office, tmp_path):
    """Each is held against the last good run, not against the damaged one."""
    kept = tmp_path / "yedek"
    shutil.copytree(office.source, kept)
    renamed(office.source)
    for _again in range(2):
        assert office.rotate(now=True, forget=False).items[0]["suspicious"] == ["renamed"]
    shutil.rmtree(office.source)
    shutil.copytree(kept, office.source)
    document = office.rotate(now=True)
    assert document.items[0]["status"] == "complete"
    assert "suspicious" not in document.items[0]
    assert ("backup.forget", "intent") not in office.actions()


def test_damage_of_a_few_files_a_day_is_suspected_before_it_is_ordinary(office):
    """No day by itself is more than usual."""
    every = [file for file in files(office.source) if file.suffix in (".docx", ".pdf", ".txt", ".csv")]
    for day in range(1, 15):
        for file in every[day * 2 - 2 : day * 2]:
            file.write_bytes(os.urandom(file.stat().st_size))
        found = office.rotate(now=True, forget=False, after=timedelta(days=day)).items[0]
        if "suspicious" in found:
            break
    assert found["suspicious"] == ["random"]
    assert day <= 9, "a seventh of sixty files, at the next look"


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


@pytest.mark.parametrize(
    ("became", "reason"),
    [
        (
            b"<!DOCTYPE html>\n<html><body>502 Bad Gateway</body></html>\n" + b"<!-- nginx -->\n" * 20_000,
            "dump_unlike",
        ),
        (os.urandom(300_000), "dump_unlike"),
        (b"-- PostgreSQL database dump\n" + b"CREATE TABLE bos (n int);\n" * 2000, "dump_shrunk"),
    ],
    ids=["an error page", "encrypted", "its tables are empty"],
)
def test_a_dump_that_is_none_is_suspected_however_big_it_is(town, became, reason):
    dump = town.inventory.parent / "dump"
    dump.write_bytes(b"-- PostgreSQL database dump\n" + b"INSERT INTO borc VALUES (7, 'tahakkuk');\n" * 9000)
    town.datasets(
        "  mis: {type: command, importance: normal, repository: ana,"
        f" command: [cat, '{dump}'], file_name: mis.sql}}\n"
    )
    assert town.rotate().failed == []
    dump.write_bytes(became)
    document = town.rotate(now=True)
    assert document.items[0]["suspicious"] == [reason]
    assert document.failed[0]["code"] == 5
    assert town.rotate(now=True, accept=True, reason="yeni program").failed == []
    assert town.rotate(now=True).failed == [], "it is usual now"


@pytest.mark.parametrize("named", ["folder", "files"])
def test_one_mailbox_of_three_that_grew_random_is_suspected(town, named):
    letter = b"From vatandas@ornek.test\nSubject: ruhsat\n\n" + "ışık dosyası ektedir\n".encode() * 50
    for name in ("yazi", "evrak", "baskan"):
        (town.source / name).write_bytes(letter * 300)
    paths = {"folder": [town.source], "files": sorted(town.source.iterdir())}[named]
    text = ", ".join(f"'{one}'" for one in paths)
    town.datasets(f"  posta: {{type: files, importance: normal, repository: ana, paths: [{text}]}}\n")
    assert town.rotate(forget=False).failed == []
    for name in ("yazi", "evrak"):
        (town.source / name).write_bytes(letter * 340)
    assert town.rotate(now=True, forget=False).failed == []
    (town.source / "evrak").write_bytes(letter * 340 + os.urandom(len(letter) * 340))
    assert town.rotate(now=True, forget=False).items[0]["suspicious"] == ["random"]


@pytest.mark.torture
@pytest.mark.parametrize("seed", [7, 11])
def test_sixty_ordinary_days_of_an_office_give_one_false_alarm_at_most_and_every_damage_is_seen(memory, seed):
    """Judged as runs are, without restic: its counts are taken from the tree."""
    folder = memory / "ofis"
    office, alarms = Office(folder, seed), []
    judge = Judge(folder)
    for day in range(60):
        office.day(day)
        if found := judge.run():
            alarms.append((day, found))
        if day == 10:
            every_damage_is_seen(judge, MORE, memory / "yedek-10")
    assert len(alarms) <= 1, alarms
    every_damage_is_seen(judge, DAMAGES, memory / "yedek-60")


def every_damage_is_seen(judge: Judge, damages: dict, kept: Path) -> None:
    subprocess.run(["cp", "-a", judge.folder, kept], check=True)
    for damage, reasons in damages.items():
        damage(judge.folder)
        found = {one.reason for one in judge.run(learn=False)}
        assert reasons <= found, damage.__name__
        shutil.rmtree(judge.folder)
        subprocess.run(["cp", "-a", kept, judge.folder], check=True)
        judge.begin_here()


class Judge:
    """What `judge` does with a tree, from what restic would have counted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.begin_here()
        self.past = [extent_of(self.before, self.before)]
        self.usual, self.day, self.learned, self.touched = sample_of(survey([str(folder)])), 0, 0, 0.0

    def begin_here(self) -> None:
        """What the next run is held against."""
        self.before, self.since = seen(self.folder), inode_clock(self.folder)

    def run(self, *, learn: bool = True):
        now = seen(self.folder)
        extent = extent_of(self.before, now)
        sample = (
            sample_of(survey([str(self.folder)], since=self.since)) if extent.touched >= LOOKED_AT else None
        )
        found = suspect(extent, self.past, dump=False, sample=sample, usual_sample=self.usual)
        if learn and not found:
            self.touched += extent.touched
            if self.day - self.learned > 30 or self.touched >= LOOKED_AT:
                found, self.touched = drifted(sample_of(survey([str(self.folder)])), self.usual), 0.0
        if learn:
            self.day += 1
            if self.day - self.learned > 30:
                self.usual, self.learned = sample_of(survey([str(self.folder)])), self.day
            elif sample and grew(extent, self.past):
                self.usual = self.usual.joined(sample)
            self.past = [*self.past, extent][-REMEMBERED:]
            self.begin_here()
        return found


def inode_clock(folder: Path) -> float:
    """A moment after every change of an inode so far, and before every later one, by the kernel's own clock."""
    probe = folder.with_name("saat")
    probe.touch()
    before = probe.stat().st_ctime
    while probe.stat().st_ctime <= before:
        probe.touch()
    return probe.stat().st_ctime


def seen(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of change of each file, by which restic tells a changed one."""
    found = {}
    for here, _folders, names in os.walk(folder):
        for name in names:
            was = os.lstat(file := f"{here}/{name}")
            if stat.S_ISREG(was.st_mode):
                found[file] = was.st_size, was.st_ctime_ns
    return found


def extent_of(before: dict[str, tuple[int, int]], now: dict[str, tuple[int, int]]) -> Extent:
    changed = sum(1 for name in now.keys() & before.keys() if now[name] != before[name])
    added = sum(size for name, (size, _changed) in now.items() if now[name] != before.get(name))
    size = sum(size for size, _changed in now.values())
    return Extent(len(now), size, len(now.keys() - before.keys()), changed, added)


@pytest.mark.torture
def test_sixty_real_runs_of_an_office_and_then_every_damage(quick_town, memory):
    town, source, kept = quick_town, memory / "ofis", memory / "yedek"
    office = Office(source, 3)
    town.datasets(f"  belgeler: {{type: files, importance: normal, repository: ana, paths: ['{source}']}}\n")
    assert town.rotate(forget=False).failed == []
    alarms = []
    for day in range(60):
        office.day(day)
        if failed := town.rotate(now=True, forget=False).failed:
            alarms += failed
            town.rotate(now=True, forget=False, accept=True, reason="bakıldı")
    assert len(alarms) <= 1, alarms
    shutil.copytree(source, kept)
    for damage, reasons in (DAMAGES | MORE).items():
        damage(source)
        (item,) = town.rotate(now=True, forget=False).items
        assert reasons <= set(item["suspicious"]), damage.__name__
        shutil.rmtree(source)
        shutil.copytree(kept, source)
    assert town.rotate(now=True, forget=False).failed == [], "what was repaired is good again"
