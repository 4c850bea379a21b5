"""Addresses as text and as what the index keeps; what a MAC address says about itself.

DHCPv6 names clients by DUID (RFC 8415 §11). One that holds an Ethernet address stands for that: it is of one
of the device's cards, and joins what the device did over IPv4. Of any other the whole DUID stands where a MAC
would.
"""

from __future__ import annotations

import re
import socket
from functools import lru_cache

from bitools.iplog.decisions.events import Address

_HEX = re.compile(r"[0-9a-fA-F]{12}")
_MAC = re.compile(r"[0-9a-fA-F]{1,2}(?:([:-])[0-9a-fA-F]{1,2})(?:\1[0-9a-fA-F]{1,2}){4}")
_DOTTED = re.compile(r"[0-9a-fA-F]{4}(?:\.[0-9a-fA-F]{4}){2}")
_IDENTITY = re.compile(
    r"[0-9a-fA-F]{1,2}(?:([:-])[0-9a-fA-F]{1,2})(?:\1[0-9a-fA-F]{1,2}){1,128}|(?:[0-9a-fA-F]{2}){3,130}"
)
_LINK_TIME, _LINK = b"\0\1\0\1", b"\0\3\0\1"  # DUID-LLT and DUID-LL, of Ethernet
_MOST = 100_000
_addresses: dict[str, Address | None] = {}
_macs: dict[str, bytes | None] = {}


def address(text: str) -> Address | None:
    """An IPv4 or IPv6 address, None if it is none. Octal and short forms are no addresses."""
    try:
        return _addresses[text]
    except KeyError:
        if len(_addresses) > _MOST:
            _addresses.clear()
        found = _addresses[text] = _read(text)
        return found


def _read(text: str) -> Address | None:
    try:
        if ":" in text:
            packed = socket.inet_pton(socket.AF_INET6, text)
            if packed.startswith(b"\0" * 10 + b"\xff\xff"):
                return int.from_bytes(packed[12:], "big")
            return packed
        return int.from_bytes(socket.inet_pton(socket.AF_INET, text), "big")
    except (OSError, ValueError):  # ValueError: a NUL inside
        return None


def shown(ip: Address) -> str:
    """The same as text."""
    if isinstance(ip, bytes):
        return socket.inet_ntop(socket.AF_INET6, ip)
    return socket.inet_ntop(socket.AF_INET, ip.to_bytes(4, "big"))


def mac(text: str) -> bytes | None:
    """A MAC address as six bytes: with colons, dashes, dots or nothing between; None if it is none."""
    try:
        return _macs[text]
    except KeyError:
        if len(_macs) > _MOST:
            _macs.clear()
        found = _macs[text] = _read_mac(text)
        return found


def _read_mac(text: str) -> bytes | None:
    if _HEX.fullmatch(text):
        return bytes.fromhex(text)
    if _DOTTED.fullmatch(text):
        return bytes.fromhex(text.replace(".", ""))
    if _MAC.fullmatch(text):
        return bytes(int(part, 16) for part in re.split("[:-]", text))
    return None


@lru_cache(maxsize=_MOST)
def client(text: str) -> bytes | None:
    """A MAC address, the one in a DUID, or the whole of another identity; None if it is none of these."""
    if (known := mac(text)) is not None or not _IDENTITY.fullmatch(text):
        return known
    parted = re.split("[:-]", text)
    raw = bytes(int(part, 16) for part in parted) if len(parted) > 1 else bytes.fromhex(text)
    if len(raw) == 14 and raw.startswith(_LINK_TIME):
        return raw[8:]
    return raw[4:] if len(raw) == 10 and raw.startswith(_LINK) else raw


def shown_mac(value: bytes | None) -> str:
    """`02:1a:…`, empty if there is none."""
    return value.hex(":") if value else ""


def randomised(value: bytes | None) -> bool:
    """Was it made up by the device (locally administered, IEEE 802-2014 §8.4)? Then it names no device."""
    return value is not None and len(value) == 6 and bool(value[0] & 0x02)
