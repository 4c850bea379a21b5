"""Random configurations of an FRR router, in the words it shows them in itself.

Two of one seed and another have much in common, so that what lies between them is of every kind: neighbours
that come and go, lists that change in the middle, routes with another next hop, another AS now and then.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

_NEIGHBOURS = tuple(f"10.9.{number}.1" for number in range(1, 6))
_LISTS = ("BELEDIYE", "DISARI", "ICERI")
_MAPS = ("GIDEN", "GELEN", "HEPSI")
_NETWORKS = tuple(f"10.{number}.0.0/16" for number in range(40, 52))


def configuration(seed: int, name: str, eth0: str) -> str:
    """One configuration; `eth0` is the address that must stay, with its length."""
    some = random.Random(seed)  # what is wanted is the same again
    maps = [one for one in _MAPS if some.random() < 0.7]
    lists = [one for one in _LISTS if some.random() < 0.7]
    lines = ["frr version 8.4.4", "frr defaults traditional", f"hostname {name}"]
    lines += ["log syslog informational", "service integrated-vtysh-config", "!"]
    lines += [*_routes(some), "!", *_interfaces(some, eth0)]
    if some.random() < 0.85:
        lines += [*_bgp(some, maps, lists), "!"]
    lines += [*_access_lists(some), *_prefix_lists(some, lists), *_route_maps(some, maps, lists)]
    return "\n".join([*lines, "end", ""])


def _routes(some: random.Random) -> Iterator[str]:
    for network in (*_NETWORKS[:8], "0.0.0.0/0"):
        behind = some.choice(["", "", " tag 7", " 50", " tag 9 60"])  # one tag a network and distance
        for hop in some.sample(["10.9.1.1", "10.9.2.1", "10.9.3.1"], some.choice([0, 0, 1, 1, 2])):
            yield f"ip route {network} {hop}{behind}"
    if some.random() < 0.4:
        yield f"ip route 172.{some.randrange(16, 19)}.0.0/16 blackhole"
    if some.random() < 0.5:
        yield f"ip route 192.168.{some.randrange(3)}.0/24 {some.choice(['blackhole', '10.9.1.1'])}"
    for number in range(3):
        if some.random() < 0.4:
            yield f"ipv6 route 2001:db8:{number + 1}::/48 2001:db8::{some.randrange(1, 3)}"


def _interfaces(some: random.Random, eth0: str) -> Iterator[str]:
    yield "interface eth0"
    if some.random() < 0.6:
        yield f" description {some.choice(['hat 1', 'hat 2', 'omurga'])}"
    yield f" ip address {eth0}"
    yield from ("exit", "!")
    addresses = [f"10.8.{number}.1/24" for number in range(8)]
    some.shuffle(addresses)
    for name in ("dummy1", "dummy2", "lo"):
        inside = []
        if some.random() < 0.4:
            inside.append(f" description {name} {some.randrange(3)}")
        inside += [f" ip address {addresses.pop()}" for _one in range(some.randrange(3))]
        if inside:
            yield from (f"interface {name}", *inside, "exit", "!")


def _bgp(some: random.Random, maps: list[str], lists: list[str]) -> Iterator[str]:
    yield f"router bgp {some.choice([65001, 65001, 65001, 65002])}"
    if some.random() < 0.7:
        yield f" bgp router-id 10.9.0.{some.randrange(1, 4)}"
    if some.random() < 0.5:
        yield " no bgp ebgp-requires-policy"
    peers = [one for one in _NEIGHBOURS if some.random() < 0.6]
    yield from _neighbours(some, peers)
    if inside := [*_addresses(some, peers, maps, lists)]:
        yield from (" !", " address-family ipv4 unicast", *inside, " exit-address-family")
    yield "exit"


def _addresses(some: random.Random, peers: list[str], maps: list[str], lists: list[str]) -> Iterator[str]:
    for network in some.sample(_NETWORKS, some.randrange(5)):
        yield f"  network {network}"
    for what in ("connected", "static"):
        if some.random() < 0.4:
            yield f"  redistribute {what}" + (
                f" route-map {some.choice(maps)}" if maps and some.random() < 0.5 else ""
            )
    for peer in peers:
        yield from _policies(some, peer, maps, lists)


def _neighbours(some: random.Random, peers: list[str]) -> Iterator[str]:
    grouped = some.random() < 0.4
    if grouped:
        yield from (
            " neighbor OMURGA peer-group",
            f" neighbor OMURGA remote-as {some.choice([65010, 65011])}",
        )
    for peer in peers:
        member = grouped and some.random() < 0.3
        yield f" neighbor {peer} " + (
            "peer-group OMURGA" if member else f"remote-as {some.choice([65003, 65004])}"
        )
        for share, line in (
            (0.5, f"description {some.choice(['garaj', 'fen isleri', 'park'])}"),
            (0.2, "shutdown"),
            (0.3, f"ebgp-multihop {some.randrange(2, 6)}"),
            (0.2, f"update-source {some.choice(['eth0', 'lo'])}"),
            (0.3, f"timers {some.choice(['10 30', '20 60'])}"),
        ):
            if some.random() < share:
                yield f" neighbor {peer} {line}"


def _policies(some: random.Random, peer: str, maps: list[str], lists: list[str]) -> Iterator[str]:
    if some.random() < 0.15:
        yield f"  no neighbor {peer} activate"
        return
    if some.random() < 0.2:
        yield f"  neighbor {peer} next-hop-self"
    if some.random() < 0.2:
        yield f"  neighbor {peer} soft-reconfiguration inbound"
    if some.random() < 0.2:
        yield f"  neighbor {peer} weight {some.choice([100, 200])}"
    for way in ("in", "out"):
        if lists and some.random() < 0.4:
            yield f"  neighbor {peer} prefix-list {some.choice(lists)} {way}"
        if maps and some.random() < 0.5:
            yield f"  neighbor {peer} route-map {some.choice(maps)} {way}"


def _access_lists(some: random.Random) -> Iterator[str]:
    for name in ("YONETIM", "SNMP"):
        networks = some.sample(_NETWORKS, some.randrange(4))
        for number, network in zip(
            sorted(some.sample(range(5, 40, 5), len(networks))), networks, strict=True
        ):
            yield f"access-list {name} seq {number} {some.choice(['permit', 'deny'])} {network}"


def _prefix_lists(some: random.Random, lists: list[str]) -> Iterator[str]:
    for name in lists:
        networks = some.sample(_NETWORKS, some.randrange(1, 6))
        for number, network in zip(
            sorted(some.sample(range(5, 60, 5), len(networks))), networks, strict=True
        ):
            yield (
                f"ip prefix-list {name} seq {number} {some.choice(['permit', 'deny'])} {network}"
                + some.choice(["", " le 24", " ge 20 le 24"])
            )
    yield "!"


def _route_maps(some: random.Random, maps: list[str], lists: list[str]) -> Iterator[str]:
    for name in maps:
        for number in sorted(some.sample(range(10, 60, 10), some.randrange(1, 4))):
            yield f"route-map {name} {some.choice(['permit', 'permit', 'deny'])} {number}"
            if some.random() < 0.3:
                yield f" description {name} {some.randrange(3)}"
            if lists and some.random() < 0.6:
                yield f" match ip address prefix-list {some.choice(lists)}"
            if some.random() < 0.4:
                yield f" set local-preference {some.choice([100, 150, 200])}"
            if some.random() < 0.3:
                yield f" set metric {some.choice([10, 20])}"
            yield from ("exit", "!")
