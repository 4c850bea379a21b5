"""From one configuration to the other, and how we come meanwhile: what every rule looks at. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from bitools.net.decisions.change.reach import Address, Interface, Port, Reach, interface


@dataclass(frozen=True, slots=True)
class Us:
    """How we reach a device, as far as anybody knows: who, to which address and port, from where.

    `uplink`: the port towards us, where the device was asked for it. `source`: behind a jump host that one's.
    `seen`: the device itself has said so.
    """

    user: str = ""
    address: Address | None = None
    source: Address | None = None
    port: int = 22
    telnet: bool = False
    uplink: str = ""
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
    def bearer(self) -> Port | None:
        """The port that bears the address we reach; None where nobody knows."""
        return self.before.bearer(self.us.address) if self.us.address else None

    @cached_property
    def egress(self) -> list[Port]:
        """The ports by which the way back to us goes, as far as it is static."""
        if self.us.source is None:
            return []
        hops = [route.hop for route in self.before.best(self.us.source, self.vrf)]
        return [port for hop in hops if (port := self.leads(self.before, hop))]

    @property
    def vrf(self) -> str:
        """The one that we come in."""
        return self.bearer.value("vrf") if self.bearer else ""

    def leads(self, reach: Reach, hop: str) -> Port | None:
        """The port that leads to a next hop: one of this name, or in whose network it is."""
        if hop in reach.ports:
            return reach.ports[hop]
        ports = [port for port in reach.ports.values() if not port.shut and port.value("vrf") == self.vrf]
        return next((port for port in ports if any(_holds(one, hop) for one in port.addresses)), None)


def _holds(one: Interface, hop: str) -> bool:
    found = interface(hop)
    return found is not None and found.ip in one.network
