"""A department of thirty that was damaged, moved or archived: a thirtieth of all files says little of them."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from bitools import mounts
from bitools.backup.wire.restic import Repository
from tests.wire.backup.office import files
from tests.wire.backup.office_files import KINDS, write

Damage = Callable[[Path], object]


def department(place: Path, number: int, chance: random.Random) -> None:
    for one in range(16):
        kind = list(KINDS)[one % len(KINDS)]
        write(place / f"birim-{number}" / str(2025 + one % 2) / f"belge-{one}{kind}", chance)


@pytest.fixture
def office(quick_town):
    """Thirty departments, two years each; two runs, between which somebody worked."""
    town, chance = quick_town, random.Random(7)
    for number in range(30):
        department(town.source, number, chance)
    town.datasets(
        f"  belgeler: {{type: files, importance: normal, repository: ana, paths: ['{town.source}']}}\n"
    )
    assert town.rotate(forget=False).failed == []
    for number in range(3):
        write(town.source / f"birim-{number}" / "2026" / "belge-1.xlsx", chance, 900)
    assert town.rotate(now=True, forget=False).failed == []
    return town


def one(folder: Path) -> list[Path]:
    return files(folder / "birim-7")


def each(every: Iterable[Path], change: Callable[[Path], object]) -> None:
    for file in every:
        change(file)


def half(folder: Path) -> list[Path]:
    every = files(folder)
    random.Random(3).shuffle(every)
    return every[: len(every) // 2]


def randomly(file: Path) -> None:
    was = file.stat()
    file.write_bytes(os.urandom(max(300, was.st_size)))
    os.utime(file, ns=(was.st_atime_ns, was.st_mtime_ns))


def wrapped(ending: str, *, behind: bool = True) -> Callable[[Path], None]:
    """In the place of each a packed one, with a password."""
    starts = {".zip": b"PK\x03\x04\x14\x00\x01\x00", ".gz": b"\x1f\x8b\x08\0", ".7z": b"7z\xbc\xaf'\x1c\0\4"}

    def change(file: Path) -> None:
        name = file.name + ending if behind else file.stem + ending
        file.with_name(name).write_bytes(starts.get(ending, b"") + os.urandom(2000))
        file.unlink()

    return change


def packed_for_real(file: Path) -> None:
    """Nothing is lost, but half of all documents have a kind of name that nobody had."""
    subprocess.run(["gzip", file], check=True)


def shortcut(file: Path) -> None:
    file.with_name(f"{file.name}.lnk").write_bytes(b"L\0\0\0\x01\x14\x02\0" + os.urandom(600))
    file.unlink()


def sparse(file: Path) -> None:
    size = file.stat().st_size
    file.write_bytes(b"")
    os.truncate(file, size)


def behind_its_beginning(file: Path) -> None:
    was = file.read_bytes()
    file.write_bytes(was[:300] + os.urandom(max(0, len(was) - 300)))


def packed_beside(folder: Path) -> None:
    shutil.make_archive(str(folder), "zip", folder)
    shutil.rmtree(folder)


def link_in_its_place(folder: Path) -> None:
    shutil.move(folder / "birim-7", folder.parent / "baska")
    (folder / "birim-7").symlink_to(folder.parent / "baska")


def encrypted_into_one_file(folder: Path) -> None:
    shutil.rmtree(folder / "birim-7")
    (folder / "birim-7.enc").write_bytes(os.urandom(40_000))


def of_type(folder: Path, ending: str) -> list[Path]:
    return [file for file in files(folder) if file.suffix == ending]


DAMAGES: dict[str, tuple[Damage, str]] = {
    "a department encrypted": (lambda f: each(one(f), randomly), "random"),
    "one of its years, and another": (
        lambda f: each([*files(f / "birim-7" / "2025"), *files(f / "birim-8")], randomly),
        "random",
    ),
    "every docx encrypted": (lambda f: each(of_type(f, ".docx"), randomly), "random"),
    "two thirds of every text": (lambda f: each(of_type(f, ".txt")[:40], randomly), "random"),
    "three deleted": (lambda f: each([f / f"birim-{n}" for n in (4, 5, 6)], shutil.rmtree), "folder_gone"),
    "one deleted": (lambda f: shutil.rmtree(f / "birim-4"), "folder_gone"),
    "one there and empty": (lambda f: each(one(f), Path.unlink), "folder_gone"),
    "half packed as .gz": (lambda f: each(half(f), wrapped(".gz")), "renamed"),
    "half packed as .zip": (lambda f: each(half(f), wrapped(".zip")), "renamed"),
    "half packed as .7z": (lambda f: each(half(f), wrapped(".7z")), "renamed"),
    "half packed, another ending": (lambda f: each(half(f), wrapped(".zip", behind=False)), "renamed"),
    "half packed, all of it whole": (lambda f: each(half(f), packed_for_real), "renamed"),
    "packed with a password": (lambda f: each(one(f), wrapped(".zip")), "random"),
    "renamed": (lambda f: each(one(f), lambda x: x.rename(f"{x}.locked")), "renamed"),
    "shortcuts": (lambda f: each(one(f), shortcut), "renamed"),
    "no bytes": (lambda f: each(one(f), lambda x: x.write_bytes(b"")), "random"),
    "zeros": (lambda f: each(one(f), lambda x: x.write_bytes(bytes(x.stat().st_size))), "random"),
    "sparse": (lambda f: each(one(f), sparse), "random"),
    "a note in the place of each": (
        lambda f: each(one(f), lambda x: x.write_bytes(b"ODEME YAPINIZ, BIZE ULASINIZ\n" * 40)),
        "random",
    ),
    "encrypted behind the beginning": (lambda f: each(one(f), behind_its_beginning), "random"),
    "cut to ten bytes": (lambda f: each(one(f), lambda x: x.write_bytes(x.read_bytes()[:10])), "random"),
    "a link in its place": (link_in_its_place, "folder_gone"),
    "links in the place of files": (
        lambda f: each(one(f), lambda x: (x.unlink(), x.symlink_to("/dev/null"))),
        "folder_gone",
    ),
    "one encrypted file in its place": (encrypted_into_one_file, "folder_gone"),
}
ORDINARY: dict[str, Damage] = {
    "renamed": lambda f: (f / "birim-7").rename(f / "birim-7-yeni"),
    "moved into another": lambda f: shutil.move(f / "birim-7", f / "birim-8" / "eski"),
    "copied and removed": lambda f: (
        shutil.copytree(f / "birim-7", f / "arsiv" / "birim-7"),
        shutil.rmtree(f / "birim-7"),
    ),
    "a year archived elsewhere": lambda f: shutil.rmtree(f / "birim-7" / "2025"),
    "two years packed": lambda f: each([f / "birim-7" / "2025", f / "birim-8" / "2025"], packed_beside),
    "a department that was closed is packed": lambda f: packed_beside(f / "birim-9"),
    "a year packed each for itself": lambda f: each(files(f / "birim-7" / "2025"), packed_for_real),
    "a new department": lambda f: department(f, 31, random.Random(9)),
    "encrypted letters come in": lambda f: each(
        [f / f"karar-{n}.p7m" for n in range(40)], lambda x: x.write_bytes(os.urandom(2000))
    ),
    "a department rewritten": lambda f: each(one(f), lambda x: write(x, random.Random(4), 2300)),
    "every docx rewritten": lambda f: each(
        of_type(f, ".docx"), lambda x: write(x, random.Random(str(x)), 2300)
    ),
    "all touched": lambda f: each(files(f), os.utime),
    "other rights": lambda f: each(files(f), lambda x: x.chmod(0o600)),
    "a third deleted, here and there": lambda f: each(half(f)[:160], Path.unlink),
}
OFTEN = ("a department encrypted", "every docx encrypted", "three deleted", "half packed as .gz", "renamed")


def rarely(every: dict[str, object]) -> list[object]:
    """All of them; those that differ little from others among the storms."""
    quick = [one for number, one in enumerate(every) if one in OFTEN or not number % 4]
    return [one if one in quick else pytest.param(one, marks=pytest.mark.torture) for one in every]


@pytest.mark.parametrize("damage", rarely(DAMAGES))
def test_a_part_that_is_damaged_is_suspected_in_the_first_run(office, damage):
    change, reason = DAMAGES[damage]
    change(office.source)
    document = office.rotate(now=True)
    assert reason in document.items[0].get("suspicious", [])
    assert document.failed[0]["code"] == 5


@pytest.mark.parametrize("event", rarely(ORDINARY))
def test_what_an_office_does_to_a_part_of_its_files_is_not(office, event):
    ORDINARY[event](office.source)
    assert office.rotate(now=True).failed == []


def test_a_folder_that_somebody_said_is_rightly_gone_is_not_missed_again(office, tmp_path):
    """Nor where it is filled and emptied then."""
    shutil.copytree(office.source / "birim-7", tmp_path / "kalan")
    shutil.rmtree(office.source / "birim-7")
    (failure,) = office.rotate(now=True, forget=False).failed
    assert "birim-7" in failure["error"]
    assert office.rotate(now=True, forget=False, accept=True, reason="kapandı").failed == []
    shutil.copytree(tmp_path / "kalan", office.source / "birim-7")
    assert office.rotate(now=True, forget=False).failed == []
    shutil.rmtree(office.source / "birim-7")
    assert office.rotate(now=True, forget=False).failed == []


MOUNT = "70 30 0:44 / {place} rw - nfs4 {what} rw\n"


def test_a_share_inside_that_is_not_mounted_or_another_is_suspected(office, monkeypatch, tmp_path):
    """As the kernel lists it."""
    listed = tmp_path / "mountinfo"
    monkeypatch.setattr(mounts, "_LIST", listed)
    monkeypatch.setattr(mounts, "_ELSEWHERE", ())  # nobody is to be asked
    place = office.source / "birim-7"
    listed.write_text(MOUNT.format(place=place, what="nas:/birim"))
    assert office.rotate(now=True, forget=False).failed == []
    for found in ("", MOUNT.format(place=place, what="nas:/birim-2025")):
        listed.write_text(found)
        document = office.rotate(now=True, forget=False)
        assert document.items[0]["suspicious"] == ["unmounted"]
        assert "birim-7" in document.failed[0]["error"]
    assert office.rotate(now=True, forget=False, accept=True, reason="yeni yıl").failed == []
    assert office.rotate(now=True, forget=False).failed == []


def test_what_restic_did_not_see_although_it_is_there_is_suspected(office, monkeypatch):
    """Not mounted while it read, and back again."""
    place, aside = office.source / "birim-7", office.source.parent / "aside"
    real = Repository.backup

    def lost(*words, **more):
        place.rename(aside)
        try:
            return real(*words, **more)
        finally:
            aside.rename(place)

    monkeypatch.setattr(Repository, "backup", lost)
    assert office.rotate(now=True, forget=False).items[0]["suspicious"] == ["files_gone"]
    monkeypatch.undo()
    assert office.rotate(now=True, forget=False).failed == []
