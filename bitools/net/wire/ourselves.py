"""How a device sees us: the address it is reached by, and the one we come from."""

from __future__ import annotations

import ipaddress
import socket

from bitools.inventory.model import Inventory
from bitools.inventory.network import Device
from bitools.net.decisions.change.reach.crossing import Us
from bitools.net.decisions.change.reach.networks import Address


def ourselves(inventory: Inventory, device: Device) -> Us:
    """What the inventory and this machine's routes say; behind a jump host we come from that one.

    What a name stands for is looked up; what cannot be is not known.
    """
    address = _address(device.host)
    if device.jump:
        jump = inventory.hosts.get(device.jump) or inventory.devices[device.jump]
        source = _address(jump.host)
    else:
        source = _towards(address) if address else None
    telnet = device.transport == "telnet"
    return Us(device.username, address, source, device.port, telnet)


def _address(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return None
    return ipaddress.ip_address(str(found[0][4][0]).partition("%")[0]) if found else None


def _towards(address: Address) -> Address | None:
    """The address this machine sends from, to there. Nothing is sent."""
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((str(address), 9))
            return ipaddress.ip_address(str(probe.getsockname()[0]).partition("%")[0])
    except OSError:
        return None
