"""`backup restore` against the real restic: byte for byte, the right moment, and proof."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bitools.backup.decisions.runs import tags
from bitools.backup.verbs.drill import drill
from bitools.backup.verbs.restore import restore
from bitools.errors import CredentialsRejected, IntegrityBroken, NotFound, Refused, Rejected

WEIRD = [
    b"satir\nsonu",
    b"--all",
    b"latin\xff\xfe",
    b"a[b]*?",
    b"a\\b",
    "çğış".encode(),
    b" bosluk ",
    b"$(x)",
]


def tree(folder: Path) -> dict[bytes, object]:
    """Every entry below a folder: content, or where a link leads, and its mode and time."""
    found: dict[bytes, object] = {}
    for here, folders, files in os.walk(os.fsencode(folder)):
        for name in [*folders, *files]:
            path = Path(os.fsdecode(here), os.fsdecode(name))
            key = os.fsencode(path.relative_to(folder))
            if path.is_symlink():
                found[key] = path.readlink()
            else:
                status = path.lstat()
                content = path.read_bytes() if name in files else b""
                found[key] = content, status.st_mode, status.st_mtime_ns
    return found


@pytest.fixture
def full(town):
    """A data set with what a real one has: sub-folders, links, an empty file, modes, names of any bytes."""
    (town.source / "imar" / "bos").mkdir(parents=True)
    (town.source / "imar" / "plan.bin").write_bytes(os.urandom(300_000))
    (town.source / "imar" / "hic").write_bytes(b"")
    (town.source / "kisayol").symlink_to("imar/plan.bin")
    (town.source / "imar" / "plan.bin").chmod(0o640)
    for name in WEIRD:
        Path(os.fsdecode(os.fsencode(town.source) + b"/" + name)).write_bytes(name)
    assert town.rotate().failed == []
    return town


def bring_back(town, target: Path, **wish):
    run = town.run()
    (dataset,) = run.inventory.select_datasets(wish.pop("names", ["belgeler"]))
    return restore(run, dataset, target, **wish)


def test_everything_comes_back_as_it_was(full, tmp_path):
    document = bring_back(full, tmp_path / "geri")
    assert tree(tmp_path / "geri" / full.source.relative_to("/")) == tree(full.source)
    (item,) = document.items
    assert item["files"] == len(WEIRD) + 3
    assert ("backup.restore", "done") in full.actions()


@pytest.mark.parametrize("name", WEIRD)
def test_one_file_comes_back_whatever_its_name(full, tmp_path, name):
    path = f"{full.source}/{os.fsdecode(name)}"
    document = bring_back(full, tmp_path / "geri", path=path)
    restored = Path(f"{tmp_path}/geri{path}")
    assert restored.read_bytes() == name
    assert document.items[0]["files"] == 1
    assert len([entry for entry in (tmp_path / "geri").rglob("*") if entry.is_file()]) == 1


def test_one_folder_comes_back(full, tmp_path):
    bring_back(full, tmp_path / "geri", path=f"{full.source}/imar")
    assert tree(tmp_path / "geri" / (full.source / "imar").relative_to("/")) == tree(full.source / "imar")


def test_a_path_that_is_not_in_the_snapshot_is_an_error_and_not_silence(full, tmp_path):
    with pytest.raises(NotFound, match="has no"):
        bring_back(full, tmp_path / "geri", path=f"{full.source}/yok")


def test_the_state_of_a_moment_comes_back(town, tmp_path):
    (town.source / "a").write_text("eski")
    town.rotate()
    between = datetime.now().astimezone()
    (town.source / "a").write_text("yeni, daha uzun")
    town.rotate(now=True)
    bring_back(town, tmp_path / "eski", at=between)
    bring_back(town, tmp_path / "yeni")
    place = (town.source / "a").relative_to("/")
    assert (tmp_path / "eski" / place).read_text() == "eski"
    assert (tmp_path / "yeni" / place).read_text() == "yeni, daha uzun"


def test_before_the_first_snapshot_there_is_nothing(full, tmp_path):
    with pytest.raises(NotFound):
        bring_back(full, tmp_path / "geri", at=datetime.now().astimezone() - timedelta(days=1))
    assert not (tmp_path / "geri").exists()


def test_a_folder_that_is_not_empty_is_refused_unless_told(full, tmp_path):
    (tmp_path / "geri").mkdir()
    (tmp_path / "geri" / "benim").write_text("dokunma")
    with pytest.raises(Refused):
        bring_back(full, tmp_path / "geri")
    assert [entry.name for entry in (tmp_path / "geri").iterdir()] == ["benim"]
    bring_back(full, tmp_path / "geri", overwrite=True)
    assert (tmp_path / "geri" / "benim").read_text() == "dokunma"


def test_what_a_program_wrote_comes_back(town, tmp_path):
    town.datasets(
        "  d: {type: command, importance: normal, repository: ana, command: [echo, merhaba], file_name: d.txt}\n"
    )
    town.rotate()
    bring_back(town, tmp_path / "geri", names=["d"])
    assert (tmp_path / "geri" / "d.txt").read_text() == "merhaba\n"


def test_a_complete_run_is_preferred_to_a_later_partial_one(town, tmp_path):
    (town.source / "a").write_text("x")
    town.rotate()
    town.datasets(
        f"  belgeler: {{type: files, importance: critical, repository: ana, paths: ['{town.source}', /proc/self/mem]}}\n"
    )
    partial = town.rotate(now=True).items[0]
    chosen = bring_back(town, tmp_path / "geri").items[0]
    assert partial["status"] == "partial"
    assert chosen["snapshot"] != partial["snapshot"]


def test_a_damaged_repository_is_not_taken_for_a_restore(full, tmp_path):
    for pack in (full.repository.folder / "data").rglob("*"):
        if pack.is_file():
            content = bytearray(pack.read_bytes())
            content[len(content) // 3] ^= 0xFF
            pack.chmod(0o600)
            pack.write_bytes(content)
    with pytest.raises((Rejected, IntegrityBroken)):
        bring_back(full, tmp_path / "geri")


def test_a_snapshot_of_nothing_is_not_taken_for_a_restore(town, tmp_path):
    town.repository.forge(datetime.now().astimezone(), tags("belgeler", "1"))
    with pytest.raises((Rejected, IntegrityBroken)):
        bring_back(town, tmp_path / "geri")


def test_a_wrong_password_is_said_to_be_wrong(full, tmp_path):
    full.key("yanlis")
    document = bring_back(full, tmp_path / "geri")
    assert document.failed[0]["code"] == CredentialsRejected.code


@pytest.fixture
def special(town):
    """A file with a hole in it, one file under two names, and one with an attribute of the user's."""
    with open(town.source / "delikli", "wb") as file:
        file.write(b"bas")
        file.seek(40 << 20)
        file.write(b"son")
    (town.source / "bir").write_bytes(os.urandom(5000))
    os.link(town.source / "bir", town.source / "iki")
    os.setxattr(town.source / "bir", "user.birim", "İmar".encode())
    assert (town.source / "delikli").stat().st_blocks * 512 < 1 << 20
    assert town.rotate().failed == []
    return town


def came_back(town, target: Path) -> Path:
    bring_back(town, target)
    return target / town.source.relative_to("/")


def test_hard_links_and_attributes_come_back(special, tmp_path):
    came = came_back(special, tmp_path / "geri")
    assert (came / "bir").stat().st_ino == (came / "iki").stat().st_ino
    assert (came / "bir").read_bytes() == (special.source / "iki").read_bytes()
    assert os.getxattr(came / "bir", "user.birim") == "İmar".encode()
    assert (came / "delikli").read_bytes() == (special.source / "delikli").read_bytes()


def test_a_newer_restic_brings_holes_back_as_holes(special, newer, tmp_path):
    """restic before 0.15 fills them with zeros."""
    came = came_back(special, tmp_path / "geri")
    assert (came / "delikli").stat().st_size == (special.source / "delikli").stat().st_size
    assert (came / "delikli").stat().st_blocks * 512 < 1 << 20
    assert (came / "delikli").read_bytes() == (special.source / "delikli").read_bytes()


def test_through_a_link_to_a_folder_and_not_through_one_that_leads_nowhere(special, tmp_path):
    (tmp_path / "gercek").mkdir()
    (tmp_path / "bag").symlink_to("gercek")
    (tmp_path / "kopuk").symlink_to("yok")
    assert (came_back(special, tmp_path / "bag") / "bir").is_file()
    with pytest.raises(Refused, match="leads nowhere"):
        bring_back(special, tmp_path / "kopuk")
    assert not (tmp_path / "yok").exists()


def test_names_that_are_no_utf8_and_pipes_in_the_tree(town, tmp_path):
    """As shares of old machines have them; a pipe that nobody writes to holds nothing up, not in a drill either."""
    name = os.fsdecode(b"\xddmar\xfe \x80[x]*.txt")
    (town.source / name).write_text("karar")
    os.mkfifo(town.source / "boru")
    assert town.rotate().failed == []
    place = came_back(town, tmp_path / "geri")
    assert (place / name).read_text() == "karar"
    assert (place / "boru").is_fifo()
    bring_back(town, tmp_path / "tek", path=str(town.source / name))
    assert (tmp_path / "tek" / (town.source / name).relative_to("/")).read_text() == "karar"
    run = town.run()
    assert drill(run, run.inventory.select_datasets()).failed == []
