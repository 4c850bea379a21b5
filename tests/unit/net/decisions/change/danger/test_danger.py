"""Cuts are refused by the rule that is about them, and what only looks like one is not: `tests/data/danger`."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from typing import Any

import pytest

from bitools import platforms, yamlfile
from bitools.net.decisions.change.danger.dangers import Danger, dangers
from bitools.net.decisions.change.language.dialect import dialect
from bitools.net.decisions.change.language.number_lists import singly
from bitools.net.decisions.change.reach.crossing import Us
from bitools.net.decisions.tree import parse
from bitools.net.verbs.remediate import planned
from bitools.platforms.model import Platform
from tests.conftest import ROOT

BATTERIES: dict[str, Any] = {
    file.stem: yamlfile.read(file).data for file in sorted((ROOT / "tests/data/danger").glob("*.yaml"))
}
CUTS = [(name, number, cut) for name, one in BATTERIES.items() for number, cut in enumerate(one["cuts"])]
TWINS = [(name, number, twin) for name, one in BATTERIES.items() for number, twin in enumerate(one["twins"])]


def _us(name: str) -> Us:
    told = BATTERIES[name]["us"]
    return Us(
        told["user"],
        ipaddress.ip_address(told["address"]),
        ipaddress.ip_address(told["source"]),
    )


def _dangers(old: str, new: str, platform: Platform, us: Us) -> list[Danger]:
    trees = [parse(text, platform) for text in (old, new)]
    if platform.change:
        trees = [singly(tree, dialect(platform)) for tree in trees]
    return dangers(*trees, platform, us)


def _refused(name: str, edit: dict[str, Any], us: Us) -> set[int]:
    text = BATTERIES[name]["text"]
    assert text.count(edit["from"]) == 1, f"{edit['from']!r} stands there {text.count(edit['from'])} times"
    platform = platforms.load(name.partition("#")[0])
    found = _dangers(text, text.replace(edit["from"], edit["to"]), platform, us)
    assert all(one.reason and one.name for one in found)
    return {one.rule for one in found if one.weight == "refuse"}


def _planned(name: str, edit: dict[str, Any], us: Us) -> set[int]:
    """The same of a whole plan: predicted from its commands, and with what it asks."""
    text = BATTERIES[name]["text"]
    new = text.replace(edit["from"], edit["to"])
    item: Any = planned(text, new, platforms.load(name.partition("#")[0]), us)
    return {one["number"] for one in item["refusals"] if one["weight"] == "refuse"}


@pytest.mark.parametrize(("name", "number", "cut"), CUTS, ids=lambda one: str(one)[:40])
def test_a_cut_is_refused_by_the_rule_that_is_about_it(name: str, number: int, cut: dict[str, Any]) -> None:
    assert cut["rule"] in _refused(name, cut, _us(name)) & _planned(name, cut, _us(name))


@pytest.mark.parametrize(("name", "number", "twin"), TWINS, ids=lambda one: str(one)[:40])
def test_what_only_looks_like_a_cut_is_not_refused(name: str, number: int, twin: dict[str, Any]) -> None:
    assert _refused(name, twin, _us(name)) | _planned(name, twin, _us(name)) == set()


def test_the_battery_is_as_large_as_it_has_to_be() -> None:
    assert len({name.partition("#")[0] for name in BATTERIES}) >= 20
    assert len(CUTS) >= 460
    assert len(TWINS) >= 360


@pytest.mark.parametrize(("name", "number", "cut"), CUTS, ids=lambda one: str(one)[:40])
def test_a_cut_is_refused_by_somebody_who_knows_less(name: str, number: int, cut: dict[str, Any]) -> None:
    """Nobody knows where we come from, nor as whom: then more is refused, not less.

    But for what only he knows who knows it: a way to us that is longer than the default, one port of several.
    """
    unknown = replace(_us(name), source=None, user="", address=None)
    if not cut.get("known"):
        assert cut["rule"] in _refused(name, cut, unknown)


@pytest.mark.parametrize("name", platforms.names())
def test_nothing_is_dangerous_about_nothing(name: str) -> None:
    assert _dangers("hostname a\n", "hostname a\n", platforms.load(name), Us()) == []
