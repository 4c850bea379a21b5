"""Host keys: pinned in bulk once somebody has seen the fingerprints; a swapped switch has to be named."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from lab.switches import SwitchFarm
from tests.cli.netlab import ios
from tests.conftest import CommandLine
from tests.terminal import Dialogue
from tests.wire.net.conftest import Net, cause, keys

NAMES = ["sw-1", "sw-2", "sw-3", "sw-4"]


@pytest.fixture(scope="module")
def farm() -> Iterator[SwitchFarm]:
    with SwitchFarm(ios(*NAMES)) as farm:
        yield farm


@pytest.fixture(autouse=True)
def healthy(farm: SwitchFarm) -> None:
    for switch in farm:
        switch.fault = None


def describe(net: Net, farm: SwitchFarm) -> None:
    net.describe({name: keys(farm[name]) for name in NAMES})


def test_nobody_to_ask_nothing_is_pinned_and_every_fingerprint_is_shown(net: Net, farm: SwitchFarm) -> None:
    describe(net, farm)
    answer = net("net", "trust")
    assert answer.code == 5
    for name in NAMES:
        assert farm[name].fingerprint in answer.stderr
    assert not (net.state / "known_hosts").exists()
    assert {one["reason"] for one in net.snapshot()["failed"]} == {"host_key"}
    assert sum(farm[name].logins + farm[name].rejected_logins for name in NAMES) == 0


def test_a_person_sees_all_fingerprints_and_is_asked_once(
    bitools: CommandLine, net: Net, farm: SwitchFarm
) -> None:
    describe(net, farm)
    environ = bitools.environment({"BITOOLS_LANG": "tr", "TERM": "dumb"})
    for word, code, pinned in (("hayır", 5, False), ("evet", 0, True)):
        with Dialogue("net", "trust", environ=environ, columns=200) as dialogue:
            shown = dialogue.until("] ")
            for name in NAMES:
                assert farm[name].fingerprint in shown
            dialogue.type(f"{word}\n")
            assert dialogue.end() == code
        assert (net.state / "known_hosts").exists() is pinned
    assert not net.snapshot()["failed"]


def test_known_hosts_is_openssh_s_own(net: Net, farm: SwitchFarm) -> None:
    describe(net, farm)
    assert net("net", "trust", "--yes").code == 0
    for name in NAMES:
        found = subprocess.run(
            ["ssh-keygen", "-F", f"[{farm[name].host}]:{farm[name].port}", "-f", net.state / "known_hosts"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert farm[name].host_key in found.stdout


def test_a_swapped_switch_is_refused_until_it_is_named(net: Net, farm: SwitchFarm) -> None:
    describe(net, farm)
    assert net("net", "trust", "--yes").code == 0
    net.snapshot()
    farm["sw-2"].fault = "host_key"
    before = farm["sw-2"].logins + farm["sw-2"].rejected_logins
    assert cause(net.snapshot()) == (13, "host_key")
    answer = net("net", "trust", "--yes", "--json")  # in bulk, a changed key is never taken
    assert answer.code == 5 or answer.code == 3
    [failure] = answer.document["failed"]
    assert "--replace sw-2" in failure["hint"]
    assert cause(net.snapshot()) == (13, "host_key")
    assert farm["sw-2"].logins + farm["sw-2"].rejected_logins == before
    answer = net("net", "trust", "--replace", "sw-2", "--yes", "--json")
    assert answer.code == 0
    assert [item["fingerprint"] for item in answer.document["items"]] == [farm["sw-2"].fingerprint]
    assert not net.snapshot()["failed"]
    acts = [
        entry for entry in net("ledger", "show", "--json").document["items"] if entry["action"] == "net.trust"
    ]
    assert acts


def test_a_dry_run_pins_nothing(net: Net, farm: SwitchFarm) -> None:
    describe(net, farm)
    assert net("net", "trust", "--dry-run").code == 0
    assert not (net.state / "known_hosts").exists()
