"""The links we come by: the address we reach, the route back, the port towards us (rules 1 to 3). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bitools import regex
from bitools.i18n import _
from bitools.net.decisions.change.filters import NotUnderstood, entries, lets_in
from bitools.net.decisions.change.reach import (
    EVERY_VLAN,
    Address,
    Interface,
    Port,
    Reach,
    Route,
    interface,
    numbers,
    plain,
    vlan_of,
)

Found = tuple[int, str, str, bool]  # rule, line, reason; does it refuse?
_UPLINK = regex.compile(r"(?i:\b(?:up-?link|core|omurga|backbone|distribution|dist|trunk to|merkez|agg)\b)")
_NUMBER = regex.compile(r"\d+")
_MANAGED = regex.compile(r"(?i:\b(?:mgmt|management|y[oö]netim|fxp0|em0|me0|oob)\d*\b)")
_PROCESS = regex.compile(
    r"^(?:router |protocols |ospf |bgp |isis |rip |routing |config router (?:ospf|bgp|isis|rip))"
)


# -- rule 1: the address


def bearing(before: Reach, after: Reach, address: Address | None) -> Iterator[Found]:
    """What happens to the port that bears the reached address; to every one where nobody knows which."""
    bearer = before.bearer(address) if address else None
    if bearer:
        for line, reason in _borne(bearer, before, after, address):
            yield 1, line, reason, True
        return
    ports = [port for port in before.ports.values() if port.addresses]
    likely = _towards_the_way_out(ports, before)
    for port in ports:
        for line, reason in _borne(port, before, after, None):
            unsure = _("nobody knows by which address it is reached")
            yield 1, line, f"{reason}; {unsure}", not likely or port in likely


def _towards_the_way_out(ports: list[Port], reach: Reach) -> list[Port]:
    """The ports for management, by name, and those in whose networks the default route's next hop is."""
    hops = {route.hop for route in reach.routes if route.network.prefixlen == 0}
    return [
        port
        for port in ports
        if _MANAGED.search(f"{port.name} {port.value('about')}")
        or any(hop in one.network for one in port.addresses for hop in _addresses(hops, one))
    ]


def _addresses(hops: set[str], like: Interface) -> Iterator[Address]:
    for hop in hops:
        found = interface(hop)
        if found and found.version == like.version:
            yield found.ip


def _borne(port: Port, before: Reach, after: Reach, address: Address | None) -> Iterator[tuple[str, str]]:
    now = after.ports.get(port.name)
    had = [one for one in port.addresses if address is None or one.ip == address]
    left = now.addresses if now else []
    where = port.line("address")
    for one in had:
        if one not in left:
            yield (
                where.whole if where else port.name,
                _("{address} goes from {port}").format(address=one, port=port.name),
            )
    for lower in _below(port, before):
        yield from _down(lower, before, after)
    if now and (port.value("vrf"), port.value("tag")) != (now.value("vrf"), now.value("tag")):
        line = now.line("vrf") or now.line("tag") or port.line("vrf") or port.line("tag")
        yield (
            line.whole if line else port.name,
            _("{port} moves to another VRF or VLAN").format(port=port.name),
        )
    if (vlan := vlan_of(port)) and vlan in before.vlans - after.vlans:
        yield f"vlan {vlan}", _("VLAN {vlan}, which bears the address, goes").format(vlan=vlan)


def _below(port: Port, reach: Reach) -> list[Port]:
    """The port itself, and what it stands on."""
    found, name = [port], port.name
    for _step in range(3):
        port_now = reach.ports.get(name)
        parent = (port_now.value("parent") if port_now else "") or name.rpartition(".")[0]
        if not parent or parent not in reach.ports:
            break
        found.append(reach.ports[parent])
        name = parent
    vlan = vlan_of(port)
    if vlan and f"vlan{vlan}" in reach.ports and reach.ports[f"vlan{vlan}"] not in found:
        found.append(reach.ports[f"vlan{vlan}"])
    return found


def _down(port: Port, before: Reach, after: Reach) -> Iterator[tuple[str, str]]:
    now = after.ports.get(port.name)
    if went_down(port, now):
        line = (now.line("shut") if now else None) or port.line("up") or port.line("address")
        yield (
            line.whole if line else port.name,
            _("{port} is shut, and bears the address").format(port=port.name),
        )


def went_down(port: Port, now: Port | None) -> bool:
    """Is a port shut that was not? One whose `no shutdown` goes is, where that word has to be said."""
    if port.shut:
        return False
    if now is None:
        return bool(port.known.get("up"))
    return now.shut or bool(port.known.get("up") and not now.known.get("up"))


# -- rule 2: the route back


def routed(before: Reach, after: Reach, address: Address | None, source: Address | None) -> Iterator[Found]:
    """What happens to the best route to us; to the default route where nobody knows where we are."""
    bearer = before.bearer(address) if address else None
    vrf = bearer.value("vrf") if bearer else ""
    if source is None:
        yield from _defaults(before, after, vrf)
        return
    was, will = before.best(source, vrf), after.best(source, vrf)
    hops, new = {route.hop for route in was}, {route.hop for route in will}
    if was and not hops & new and not (was[0].distance == 0 and will and will[0].distance == 0):
        line = next((route.line for route in (*was, *will) if route.line), "")
        yield 2, _told(was, will, line), _route_reason(hops, new, str(source)), True
    elif hops - new:
        yield 2, _told(was, will, ""), _("one of the ways to {address} goes").format(address=source), False
    elif not was:
        yield from _processes(before, after)


def _told(was: list[Route], will: list[Route], line: str) -> str:
    gone = [route.line for route in was if route not in will and route.line]
    come = [route.line for route in will if route not in was and route.line]
    return next(iter([*gone, *come]), line)


def _route_reason(hops: set[str], new: set[str], to: str) -> str:
    if not new:
        return _("the only route to {address} goes").format(address=to)
    text = _("the route to {address} goes by {new} then, not by {old}")
    return text.format(address=to, new=", ".join(sorted(new)), old=", ".join(sorted(hops)))


def _defaults(before: Reach, after: Reach, vrf: str) -> Iterator[Found]:
    def hops(reach: Reach) -> dict[str, str]:
        routes = [one for one in reach.routes if one.network.prefixlen == 0 and one.vrf == vrf]
        least = min((one.distance for one in routes), default=0)
        return {one.hop: one.line for one in routes if one.distance == least}

    was, will = hops(before), hops(after)
    if was and not was.keys() & will.keys():
        yield 2, next(iter(was.values())), _route_reason(set(was), set(will), "0.0.0.0/0"), True
    elif not was:
        yield from _processes(before, after)


def _processes(before: Reach, after: Reach) -> Iterator[Found]:
    """No static way: a routing process brings it. One that goes is a cut, one that changes may be."""
    gone = before.headers - after.headers
    for line in sorted(header for header in gone if _PROCESS.search(header)):
        yield 2, line, _("the routing process that may bring the route to us goes"), True
    was, will = (
        {line.whole for line in reach.lines if _routing(line.path, line.whole)} for reach in (before, after)
    )
    for whole in sorted(was ^ will):
        yield 2, whole, _("the routing that may bring the route to us changes"), False


def _routing(path: tuple[str, ...], whole: str) -> bool:
    return bool(_PROCESS.search(whole) or (path and _PROCESS.search(path[0])))


# -- rule 3: the port towards us


def uplinked(
    before: Reach,
    after: Reach,
    address: Address | None,
    source: Address | None,
    known: str,
    tcp: int,
) -> Iterator[Found]:
    """What happens to the port towards us: the one the device named, else the likely one."""
    bearer = before.bearer(address) if address else None
    if bearer:
        yield from _filtered(bearer, before, after, address, source, tcp)
    vlan = vlan_of(bearer) if bearer else None
    ports = _carriers(before, bearer, vlan)
    sure = [port for port in ports if port.name == plain(known)] if known else _likely(ports)
    for port in ports or sure:
        certain = port in sure or (
            vlan is not None and not _carriers(after, after.ports.get(port.name), vlan)
        )
        for line, reason in _changed(port, after, vlan, before, source, address, tcp):
            yield 3, line, reason, certain


def _likely(ports: list[Port]) -> list[Port]:
    described = [port for port in ports if _UPLINK.search(port.value("about"))]
    channels = [port for port in ports if not port.known.get("channel")]
    found = described or (channels if len(channels) == 1 else ports if len(ports) == 1 else [])
    return found + [
        port for port in ports if port not in found and any(_bundled(port, one.name.lower()) for one in found)
    ]


def _carriers(reach: Reach, bearer: Port | None, vlan: int | None) -> list[Port]:
    """The ports over which the address may be reached: trunks with its VLAN before ports in it; or itself."""
    if vlan is None:
        return (
            [] if bearer is None else [port for port in _below(bearer, reach) if not port.known.get("parent")]
        )
    members = reach.members.get(vlan, set())
    trunks: list[Port] = []
    others: list[Port] = []
    for port in reach.ports.values():
        if port.name.startswith("vlan") or port is bearer:
            continue
        if port.name in members:
            (others if reach.members and _only(port.name, reach, vlan) else trunks).append(port)
        elif _trunk(port) and vlan in _allowed(port, reach):
            trunks.append(port)
        elif port.value("access") == str(vlan):
            others.append(port)
    for name in members - reach.ports.keys():
        trunks.append(Port(name))
    bundles = {port.name.lower() for port in trunks}
    trunks += [
        port
        for port in reach.ports.values()
        if port not in trunks and any(_bundled(port, bundle) for bundle in bundles)
    ]
    below = [port for port in _below(bearer, reach)[1:] if port.name != f"vlan{vlan}"] if bearer else []
    return trunks or others or below


def _only(name: str, reach: Reach, vlan: int) -> bool:
    """Is it in no other VLAN?"""
    return not any(name in ports for number, ports in reach.members.items() if number != vlan)


def _bundled(port: Port, bundle: str) -> bool:
    found = _NUMBER.search(port.value("channel"))
    names = r"(?:port-?channel|eth-trunk|bridge-aggregation|lag|ae|po)"
    return found is not None and regex.compile(rf"^{names}0*{found[0]}$").search(bundle) is not None


def _trunk(port: Port) -> bool:
    mode = port.value("mode").lower()
    return "trunk" in mode or "hybrid" in mode or (not mode and bool(port.known.get("allowed")))


def _allowed(port: Port, reach: Reach) -> frozenset[int]:
    """The VLANs of a trunk; all where no line says so, or says it in names."""
    found: set[int] = set()
    values = port.values("allowed")
    for value in values:
        listed = numbers(value)
        if listed is None:
            listed = _by_name(value, reach)
        found |= listed
    return frozenset(found) if values else EVERY_VLAN


def _by_name(value: str, reach: Reach) -> frozenset[int]:
    """Junos names VLANs: their numbers, or all where one is not known."""
    names, found = value.strip("[] ").split(), set()
    for name in names:
        pattern = regex.compile(rf"^vlans {re.escape(name)} vlan-id (\d+)$")
        match = next((one for line in reach.lines if (one := pattern.search(line.whole))), None)
        if match is None:
            return EVERY_VLAN
        found.add(int(match[1]))
    return frozenset(found)


def _changed(
    port: Port,
    after: Reach,
    vlan: int | None,
    before: Reach,
    source: Address | None,
    address: Address | None,
    tcp: int,
) -> Iterator[tuple[str, str]]:
    now, name = after.ports.get(port.name), port.name
    if went_down(port, now):
        line = (now.line("shut") if now else None) or port.line("up")
        yield line.whole if line else name, _("{port}, the way to us, is shut").format(port=name)
    if now is None and port.known and not port.known.get("up"):
        first = next(iter(port.known.values()))[0][1]
        yield first.whole, _("{port}, the way to us, loses what it is").format(port=name)
    if now is not None:
        yield from _switched(port, now, vlan, before, after)
    if vlan is not None and name in before.members.get(vlan, ()) and name not in after.members.get(vlan, ()):
        yield (
            f"vlan {vlan}",
            _("{port}, the way to us, is in VLAN {vlan} no more").format(port=name, vlan=vlan),
        )
    for _rule, whole, reason, _refuses in _filtered(port, before, after, address, source, tcp):
        yield whole, reason


def _switched(
    port: Port, now: Port, vlan: int | None, before: Reach, after: Reach
) -> Iterator[tuple[str, str]]:
    """What its lines say of the frames it takes."""
    for kind in ("mode", "native", "access", "channel", "bridge"):
        if port.value(kind) != now.value(kind):
            line = now.line(kind) or port.line(kind)
            text = _("{port}, the way to us: {what} changes").format(port=port.name, what=kind)
            yield line.whole if line else port.name, text
    carried = vlan is not None and _trunk(port) and vlan in _allowed(port, before)
    if carried and vlan not in _allowed(now, after):
        line = now.line("allowed") or port.line("allowed")
        text = _("{port}, the way to us, carries VLAN {vlan} no more").format(port=port.name, vlan=vlan)
        yield line.whole if line else port.name, text
    for value, line in now.known.get("guard", ()):
        if value not in port.values("guard"):
            yield line.whole, _("{port}, the way to us, would let only some in").format(port=port.name)


def _filtered(
    port: Port, before: Reach, after: Reach, address: Address | None, source: Address | None, tcp: int
) -> Iterator[Found]:
    """A filter that comes in on the port, or whose lines change, unless it is seen to let us in."""
    now = after.ports.get(port.name)
    for value, line in now.known.get("filter", ()) if now else ():
        if value in port.values("filter") and entries(before, value) == entries(after, value):
            continue
        if not understood(after, value, source, address, tcp):
            yield (
                3,
                line.whole,
                _("filter {name} would keep us out, or is not understood").format(name=value),
                True,
            )


def understood(reach: Reach, name: str, source: Address | None, address: Address | None, port: int) -> bool:
    """Is a filter seen to let us in?"""
    if source is None or address is None or not entries(reach, name):
        return False
    try:
        return lets_in(reach, name, source, address, port)
    except NotUnderstood:
        return False
