"""`bitools net remediate` names what would cut us off, in text, JSON and the plan."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bitools import yamlfile
from lab.switches import SwitchFarm
from tests.cli import netlab
from tests.conftest import ROOT, InProcess

BATTERY = yamlfile.read(ROOT / "tests/data/danger/cisco_ios.yaml").data


def test_two_files_are_judged_too(bitools, tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text(BATTERY["text"])
    new.write_text(BATTERY["text"].replace("ip route 0.0.0.0 0.0.0.0 10.10.99.1\n", ""))
    answer = bitools("net", "remediate", "--files", str(old), str(new), "--platform", "cisco_ios", "--json")
    [item] = answer.document["items"]
    [refusal] = item["refusals"]
    assert (refusal["rule"], refusal["number"], refusal["weight"]) == ("route", 2, "refuse")
    assert refusal["line"] == "ip route 0.0.0.0 0.0.0.0 10.10.99.1"
    text = bitools("net", "remediate", "--files", str(old), str(new), "--platform", "cisco_ios").stdout
    assert "✗ route: ip route 0.0.0.0" in text


@pytest.fixture
def net(bitools):
    with SwitchFarm(netlab.ios("sw-1")) as farm:
        net = InProcess(bitools.inventory, bitools.state)
        netlab.describe(net.inventory, farm, ["sw-1"])
        running = farm["sw-1"].running
        address = farm["sw-1"].host
        ours = " ip address 10.10.50.1 255.255.255.0 secondary\n"  # where the switch sees us come from
        port = f"\ninterface Vlan77\n ip address {address} 255.0.0.0\n{ours}!\nline con 0"
        text = running.replace("\nline con 0", port, 1)
        farm["sw-1"].running = text[text.index("version ") :]
        assert net("net", "trust", "--yes").code == 0
        yield net


def test_a_device_is_judged_by_the_address_it_is_reached_by(net, tmp_path: Path) -> None:
    assert net("net", "snapshot").code == 0
    wanted = tmp_path / "wanted"
    wanted.write_text(
        net("net", "show", "sw-1").stdout.replace("interface Vlan77\n", "interface Vlan77\n shutdown\n")
    )
    plan = tmp_path / "plan.json"
    answer = net("net", "remediate", "sw-1", "--against", str(wanted), "--out", str(plan), "--json")
    [item] = answer.document["items"]
    assert [(one["rule"], one["weight"]) for one in item["refusals"]] == [
        ("address", "refuse"),
        ("route", "refuse"),  # its network goes with it
    ]
    assert json.loads(plan.read_text())["devices"][0]["refusals"] == item["refusals"]
