"""Rule 3: the port towards us. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bitools import regex
from bitools.i18n import _
from bitools.net.decisions.change.danger.address import below, went_down
from bitools.net.decisions.change.danger.device import Found
from bitools.net.decisions.change.reach.crossing import Crossing
from bitools.net.decisions.change.reach.filters import entries, seen_to_let_in
from bitools.net.decisions.change.reach.reach import (
    EVERY_VLAN,
    Port,
    Reach,
    plain,
    ports_named,
    vlan_of,
    vlans_of,
)
from bitools.platforms.access import Kind

_UPLINK = regex.compile(r"(?i:\b(?:up-?link|core|omurga|backbone|distribution|dist|trunk to|merkez|agg)\b)")
_NUMBER = regex.compile(r"\d+")
_SWITCHED: tuple[Kind, ...] = ("mode", "native", "access", "channel", "bridge")


def uplinked(case: Crossing) -> Iterator[Found]:
    """What happens to the port towards us: the one the device named, else the likely one."""
    ways_in = {port.name: port for port in (*case.bearers, *case.egress)}
    for name, port in ways_in.items():
        for whole, reason in _filtered(port, case):
            yield 3, whole, reason, True
        now = case.after.ports.get(name)
        if port not in case.bearers and now and port.value("tag") != now.value("tag"):
            line = now.line("tag") or port.line("tag")
            text = _("{port}, the way to us: {what} changes").format(port=name, what="tag")
            yield 3, line.whole if line else name, text, True
    seen: set[str] = set()
    for name in ways_in:
        yield from _towards(case.before.ports[name], case, seen)
    if not ways_in:
        for port in _uplinks(list(case.before.ports.values())):
            yield from _on_port(port, None, case, certain=True)


def _towards(bearer: Port, case: Crossing, seen: set[str]) -> Iterator[Found]:
    """The ports under the one that has an address of ours, or leads to the next hop."""
    vlan = vlan_of(bearer)
    ports = _carriers(case.before, bearer, vlan, case)
    known = case.us.uplink
    sure = [port for port in ports if port.name == plain(known)] if known else _likely(ports)
    sure += [port for port in ports if port.name in below(bearer, case)]
    for port in ports:
        if port.name in seen:
            continue
        seen.add(port.name)
        none_left = (
            vlan is not None and port.name in case.after.ports and not _carriers_then(port, vlan, case)
        )
        yield from _on_port(port, vlan, case, certain=port in sure or none_left)
    if vlan is not None:
        yield from _vlan_filtered(vlan, case)


def _unbundled(port: Port, case: Crossing) -> Iterator[tuple[str, str]]:
    """A bundle, or a link of one, on a device that makes no bundles any more."""
    bundled = port.known.get("channel") or regex.compile(r"^(?i:port-?channel)\d").search(port.name)
    for line, found in case.gone.matches("features") if bundled else ():
        if found.groupdict()["bundles"]:
            yield (
                line.whole,
                _("{port}, the way to us: {what} changes").format(port=port.name, what="channel"),
            )


def _on_port(port: Port, vlan: int | None, case: Crossing, *, certain: bool) -> Iterator[Found]:
    others = _others_of_the_bundle(port, case)
    for line, reason in _changed(port, vlan, case):
        yield 3, line, reason, certain and (not others or line.startswith(("feature ", "vlan ")))
    now = case.after.ports.get(port.name)
    if now and now.values("speed") != port.values("speed"):
        line_of = now.line("speed") or port.line("speed")
        text = _("{port}, the way to us: {what} changes").format(port=port.name, what="speed")
        yield 3, line_of.whole if line_of else port.name, text, False


def _others_of_the_bundle(port: Port, case: Crossing) -> bool:
    """Does another link of the same bundle stay as it is?"""
    bundle = port.value("channel")
    return bool(bundle) and any(
        other.name != port.name
        and other.value("channel") == bundle
        and not other.shut
        and (now := case.after.ports.get(other.name)) is not None
        and {kind: now.values(kind) for kind in now.known}
        == {kind: other.values(kind) for kind in other.known}
        for other in case.before.ports.values()
    )


def _carriers_then(port: Port, vlan: int, case: Crossing) -> list[Port]:
    return _carriers(case.after, case.after.ports.get(port.name), vlan, case)


def _likely(ports: list[Port]) -> list[Port]:
    channels = [port for port in ports if not port.known.get("channel")]
    alone = len(ports) == 1 or len({port.value("channel") for port in ports if port.known}) == 1 > len(
        channels
    )
    found = _uplinks(ports) or (channels if len(channels) == 1 else ports if alone else [])
    return found + [
        port for port in ports if port not in found and any(_bundled(port, one.name.lower()) for one in found)
    ]


def _uplinks(ports: list[Port]) -> list[Port]:
    return [port for port in ports if _UPLINK.search(port.value("about"))]


def _carriers(reach: Reach, bearer: Port | None, vlan: int | None, case: Crossing) -> list[Port]:
    """The ports over which the address may be reached: trunks with its VLAN before ports in it; or itself."""
    under = below(bearer, case) if bearer else []
    standing = [reach.ports[name] for name in under if name in reach.ports]
    names = {str(vlan), bearer.name if bearer else "", *(_named(vlan, reach) if vlan is not None else ())}
    members = {port for name in names for port in reach.members.get(name, ())}
    if vlan is None and not members:
        bases = [port for port in standing if not port.known.get("parent")]
        return bases + _bundled_below(reach, bases)
    trunks: list[Port] = []
    others: list[Port] = []
    for port in reach.ports.values():
        if vlan_of(port) is not None or port is bearer:
            continue
        if port.name in members:
            (others if _only(port.name, reach, names) else trunks).append(port)
        elif (vlan is not None and _trunk(port) and vlan in _allowed(port, reach)) or (
            not members and port.value("bridge") in under
        ):
            trunks.append(port)
        elif vlan is not None and port.value("access") == str(vlan):
            others.append(port)
    trunks += [Port(name) for name in sorted(members - reach.ports.keys())]
    trunks += _bundled_below(reach, trunks)
    return trunks or others or [port for port in standing[1:] if port.name != f"vlan{vlan}"]


def _named(vlan: int, reach: Reach) -> set[str]:
    """What a VLAN is called where ports join it by name."""
    return {port.name for port in reach.ports.values() if port.value("tag") == str(vlan)}


def _bundled_below(reach: Reach, some: list[Port]) -> list[Port]:
    bundles = {port.name.lower() for port in some}
    return [
        port
        for port in reach.ports.values()
        if port not in some
        and port.known.get("channel")
        and (port.value("channel").lower() in bundles or any(_bundled(port, bundle) for bundle in bundles))
    ]


def _only(name: str, reach: Reach, names: set[str]) -> bool:
    """Is it in no other VLAN?"""
    return not any(name in ports for vlan, ports in reach.members.items() if vlan not in names)


def _bundled(port: Port, bundle: str) -> bool:
    found = _NUMBER.search(port.value("channel"))
    if found is None:
        return False
    names = r"(?:port-?channel|eth-trunk|bridge-aggregation|lag|bundle-ether|ae|po|trk|bond)"
    return regex.compile(rf"^{names}0*{found[0]}$").search(bundle) is not None


def _trunk(port: Port) -> bool:
    mode = port.value("mode").lower()
    return (
        "trunk" in mode
        or "hybrid" in mode
        or "general" in mode
        or (not mode and bool(port.known.get("allowed")))
    )


def _allowed(port: Port, reach: Reach) -> frozenset[int]:
    """The VLANs of a trunk; all where no line says so, or says it in names."""
    found: set[int] = set()
    values = port.values("allowed")
    for value in values:
        listed = vlans_of(value)
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


def _changed(port: Port, vlan: int | None, case: Crossing) -> Iterator[tuple[str, str]]:
    now, name = case.after.ports.get(port.name), port.name
    if went_down(port, now):
        line = (now.line("shut") if now else None) or port.line("up")
        yield line.whole if line else name, _("{port}, the way to us, is shut").format(port=name)
    if now is None and port.known and not port.known.get("up"):
        first = next(iter(port.known.values()))[0][1]
        yield first.whole, _("{port}, the way to us, loses what it is").format(port=name)
    if now is not None:
        yield from _switched(port, now, vlan, case)
    for key in {str(vlan), *(_named(vlan, case.before) if vlan is not None else ())}:
        if name in case.before.members.get(key, ()) and name not in case.after.members.get(key, ()):
            text = _("{port}, the way to us, is in VLAN {vlan} no more")
            yield f"vlan {vlan}", text.format(port=name, vlan=vlan)
        elif (name in _untagged(case.before, key)) != (name in _untagged(case.after, key)):
            text = _("{port}, the way to us: {what} changes")
            yield f"vlan {vlan}", text.format(port=name, what="tagged")
    yield from _filtered(port, case)
    yield from _unbundled(port, case)


def _untagged(reach: Reach, vlan: str) -> set[str]:
    """The ports that a VLAN names as untagged."""
    told = (match for line, match in reach.matches("members") if "untagged" in line.whole.split())
    return {name for match in told if match["vlan"] == vlan for name in ports_named(match["ports"])}


def _switched(port: Port, now: Port, vlan: int | None, case: Crossing) -> Iterator[tuple[str, str]]:
    """What its lines say of the frames it takes."""
    for kind in _SWITCHED:
        if port.value(kind) != now.value(kind) or bool(port.known.get(kind)) != bool(now.known.get(kind)):
            line = now.line(kind) or port.line(kind)
            text = _("{port}, the way to us: {what} changes").format(port=port.name, what=kind)
            yield line.whole if line else port.name, text
    carried = vlan is not None and _trunk(port) and vlan in _allowed(port, case.before)
    if carried and vlan not in _allowed(now, case.after):
        line = now.line("allowed") or port.line("allowed")
        text = _("{port}, the way to us, carries VLAN {vlan} no more").format(port=port.name, vlan=vlan)
        yield line.whole if line else port.name, text
    for value, line in now.known.get("guard", ()):
        if value not in port.values("guard"):
            yield line.whole, _("{port}, the way to us, would let only some in").format(port=port.name)


def _filtered(port: Port, case: Crossing) -> Iterator[tuple[str, str]]:
    """A filter that comes in on the port, or whose lines change, unless it is seen to let us in."""
    now = case.after.ports.get(port.name)
    for value, line in now.known.get("filter", ()) if now else ():
        was = entries(case.before, value) if value in port.values("filter") else None
        if not seen_to_let_in(was, entries(case.after, value), case):
            text = _("filter {name} would keep us out, or is not understood").format(name=value)
            yield line.whole, text


def _vlan_filtered(vlan: int, case: Crossing) -> Iterator[Found]:
    """A filter of the whole VLAN."""
    for line, match in case.come.matches("vlan_guards"):
        if vlan in (vlans_of(match["vlans"]) or ()):
            yield (
                3,
                line.whole,
                _("VLAN {vlan}, the way to us, would let only some in").format(vlan=vlan),
                True,
            )
