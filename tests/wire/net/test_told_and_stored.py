"""What is told and what is stored are one: no commit without a change told, no change told without a commit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bitools import platforms
from bitools.net.decisions.configuration import canonical
from bitools.net.decisions.page import Page
from bitools.net.verbs.compare import difference
from lab.switches import Switch, SwitchFarm
from tests.unit.net.decisions.swaps import swaps
from tests.wire.net.conftest import Net

NAMES = ("cisco_ios", "arista_eos")
EACH = 2  # swaps of each kind


@pytest.fixture(scope="module")
def farm() -> Iterator[SwitchFarm]:
    with SwitchFarm([Switch(name.replace("_", "-"), name) for name in NAMES]) as farm:
        yield farm


def test_each_swap_is_told_and_stored_or_neither(net: Net, farm: SwitchFarm) -> None:
    net.follow(farm)
    assert not net.snapshot()["failed"]
    told_at_all = 0
    states = {name: list(_states(farm, name)) for name in NAMES}
    for number in range(2 * EACH):
        for name, texts in states.items():
            if number < len(texts):
                farm[name.replace("_", "-")].running = texts[number]
        before = net("net", "diff", "--json").document
        told = {item["device"] for item in before["items"] if item["changes"]}
        silent = net("net", "diff", "--exit-code")
        document = net.snapshot()
        stored = {item["device"]: item["changes"] for item in document["items"] if item["status"] == "stored"}
        assert told == stored.keys()
        assert all(stored.values())
        assert silent.code == (4 if told else 0)
        assert [item["diff"] for item in before["items"] if item["device"] not in told] == [""] * (
            len(NAMES) - len(told)
        )
        assert net.snapshot()["changed"] is False
        told_at_all += len(told)
    assert told_at_all
    assert int(net.git("rev-list", "--count", "main").stdout) == len(NAMES) + told_at_all


def _states(farm: SwitchFarm, name: str) -> Iterator[str]:
    """The configuration with neighbours changed in their places: of a list, then of a set."""
    platform = platforms.load(name)
    text = canonical(Page.of(farm[name.replace("_", "-")].running, platform), None).text
    every = [swap.text for swap in swaps(text, platform)]
    told = [state for state in every if difference(text, state, platform)["changes"]]
    silent = [state for state in every if state not in told]
    for one, other in zip(told[:EACH], silent[:EACH], strict=True):
        yield one
        yield other
