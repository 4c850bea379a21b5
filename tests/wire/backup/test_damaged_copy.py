"""Whatever is damaged in the copy: the verbs say what, none calls it a network, a password or a bug."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from bitools.backup.verbs.restore import restore
from bitools.backup.verbs.status import status
from bitools.backup.verbs.verify import verify
from bitools.errors import BitoolsError, Code
from tests.wire.backup.test_second_repository import alarms, done, pack_of, two

__all__ = ["two"]
pytestmark = pytest.mark.usefixtures("newer")  # older ones try for a minute to read what is not there


def only(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def cut(file: Path, size: int) -> None:
    file.chmod(0o600)
    file.write_bytes(file.read_bytes()[:size])


def config_emptied(copy: Path) -> None:
    cut(copy / "config", 0)


def config_cut(copy: Path) -> None:
    cut(copy / "config", 10)


def config_overwritten(copy: Path) -> None:
    cut(copy / "config", 0)
    (copy / "config").write_bytes(bytes(155))


def key_cut(copy: Path) -> None:
    cut(only(copy / "keys"), 40)


def key_gone(copy: Path) -> None:
    only(copy / "keys").unlink()


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (config_emptied, "file config, or a key"),
        (config_cut, "file config, or a key"),
        (config_overwritten, "file config, or a key"),
        (key_cut, "file config, or a key"),
        (key_gone, "no key in its folder"),
    ],
)
def test_a_copy_that_cannot_be_opened_any_more(two, tmp_path, damage: Callable[[Path], None], words: str):
    damage(two.inventory / "uzak")
    for failures in (done(two, verify, 1).failed, two.copied().failed, done(two, status).failed):
        assert [(one["target"], one["code"]) for one in failures] == [("uzak", Code.INTEGRITY)]
        assert words in failures[0]["error"]
    assert any("verify failed" in error for error in alarms(two)["uzak"])
    assert any("copy failed" in error for error in alarms(two)["uzak"])
    run = two.run()
    (failure,) = restore(run, run.inventory.datasets["belgeler"], tmp_path / "geri", source="uzak").failed
    assert (failure["code"], words in failure["error"]) == (Code.INTEGRITY, True)
    assert two.rotate(now=True).failed == []


def test_a_first_repository_that_cannot_be_opened_names_its_copy(two):
    config_cut(two.inventory / "depo")
    (failure,) = two.rotate(now=True).failed
    assert failure["code"] == Code.INTEGRITY
    assert "--from uzak" in failure["hint"]


def pack_cut(pack: Path) -> None:
    cut(pack, 40)


def pack_emptied(pack: Path) -> None:
    cut(pack, 0)


def pack_overwritten(pack: Path) -> None:
    size = pack.stat().st_size
    cut(pack, 0)
    pack.write_bytes(bytes(size))


@pytest.mark.parametrize("damage", [pack_cut, pack_emptied, pack_overwritten, Path.unlink])
def test_a_restore_from_a_damaged_pack_names_the_file_and_calls_it_damage(two, tmp_path, damage):
    damage(pack_of(two.inventory / "uzak"))
    (failure,) = done(two, verify, 1).failed
    assert (failure["target"], failure["code"]) == ("uzak", Code.INTEGRITY)
    run = two.run()
    with pytest.raises(BitoolsError, match=r"damaged: .*plan\.bin") as told:
        restore(run, run.inventory.datasets["belgeler"], tmp_path / "geri", source="uzak")
    assert told.value.code == Code.INTEGRITY


def test_two_packs_that_were_exchanged_are_found(two):
    (two.source / "b.bin").write_bytes(bytes(range(256)) * 300)
    assert two.rotate(now=True).failed == []
    assert two.copied().failed == []
    packs = sorted((one for one in (two.inventory / "uzak" / "data").rglob("*") if one.is_file()), key=str)
    kept = packs[0].read_bytes()
    for pack, content in ((packs[0], packs[1].read_bytes()), (packs[1], kept)):
        pack.chmod(0o600)
        pack.write_bytes(content)
    (failure,) = done(two, verify, 1).failed
    assert (failure["target"], failure["code"]) == ("uzak", Code.INTEGRITY)


def test_another_repository_in_the_copys_place_is_told_and_nothing_is_put_into_it(two):
    assert done(two, verify, 1).failed == []
    uzak = two.inventory / "uzak"
    shutil.rmtree(uzak)
    environ = {"RESTIC_PASSWORD": "baska-parola", "PATH": "/usr/bin:/bin", "HOME": str(two.inventory)}
    subprocess.run(["restic", "-r", uzak, "init"], env=environ, check=True, capture_output=True)
    for failures in (two.copied().failed, done(two, verify, 1).failed):
        assert [(one["target"], one["code"], one["reason"]) for one in failures] == [("uzak", 15, "other")]
    assert not any((uzak / "snapshots").iterdir())
    assert any("another repository" in error for error in alarms(two)["uzak"])
    from bitools.backup.verbs import copy

    run = two.run()
    assert copy.copy(run, run.inventory.select_datasets(), confirmed=True).failed == []
    assert done(two, verify, 1).failed == []
