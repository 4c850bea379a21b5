"""Order means something unless a platform's data say that it does not: no swap is passed over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bitools import platforms
from bitools.net.decisions.configuration import canonical
from bitools.net.decisions.grammar import grammar
from bitools.net.decisions.page import Page
from bitools.net.decisions.rules import unknown
from bitools.net.verbs.compare import difference
from bitools.platforms.model import Platform
from tests.conftest import ROOT
from tests.unit.net.decisions.swaps import Swap, swaps

RECORDINGS = [
    *sorted(path for path in (ROOT / "tests/data").iterdir() if "#" in path.name),
    *sorted(
        path
        for path in (ROOT / "lab/switches/configurations").glob("*.cfg")
        if path.stem in platforms.names()
    ),
]

# lists that a device reads in order: the platform, the lines before, and the two that change places
LISTS = {
    "FortiOS central-snat-map": ("fortinet", "config firewall central-snat-map\n{}{}end\n", "edit"),
    "FortiOS security-policy": ("fortinet", "config firewall security-policy\n{}{}end\n", "edit"),
    "FortiOS proxy-policy": ("fortinet", "config firewall proxy-policy\n{}{}end\n", "edit"),
    "FortiOS multicast-policy": ("fortinet", "config firewall multicast-policy\n{}{}end\n", "edit"),
    "FortiOS DoS-policy": ("fortinet", "config firewall DoS-policy\n{}{}end\n", "edit"),
    "FortiOS interface-policy": ("fortinet", "config firewall interface-policy\n{}{}end\n", "edit"),
    "FortiOS SD-WAN service": ("fortinet", "config system sdwan\n    config service\n{}{}    end\nend\n", "edit"),
    "FortiOS URL filter": (
        "fortinet", "config webfilter urlfilter\n  edit 1\n    config entries\n{}{}    end\n  next\nend\n", "edit",
    ),
    "Junos global policy": (
        "juniper_junos", "security {{\n policies {{\n  global {{\n{}{}  }}\n }}\n}}\n",
        ("policy a {{\n match;\n}}\n", "policy b {{\n match;\n}}\n"),
    ),
    "Junos then actions": (
        "juniper_junos",
        "policy-options {{\n policy-statement P {{\n  term T {{\n   then {{\n{}{}   }}\n  }}\n }}\n}}\n",
        ("metric add 5;\n", "as-path-prepend 65000;\n"),
    ),
    "Junos MPLS hops": (
        "juniper_junos", "protocols {{\n mpls {{\n  path P {{\n{}{}  }}\n }}\n}}\n",
        ("10.0.0.1 strict;\n", "10.0.0.2 loose;\n"),
    ),
    "Huawei USG rules": (
        "huawei", "security-policy\n{}{}#\n", (" rule name a\n  action deny\n", " rule name b\n  action permit\n"),
    ),
    "Huawei traffic policy": (
        "huawei", "traffic policy P\n{}{}#\n", (" classifier a behavior x\n", " classifier b behavior y\n"),
    ),
    "Comware security-policy": (
        "hp_comware", "security-policy ip\n{}{}#\n", (" rule 2 name a\n  action drop\n", " rule 1 name b\n  action pass\n"),
    ),
    "Comware qos policy": (
        "hp_comware", "qos policy P\n{}{}#\n", (" classifier a behavior x\n", " classifier b behavior y\n"),
    ),
    "ArubaOS user-role": (
        "aruba_os", "user-role guest\n{}{}!\n", (" access-list session allow-dns\n", " access-list session deny-all\n"),
    ),
    "Aruba Instant access rule": (
        "aruba_instant", "wlan access-rule guest\n{}{}\n",
        (" rule any any match udp 67 68 permit\n", " rule any any match any any any deny\n"),
    ),
    "AOS-CX server group": (
        "aruba_aoscx", "aaa group server radius R\n{}{}\n", ("    server 10.0.0.1\n", "    server 10.0.0.2\n"),
    ),
    "RouterOS routing rule": (
        "mikrotik_routeros", "/routing rule\n{}{}",
        ("add action=lookup dst-address=10.0.0.0/8 table=a\n", "add action=drop dst-address=10.1.0.0/16\n"),
    ),
    "RouterOS ipsec policy": (
        "mikrotik_routeros", "/ip ipsec policy\n{}{}",
        ("add dst-address=10.0.0.0/8 peer=a\n", "add dst-address=10.1.0.0/16 peer=b\n"),
    ),
    "RouterOS bridge nat": (
        "mikrotik_routeros", "/interface bridge nat\n{}{}", ("add action=accept chain=srcnat\n", "add action=drop chain=srcnat\n"),
    ),
    "RouterOS proxy access": (
        "mikrotik_routeros", "/ip proxy access\n{}{}", ("add action=deny dst-host=a\n", "add action=allow dst-host=b\n"),
    ),
    "RouterOS wireless access-list": (
        "mikrotik_routeros", "/interface wireless access-list\n{}{}",
        ("add mac-address=00:00:5E:00:53:01 vlan-mode=no-tag\n", "add authentication=no\n"),
    ),
    "EOS traffic-policy": (
        "arista_eos", "traffic-policies\n   traffic-policy P\n{}{}",
        ("      match A ipv4\n         actions\n            drop\n", "      match B ipv4\n         actions\n            count\n"),
    ),
    "ASA icmp rules": ("cisco_asa", "{}{}", ("icmp permit any inside\n", "icmp deny any inside\n")),
    "ASA nat between different pairs": (
        "cisco_asa", "{}{}", ("nat (any,outside) source static A B\n", "nat (inside,outside) source static C D\n"),
    ),
    "OSPF networks, of which the first area wins": (
        "cisco_ios", "router ospf 1\n{}{}",
        (" network 10.0.0.0 0.255.255.255 area 0\n", " network 10.1.0.0 0.0.255.255 area 1\n"),
    ),
    "servers that are asked in turn": (
        "dell_os6", "{}{}", ("tacacs-server 10.0.0.1\n", "tacacs-server 10.0.0.2\n"),
    ),
    "Comware packet filters of a port": (
        "hp_comware", "interface Vlan-interface1\n{}{}#\n", (" packet-filter 3000 inbound\n", " packet-filter 3001 inbound\n"),
    ),
    "Huawei traffic filters of a port": (
        "huawei", "interface Vlanif1\n{}{}#\n", (" traffic-filter inbound acl 3000\n", " traffic-filter inbound acl 3001\n"),
    ),
    "RouterOS simple queues": (
        "mikrotik_routeros", "/queue simple\n{}{}", ("add name=a target=10.0.0.0/8\n", "add name=b target=10.1.0.0/16\n"),
    ),
    "nested policy of a platform without rules": (
        "paloalto_panos", "set rulebase security rules a from any\n{}{}",
        ("set rulebase security rules b action allow\n", "set rulebase security rules c action deny\n"),
    ),
    "a platform's section that no rule names": ("cisco_ios", "frobnicate list\n{}{}", (" b\n", " a\n")),
}  # fmt: skip
EDITS = ("edit 2\n set action deny\nnext\n", "edit 1\n set action accept\nnext\n")


@pytest.mark.parametrize("name", LISTS)
def test_a_swap_in_a_list_that_the_device_reads_in_order_is_told(name: str) -> None:
    platform, frame, pair = LISTS[name]
    one, other = (text.replace("{{", "{").replace("}}", "}") for text in (EDITS if pair == "edit" else pair))
    found = difference(frame.format(one, other), frame.format(other, one), platforms.load(platform))
    assert {change["kind"] for change in found["changes"]} <= {"moved", "reordered"}
    assert found["moved"] == len(found["changes"]) == 1


def test_where_a_line_came_into_a_list_is_told() -> None:
    lines = ["access-list 10 permit 10.0.0.0 0.255.255.255", "access-list 10 deny any"]
    new = "access-list 10 permit 192.0.2.6"
    ios = platforms.load("cisco_ios")
    places = []
    for at in range(3):
        text = "".join(f"{line}\n" for line in [*lines[:at], new, *lines[at:]])
        [change] = difference("".join(f"{line}\n" for line in lines), text, ios)["changes"]
        assert (change["kind"], change["line"]) == ("added", new)
        places.append(change["after"])
    assert places == [None, *lines]


def test_a_line_of_a_set_has_no_place() -> None:
    ios = platforms.load("cisco_ios")
    [change] = difference("interface Gi1\n mtu 9000\n", "interface Gi1\n ip mtu 9000\n mtu 9000\n", ios)[
        "changes"
    ]
    assert "after" not in change


@pytest.mark.parametrize(
    ("platform", "old", "new"),
    [
        (
            "arista_eos",
            "interface Ethernet1\n   !! uplink\n   mtu 9000\n",
            "interface Ethernet1\n   mtu 9000\n",
        ),
        (
            "juniper_junos",
            "system {\n /* old */\n host-name a;\n}\n",
            "system {\n /* new */\n host-name a;\n}\n",
        ),
    ],
)
def test_a_comment_that_the_device_keeps_is_a_change_that_weighs_nothing(platform, old, new) -> None:
    found = difference(old, new, platforms.load(platform), role="wan")["changes"]
    assert found
    assert {change["severity"] for change in found} == {"info"}


def recorded(folder: Path) -> tuple[str, Platform]:
    platform = platforms.load(folder.stem.partition("#")[0])
    text = (folder / "running.cfg" if folder.is_dir() else folder).read_text(encoding="utf-8")
    return canonical(
        Page.of(re.sub("[«»‹›]|^¬.*\n", "", text, flags=re.MULTILINE), platform), None
    ).text, platform


@pytest.mark.parametrize("folder", RECORDINGS, ids=lambda path: path.name)
def test_neighbours_that_change_places_are_told_unless_data_say_otherwise(folder: Path) -> None:
    """On every recording: in sections and at the top, each with what stands under it."""
    text, platform = recorded(folder)
    rules = grammar(platform).rules
    silent = []
    for swap in swaps(text, platform):
        if _in_a_list(rules, swap) and not difference(text, swap.text, platform)["changes"]:
            silent.append((swap.header, swap.one, swap.other))
    assert silent == []


def _in_a_list(rules, swap: Swap) -> bool:
    """Do the data leave these two in one list, ordered or of unknown order?"""
    section = rules.section(swap.header)
    one, other = (rules.look(section, line) for line in (swap.one, swap.other))
    return one.group is not None and one.group == other.group and one.text != other.text


def test_there_are_enough_of_them() -> None:
    every = [
        (swap, platform)
        for folder in RECORDINGS
        for text, platform in [recorded(folder)]
        for swap in swaps(text, platform)
    ]
    told = [swap for swap, platform in every if _in_a_list(grammar(platform).rules, swap)]
    assert len(told) >= 600


@pytest.mark.parametrize("folder", RECORDINGS, ids=lambda path: path.name)
def test_a_recording_shown_twice_says_nothing(folder: Path) -> None:
    text, platform = recorded(folder)
    assert difference(text, text, platform)["changes"] == []


def test_each_shipped_set_has_its_reason() -> None:
    for name in platforms.names():
        rules = platforms.load(name).rules
        assert all(rule.reason for rule in (*rules.set, *rules.apart)), name


def test_what_nobody_names_is_of_unknown_order() -> None:
    rules = grammar(platforms.load("cisco_ios")).rules
    assert unknown(rules.look(rules.section("frobnicate list"), "a").group)
