"""Whole inventories with a few characters broken: a complaint with its file and line, never a traceback."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from bitools.errors import Code, InventoryInvalid
from bitools.inventory.load import load
from tests.conftest import ROOT, SMALL, write_small
from tests.unit.inventory.test_keys import FILES

SPLINTERS = [
    "{", "}", "[", "]", ":", "- ", "\n", "  ", "\t", "'", '"', "|\n", "> ", "? ", "---\n", "...", "%YAML 1.1\n",
    "&a ", "*a", "<<: ", "!!int ", "!!map ", "!!timestamp x", "!!bool x", "!!binary x", "!!set {a}", "null", "~",
    "true", "1e999", ".inf", "0x", "9" * 40, "-1", "2026-13-45", "{}", "[]", "file:", "env:", "~x/", "name", "é",
    "İ", "\u202e", "\x00", "\ufeff",
]  # fmt: skip
EXAMPLE = {file.name: file.read_text("utf-8") for file in (ROOT / "inventories/example").glob("*.yaml")}


def broken(text: str, chance: random.Random) -> str:
    """The text with up to three places overwritten, cut out or added to."""
    for _place in range(chance.randint(1, 3)):
        start = chance.randrange(len(text))
        end = start + chance.choice([0, 0, 1, 3, 10, 40])
        text = text[:start] + (chance.choice(SPLINTERS) if chance.random() < 0.8 else "") + text[end:]
    return text


def hold(folder: Path, seed: int) -> None:
    """Break one file of an inventory, and load it."""
    chance = random.Random(seed)
    whole = dict(chance.choice([SMALL, EXAMPLE, FILES]))
    name = chance.choice(sorted(whole))
    whole[name] = broken(whole[name], chance)
    for old in folder.rglob("*.yaml"):
        old.unlink()
    for file, text in whole.items():
        (folder / file).write_text(text, encoding="utf-8")
    try:
        load(folder)
    except InventoryInvalid as error:
        assert error.code is Code.INVALID
        assert str(folder) in str(error), seed
        json.dumps(error.as_document())


@pytest.mark.parametrize(
    ("first", "count"), [(0, 300), pytest.param(1_000, 5_000, marks=pytest.mark.torture)]
)
def test_a_broken_inventory_is_a_complaint(tmp_path: Path, first: int, count: int) -> None:
    (tmp_path / "devices.d").mkdir()
    for seed in range(first, first + count):
        hold(tmp_path, seed)


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("devices", "  sw-09: {host: h, site: merkez, platform: huawei, groups: 7}"),
        ("devices", "  sw-09: {host: h, site: merkez, platform: huawei, groups: access}"),
        ("devices", "  sw-09: {host: h, site: merkez, platform: huawei, groups: [{a: b}]}"),
        ("devices", "  sw-09: {host: h, site: merkez, groups: [access], key_file: ~nobody-here/x}"),
        ("devices", "  sw-09: {host: h, site: merkez, groups: [access], password: 'file:~nobody-here/x'}"),
        ("backups", "  yeni: {type: files, importance: critical, repository: ana, paths: [~nobody-here/x]}"),
    ],
)  # each was a traceback, or a complaint a letter
def test_once_a_traceback(tmp_path: Path, file: str, line: str) -> None:
    write_small(tmp_path, **{file: f"{line}\n"})
    with pytest.raises(InventoryInvalid, match=rf"{file}\.yaml:8: ") as caught:
        load(tmp_path)
    assert len(caught.value.complaints) == 1  # type: ignore[attr-defined]
