"""Whatever changes: no list is missing or empty while bound, no default route, no list of VLANs of a trunk."""

from __future__ import annotations

import random
from typing import NamedTuple

import pytest

from bitools import platforms
from bitools.net.decisions.change.dialect import dialect
from bitools.net.decisions.change.number_lists import numbers, singly
from bitools.net.decisions.change.plan import plan
from bitools.net.decisions.change.prediction import predict
from bitools.net.decisions.node import Node
from bitools.net.decisions.tree import parse


class Words(NamedTuple):
    """How a platform says it: `{name}`, `{number}`, `{port}`, `{hop}`, `{vlans}`."""

    acl: str
    entry: str
    port: str
    bind: str
    route: str
    mode: str
    trunk: str
    shut: str = "shutdown"


CISCO = Words(
    "ip access-list extended {name}",
    " {number} permit tcp any any eq {service}",
    "interface GigabitEthernet1/0/{port}",
    " ip access-group {name} in",
    "ip route 0.0.0.0 0.0.0.0 10.0.0.{hop}",
    " switchport mode trunk",
    " switchport trunk allowed vlan {vlans}",
)
SLASH = CISCO._replace(route="ip route 0.0.0.0/0 10.0.0.{hop}", acl="ip access-list {name}")
WORDS = {
    "cisco_ios": CISCO,
    "cisco_nxos": SLASH._replace(port="interface Ethernet1/{port}"),
    "arista_eos": SLASH._replace(port="interface Ethernet{port}"),
    "dell_os10": SLASH._replace(
        entry=" seq {number} permit tcp any any eq {service}", port="interface ethernet1/1/{port}"
    ),
    "huawei": Words(
        "acl number 30{name}",
        " rule {number} permit tcp destination-port eq {service}",
        "interface GigabitEthernet0/0/{port}",
        " traffic-filter inbound acl 30{name}",
        "ip route-static 0.0.0.0 0.0.0.0 10.0.0.{hop}",
        " port link-type trunk",
        " port trunk allow-pass vlan {vlans}",
    ),
    "hp_comware": Words(
        "acl advanced 30{name}",
        " rule {number} permit tcp destination-port eq {service}",
        "interface GigabitEthernet1/0/{port}",
        " packet-filter 30{name} inbound",
        "ip route-static 0.0.0.0 0 10.0.0.{hop}",
        " port link-type trunk",
        " port trunk permit vlan {vlans}",
    ),
    "aruba_aoscx": Words(
        "access-list ip {name}",
        "    {number} permit tcp any any eq {service}",
        "interface 1/1/{port}",
        "    apply access-list ip {name} in",
        "ip route 0.0.0.0/0 10.0.0.{hop}",
        "    no shutdown",
        "    vlan trunk allowed {vlans}",
    ),
}


def configuration(words: Words, some: random.Random) -> str:
    """Two lists at most, three ports that are bound to one of them or trunks, one or two default routes."""
    names = some.sample(["11", "12", "13"], some.choice([1, 2]))
    lines = []
    for name in names:
        lines.append(words.acl.format(name=name))
        for number in sorted(some.sample(range(5, 40, 5), some.choice([1, 1, 2, 3]))):
            lines.append(words.entry.format(number=number, service=some.choice([22, 80, 443])))
    for port in range(1, 4):
        lines.append(words.port.format(port=port))
        if port == 1:
            lines.append(words.bind.format(name=some.choice(names)))
            continue
        between = " " if "allow-pass" in words.trunk or "permit vlan" in words.trunk else ","
        vlans = sorted(some.sample([10, 20, 30, 40, 50], some.choice([1, 2, 3])))
        lines += [words.mode, words.trunk.format(vlans=between.join(map(str, vlans)))]
    hops = some.sample(["1", "2", "3"], some.choice([1, 1, 2]))
    lines += [words.route.format(hop=hop) for hop in sorted(hops)]
    return "\n".join(lines) + "\n"


def hold(tree: Node, words: Words) -> None:
    """The laws, in one configuration."""
    lists = {node.text: node for node in tree.children if node.text.startswith(words.acl.split("{")[0])}
    begin, end = words.bind.strip().split("{name}")
    prefix = words.trunk.strip().split("{")[0]
    routes = [node for node in tree.children if node.text.startswith(words.route.split("{")[0])]
    assert routes, "no default route"
    for port in tree.children:
        if not port.text.startswith(words.port.split("{")[0]):
            continue
        for line in port.children:
            if line.text.startswith(begin) and line.text.endswith(end):
                name = line.text[len(begin) : len(line.text) - len(end)]
                assert lists[words.acl.format(name=name)].children, "a bound list is empty"
            if line.text.startswith(prefix):
                assert numbers(line.text[len(prefix) :]), "a trunk without VLANs"
        if port.text != words.port.format(port=1) and any(
            one.text == words.mode.strip() for one in port.children
        ):
            assert any(one.text.startswith(prefix) for one in port.children), "an open trunk"


@pytest.mark.parametrize("name", WORDS)
def test_the_laws_hold_after_each_command(name: str) -> None:
    platform, words = platforms.load(name), WORDS[name]
    spoken = dialect(platform)
    made = 0
    for seed in range(60):
        some = random.Random(f"{name} {seed}")
        old, new = configuration(words, some), configuration(words, some)
        found = plan(old, new, platform)
        assert not found.questions
        tree = singly(parse(old, platform), spoken)
        for command in found.commands:
            assert words.shut not in command.line
            predicted = predict(tree, [command], platform)
            assert not predicted.left
            tree = predicted.tree
            hold(tree, words)
            made += 1
    assert made > 200
