"""Addresses and networks as configurations write them. Pure."""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Interface = ipaddress.IPv4Interface | ipaddress.IPv6Interface
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def interface(value: str) -> Interface | None:
    """`10.0.0.1/24` or `10.0.0.1 255.255.255.0`; nothing if it is none (`dhcp`)."""
    try:
        return ipaddress.ip_interface(value.strip().replace(" ", "/"))
    except ValueError:
        return None
