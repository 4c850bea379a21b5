"""What brings a device back is data, with its mark; nobody inherits another maker's."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bitools import platforms
from bitools.errors import InventoryInvalid
from bitools.platforms.wayback import grade

WAYS = [(name, way) for name in platforms.names() for way in platforms.load(name).rollback]


def test_so_many_are_known() -> None:
    assert Counter(grade(platforms.load(name).rollback) for name in platforms.names()) == {
        "A": 12,
        "B": 6,
        "C": 5,
        "D": len(platforms.names()) - 23,
    }


@pytest.mark.parametrize(("name", "way"), WAYS, ids=[f"{name}-{way.grade}" for name, way in WAYS])
def test_each_says_where_it_is_from_and_leaves_room_to_log_in(name: str, way) -> None:
    assert way.source
    assert way.arm
    assert way.confirm
    assert (way.least if way.unit == "seconds" else way.least * 60) >= 30
    typed = " ".join((*way.arm, *way.confirm, *way.cancel))
    assert {part.split("}")[0] for part in typed.split("{")[1:]} <= {"n", "id", "time"}
    assert "{n}" in typed or "{time}" in typed or way.kind == "session"


@pytest.mark.parametrize("name", platforms.names())
def test_the_best_stands_first_and_whoever_has_one_says_how_it_saves(name: str) -> None:
    platform = platforms.load(name)
    assert [way.grade for way in platform.rollback] == sorted(way.grade for way in platform.rollback)
    assert not platform.rollback or platform.save or name in ("linux", "openvswitch", "cumulus")


def test_nobody_inherits_a_way_back(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("extends: cisco_ios\ntitle: Mine\n")
    assert platforms.load("mine", tmp_path).rollback == ()
    assert platforms.load("mine", tmp_path).save is None
    (tmp_path / "other.yaml").write_text("extends: cisco_ios\ntitle: Mine\nrollback: [{grade: A}]\n")
    with pytest.raises(InventoryInvalid, match="rollback"):
        platforms.load("other", tmp_path)
