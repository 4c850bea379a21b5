"""How a device sees us: read from what it answers, and believed only where it is clear."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Any

import pytest

from bitools import platforms, yamlfile
from bitools.net.decisions.change.reach.crossing import Us
from bitools.net.decisions.change.reach.own_view import View, seen_so, view
from tests.conftest import ROOT

LAB: Any = yamlfile.read(Path(ROOT / "lab/switches/platforms/cisco_ios.yaml")).data["answers"]
SOURCE = ipaddress.ip_address("10.10.50.5")
ANSWERS: dict[str, dict[str, str]] = {
    "cisco_ios": LAB,
    "cisco_nxos": {
        "show users": "NAME     LINE         TIME         IDLE          PID COMMENT\n"
        "yedek    pts/0        Nov 17 01:10 00:20       27000 (10.10.60.9) session=ssh\n"
        "netops   pts/1        Nov 17 02:00   .         27110 (10.10.50.5) session=ssh *\n",
        "show ip route 10.10.50.5 vrf all": "10.10.50.0/24, ubest/mbest: 1/0\n"
        "    *via 10.10.99.1, Vlan99, [110/41], 1w2d, ospf-1, intra\n",
    },
    "huawei": {
        "display users": "  User-Intf    Delay    Type   Network Address     AuthenStatus    AuthorcmdFlag\n"
        "  34  VTY 0   00:04:11  SSH    10.10.60.9          pass            no\n"
        "+ 35  VTY 1   00:00:00  SSH    10.10.50.5          pass            no\n",
        "display ip routing-table 10.10.50.5": "Destination/Mask    Proto   Pre  Cost  Flags NextHop  Interface\n\n"
        "      10.10.50.0/24  OSPF    10   2     D   10.10.99.1      Vlanif99\n",
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_the_session_that_asks_and_the_port_of_the_way_back_are_read(name: str) -> None:
    found = view(platforms.load(name), lambda command: ANSWERS[name].get(command, "% Invalid input"))
    assert found.source == SOURCE
    assert found.port.endswith("lan99") or found.port.endswith("lanif99")


@pytest.mark.parametrize("name", platforms.names())
@pytest.mark.parametrize("answer", ["", "% Invalid input", "* 2 vty 1 a\n* 3 vty 2 b", "\x00\x1b[2J"])
def test_what_is_not_understood_is_nothing(name: str, answer: str) -> None:
    assert view(platforms.load(name), lambda _command: answer) == View()


def test_what_the_device_says_comes_before_what_this_machine_believes() -> None:
    us = Us("netops", None, ipaddress.ip_address("192.0.2.1"))
    assert seen_so(us, View()) == us
    told = seen_so(us, View(SOURCE, "Vlan99"))
    assert (told.source, told.egress, told.seen) == (SOURCE, "Vlan99", True)


def test_two_ways_back_are_no_port() -> None:
    """Equal routes: Huawei shows the second next hop without its destination, NX-OS each on a line."""
    huawei = dict(ANSWERS["huawei"])
    route = "display ip routing-table 10.10.50.5"
    huawei[route] += "                     OSPF    10   2     D   10.10.98.1      Vlanif98\n"
    nexus = {
        "show users": "NAME     LINE         TIME         IDLE          PID COMMENT\n"
        "audit    pts/0        Jan 21 20:37   .          6669 (10.10.50.5) session=ssh *\n",
        "show ip route 10.10.50.5 vrf all": "10.10.50.0/24, ubest/mbest: 2/0\n"
        "    *via 10.10.0.2, Eth1/1, [110/80], 1d02h, ospf-1, intra\n"
        "    *via 10.10.0.6, Eth1/2, [110/80], 1d02h, ospf-1, intra\n",
    }
    for name, answers in (("huawei", huawei), ("cisco_nxos", nexus)):
        found = view(platforms.load(name), lambda command, told=answers: told[command])
        assert (str(found.source), found.port) == ("10.10.50.5", "")
