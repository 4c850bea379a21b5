"""From one configuration to the other, and how we come meanwhile: what every rule looks at. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from bitools import regex
from bitools.net.decisions.change.reach.networks import Address, Interface, interface
from bitools.net.decisions.change.reach.reach import Port, Reach

_LOOPBACK = regex.compile(r"^(?i:lo|loopback|dummy)[0-9]*$")
_MANAGED = regex.compile(
    r"(?i:\b(?:mgmt|management|y[oö]netim|fxp0|em0|me0|oob|mgmteth\S*)\d*\b|^management|^mgmt)"
)


@dataclass(frozen=True, slots=True)
class Us:
    """How we reach a device, as far as anybody knows: who, to which address and port, from where.

    `uplink`: the port towards us, where the device was asked for it. `source`: behind a jump host that one's.
    `egress`: the port by which the device answers us. `seen`: the device itself has said from where we come.
    """

    user: str = ""
    address: Address | None = None
    source: Address | None = None
    port: int = 22
    telnet: bool = False
    uplink: str = ""
    egress: str = ""
    seen: bool = False
    new_credential: bool = False  # our own changed secret is known, and the new session will prove it

    @property
    def protocol(self) -> str:
        """By which we come."""
        return "telnet" if self.telnet else "ssh"


@dataclass
class Crossing:
    """What the device has, what it would have, the lines that go and come, and how we come ourselves."""

    before: Reach
    after: Reach
    gone: Reach
    come: Reach
    us: Us

    @cached_property
    def _known(self) -> Port | None:
        return self.before.bearer(self.us.address) if self.us.address else None

    @property
    def sure(self) -> bool:
        """Is it known which port bears the address we reach?"""
        return self._known is not None

    @cached_property
    def addressed(self) -> list[Port]:
        """The ports that have an address, or are given one."""
        return [port for port in self.before.ports.values() if port.addresses or port.known.get("dynamic")]

    @cached_property
    def likely(self) -> list[Port]:
        """The ports by which it is likely reached where nobody knows.

        Those by which somebody may manage; those for management by name; loopbacks, and those in whose
        networks the default route's next hop is; those that are given an address, if none has ours.
        """
        ports = self.addressed
        zones = {match.groupdict().get("device") for _line, match in self.before.matches("managers")}
        hops = {route.hop for route in self.before.routes if route.network.prefixlen == 0}
        return (
            [port for port in ports if zones & {*port.values("zone")}]
            or [port for port in ports if _MANAGED.search(f"{port.name} {port.value('about')}")]
            or [
                port
                for port in ports
                if _LOOPBACK.search(port.name)
                or any(_holds(one, hop) for one in port.addresses for hop in hops)
            ]
            or [port for port in ports if self.us.address and port.known.get("dynamic")]
        )

    @property
    def bearers(self) -> list[Port]:
        """The port that bears the address we reach; all likely ones where nobody knows."""
        return [self._known] if self._known else self.likely

    @property
    def bearer(self) -> Port | None:
        """The port that bears the address we reach; the likely one where nobody knows, if it is only one."""
        return self._known or (self.likely[0] if len(self.likely) == 1 else None)

    @cached_property
    def egress(self) -> list[Port]:
        """The ports by which the way back to us goes: as the device says, else as far as it is static."""
        if self.us.source is None:
            return []
        if self.us.egress in self.before.ports:
            return [self.before.ports[self.us.egress]]
        hops = [route.hop for route in self.before.best(self.us.source, self.vrf)]
        return [port for hop in hops if (port := self.leads(self.before, hop))]

    @property
    def vrf(self) -> str:
        """The one that we come in."""
        return self.bearer.vrf if self.bearer else ""

    def leads(self, reach: Reach, hop: str) -> Port | None:
        """The port that leads to a next hop: one of this name, or in whose network it is."""
        if hop in reach.ports:
            return reach.ports[hop]
        ports = [port for port in reach.ports.values() if not port.shut and port.vrf == self.vrf]
        return next((port for port in ports if any(_holds(one, hop) for one in port.addresses)), None)


def _holds(one: Interface, hop: str) -> bool:
    found = interface(hop)
    return found is not None and found.ip in one.network
