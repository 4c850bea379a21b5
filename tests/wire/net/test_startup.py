"""`net diff --against startup`: what a reload would undo, on every platform that keeps a startup configuration."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bitools import platforms
from lab.switches import Switch, SwitchFarm
from lab.switches import platforms as simulated
from lab.switches.platform import platform
from tests.wire.net.conftest import Net

NAMES = [
    name
    for name in simulated()
    if platform(name).startup
    and platform(name).dialect != "verbatim"
    and platforms.load(name).commands.startup
]
TYPED = {
    "arista_eos": ["interface Ethernet3"],
    "aruba_aoscx": ["interface 1/1/4"],
    "cisco_ios": ["interface GigabitEthernet1/0/4"],
    "cisco_nxos": ["interface Ethernet1/3"],
    "frr": ["interface eth1"],
    "hp_comware": ["interface GigabitEthernet1/0/2"],
    "hp_procurve": ["interface 7"],
    "huawei": ["interface GigabitEthernet0/0/2"],
}


@pytest.fixture(scope="module")
def farm() -> Iterator[SwitchFarm]:
    with SwitchFarm([Switch(name.replace("_", "-"), name) for name in NAMES]) as farm:
        yield farm


def test_what_is_not_saved_is_the_difference_and_saved_there_is_none(net: Net, farm: SwitchFarm) -> None:
    assert len(NAMES) >= 6
    net.follow(farm)
    document = net("net", "diff", "--against", "startup", "--json").document
    assert not document["failed"], document["failed"]
    assert sorted(item["device"] for item in document["items"]) == sorted(n.replace("_", "-") for n in NAMES)
    assert not [item for item in document["items"] if item["changes"]]
    for name in NAMES:
        word = "name" if name == "hp_procurve" else "description"
        farm[name.replace("_", "-")].configure([*TYPED[name], f"{word} kaydedilmedi"])
    answer = net("net", "diff", "--against", "startup", "--json", "--exit-code")
    assert answer.code == 4
    for item in answer.document["items"]:
        assert item["changes"], item["device"]
        assert "kaydedilmedi" in item["changes"][-1]["new"], item
        assert {change["kind"] for change in item["changes"]} <= {"added", "modified"}
    assert not (net.state / "history").exists()  # nothing is stored by looking
