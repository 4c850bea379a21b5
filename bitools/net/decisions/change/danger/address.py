"""Rule 1: the port, VLAN or VRF that bears the address we reach. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bitools import regex
from bitools.i18n import _
from bitools.net.decisions.change.danger.device import Found
from bitools.net.decisions.change.reach.crossing import Crossing
from bitools.net.decisions.change.reach.networks import Address
from bitools.net.decisions.change.reach.reach import Port, vlan_of


def bearing(case: Crossing) -> Iterator[Found]:
    """What happens to the port that bears the reached address; to every one where nobody knows which."""
    if case.sure and case.bearer:
        for line, reason in _borne(case.bearer, case, case.us.address):
            yield 1, line, reason, True
        return
    for port in case.addressed:
        for line, reason in _borne(port, case, None):
            unsure = _("nobody knows by which address it is reached")
            yield 1, line, f"{reason}; {unsure}", not case.likely or port in case.likely


def _borne(port: Port, case: Crossing, address: Address | None) -> Iterator[tuple[str, str]]:
    now = case.after.ports.get(port.name)
    yield from _readdressed(port, now, address)
    for name in below(port, case):
        yield from _down(name, case)
    if now and (port.value("vrf"), port.value("tag")) != (now.value("vrf"), now.value("tag")):
        line = now.line("vrf") or now.line("tag") or port.line("vrf") or port.line("tag")
        text = _("{port} moves to another VRF or VLAN").format(port=port.name)
        yield line.whole if line else port.name, text
    if (vlan := vlan_of(port)) and vlan in case.before.vlans - case.after.vlans:
        yield f"vlan {vlan}", _("VLAN {vlan}, which bears the address, goes").format(vlan=vlan)
    yield from _without_vrf(port, case)
    for line, found in case.gone.matches("features") if vlan_of(port) else ():
        if found.groupdict()["vlans"]:
            yield line.whole, _("VLAN {vlan}, which bears the address, goes").format(vlan=vlan_of(port))


def _readdressed(port: Port, now: Port | None, address: Address | None) -> Iterator[tuple[str, str]]:
    left, where = now.addresses if now else [], port.line("address")
    text = _("{address} goes from {port}")
    for one in port.addresses:
        if (address is None or one.ip == address) and one not in left:
            yield where.whole if where else port.name, text.format(address=one, port=port.name)
    given = port.known.get("dynamic", ())
    for value, line in given if address is None or not port.addresses else ():
        if now is None or value not in now.values("dynamic"):
            yield line.whole, text.format(address=value, port=port.name)
    for value, line in port.known.get("needs", ()):
        if "6" in value and (address is None or address.version == 4):
            continue
        if now is None or value not in now.values("needs"):
            yield line.whole, text.format(address=address or value, port=port.name)


def _without_vrf(port: Port, case: Crossing) -> Iterator[tuple[str, str]]:
    """Its VRF, or the kind of addresses in it, goes."""
    if not (vrf := port.value("vrf")):
        return
    defines = regex.compile(
        rf"^(?:ip )?(?:vrf|vpn-instance)(?: definition| context| instance)? {re.escape(vrf)}"
        r"(?: / (?:address-family ipv[46]|ipv[46]-family)[^/]*)?$",
        lines=True,
    )
    for line in case.gone.fitting(defines):
        yield line.whole, _("VRF {vrf}, in which the address is, goes").format(vrf=vrf)


def below(port: Port, case: Crossing) -> list[str]:
    """The port itself, and what it stands on, by name."""
    found, ports = [port.name], case.before.ports
    while len(found) < 4:
        parent = ports[found[-1]].value("parent") if found[-1] in ports else ""
        if not parent:
            parent = found[-1].rpartition(".")[0]
            parent = parent if parent in ports or parent in case.after.ports else ""
        if not parent or parent in found:
            break
        found.append(parent)
    if (vlan := vlan_of(port)) and f"vlan{vlan}" not in found:
        found.append(f"vlan{vlan}")
    return found


def _down(name: str, case: Crossing) -> Iterator[tuple[str, str]]:
    port, now = case.before.ports.get(name, Port(name)), case.after.ports.get(name)
    if went_down(port, now):
        line = (now.line("shut") if now else None) or port.line("up") or port.line("address")
        yield line.whole if line else name, _("{port} is shut, and bears the address").format(port=name)


def went_down(port: Port, now: Port | None) -> bool:
    """Is a port shut that was not? One whose `no shutdown` goes is, where that word has to be said."""
    if port.shut:
        return False
    if now is None:
        return bool(port.known.get("up"))
    return now.shut or bool(port.known.get("up") and not now.known.get("up"))
