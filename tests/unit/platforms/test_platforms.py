"""Platforms are data: shipped ones load, a user's own extend them, mistakes have file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
from netmiko.ssh_dispatcher import CLASS_MAPPER

from bitools import platforms
from bitools.errors import InventoryInvalid, NotFound
from bitools.platforms import sets
from bitools.platforms.model import Platform
from tests.conftest import ROOT


@pytest.mark.parametrize("name", platforms.names())
def test_every_shipped_platform_loads(name: str) -> None:
    platform = platforms.load(name)
    assert platform.name == name
    assert platform.whole.end or platform.whole.sections
    assert platform.secrets


@pytest.mark.parametrize("name", platforms.names())
def test_every_pattern_that_is_shipped_takes_linear_time(name: str) -> None:
    """Nobody looks when it is loaded: it is compiled when it is needed, and must not fail then."""
    written = platforms.load(name).model_dump(exclude_defaults=True)
    assert Platform.model_validate(written).name == name


def test_a_platform_of_ones_own_is_looked_at_when_it_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("extends: cisco_ios\nvolatile+: ['^x(?!y)']\n")
    with pytest.raises(InventoryInvalid, match="linear"):
        platforms.load("mine", tmp_path)
    (tmp_path / "cisco_ios.yaml").write_text(
        platforms.file_of("cisco_ios", None).read_text() + "remarks: ['^x(?!y)']\n"
    )
    (tmp_path / "mine.yaml").write_text("extends: cisco_ios\n")
    with pytest.raises(InventoryInvalid, match="linear"):
        platforms.load("mine", tmp_path)


def test_an_own_platform_extends_a_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "dell_os6.yaml").write_text(
        "extends: cisco_ios\ntitle: Dell\nevidence: unproven\nvolatile+: ['^!System Up Time']\n"
    )
    platform = platforms.load("dell_os6", tmp_path)
    assert platform.title == "Dell"
    assert platform.volatile == (*platforms.load("cisco_ios").volatile, "^!System Up Time")
    assert "dell_os6" in platforms.names(tmp_path)


def test_a_mistake_is_named_with_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("extends: cisco_ios\nsecrets:\n  - 'password (?P<secret>\\S+)'\n  - 'key (\\S+)'\n")
    with pytest.raises(InventoryInvalid, match=rf"{file}:2: .*secret"):
        platforms.load("mine", tmp_path)
    file.write_text("extends: cisco_ios\nerorrs: []\n")
    with pytest.raises(InventoryInvalid, match=rf"{file}:2"):
        platforms.load("mine", file.parent.joinpath(".").resolve() / ".")
    (tmp_path / "loop.yaml").write_text("extends: loop\n")
    with pytest.raises(InventoryInvalid, match="itself"):
        platforms.load("loop", tmp_path)


def test_an_unknown_platform_names_the_known() -> None:
    with pytest.raises(NotFound) as caught:
        platforms.load("vms")
    assert "cisco_ios" in caught.value.hint


def test_the_manual_lists_every_set() -> None:
    page = (ROOT / "docs/platforms.md").read_text(encoding="utf-8")
    assert sets.with_tables(page) == page, "run: make schema"


def test_netmiko_knows_every_driver_that_a_platform_names() -> None:
    known = set(CLASS_MAPPER)
    assert {platforms.load(name).netmiko for name in platforms.names()} <= known
