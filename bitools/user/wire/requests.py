"""LDAP requests as bytes (RFC 4511 §4, in BER): the writes, and the reading of one object.

ldap3 builds each as a tree of ASN.1 objects, which takes most of the processor's time of a staff list; and it
takes a backslash before two hexadecimal digits for an escape, in a path (`\\\\dosya\\fa`) or a DN (`\\2C`).
Here a value is sent as it is. All lengths are definite, TRUE is 0xFF (§5.1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

Bytes = str | bytes

_INTEGER, _OCTETS, _ENUMERATED, _SEQUENCE, _SET = 0x02, 0x04, 0x0A, 0x30, 0x31
_SEARCH, _MODIFY, _ADD, _MOVE = 0x63, 0x66, 0x68, 0x6C
_TRUE, _FALSE = b"\x01\x01\xff", b"\x01\x01\x00"
_NEW_SUPERIOR, _PRESENT = 0x80, 0x87
_CHANGES = {
    kind: bytes((_ENUMERATED, 1, number)) for kind, number in (("ADD", 0), ("DELETE", 1), ("REPLACE", 2))
}
_BASE_ALWAYS_UNLIMITED = b"\x0a\x01\x00" + b"\x0a\x01\x03" + b"\x02\x01\x00" * 2 + _FALSE


def message(number: int, operation: bytes) -> bytes:
    """The whole message, under this number (1 to 2³¹ − 1)."""
    digits = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return _element(_SEQUENCE, _element(_INTEGER, digits) + operation)


def add(dn: str, attributes: Mapping[str, Sequence[Bytes]]) -> bytes:
    """Make an object."""
    listed = b"".join(_attribute(name, values) for name, values in attributes.items())
    return _element(_ADD, _octets(dn) + _element(_SEQUENCE, listed))


def modify(dn: str, changes: Mapping[str, tuple[str, Sequence[Bytes]]]) -> bytes:
    """Change attributes of an object, all or none; a change is `("ADD" | "DELETE" | "REPLACE", values)`."""
    listed = b"".join(
        _element(_SEQUENCE, _CHANGES[kind] + _attribute(name, values))
        for name, (kind, values) in changes.items()
    )
    return _element(_MODIFY, _octets(dn) + _element(_SEQUENCE, listed))


def move(dn: str, name: str, parent: str) -> bytes:
    """Give an object another RDN, below another parent; the old RDN's value goes."""
    return _element(_MOVE, _octets(dn) + _octets(name) + _TRUE + _element(_NEW_SUPERIOR, parent.encode()))


def read(dn: str, attributes: Sequence[str]) -> bytes:
    """Search for one object itself, whatever its class."""
    return _element(_SEARCH, _octets(dn) + _BASE_ALWAYS_UNLIMITED + _asked(tuple(attributes)))


@cache  # few lists are asked for, again and again
def _asked(attributes: tuple[str, ...]) -> bytes:
    listed = b"".join(map(_octets, attributes))
    return _element(_PRESENT, b"objectClass") + _element(_SEQUENCE, listed)


def _attribute(name: str, values: Sequence[Bytes]) -> bytes:
    return _element(_SEQUENCE, _octets(name) + _element(_SET, b"".join(map(_octets, values))))


def _octets(text: Bytes) -> bytes:
    return _element(_OCTETS, text if isinstance(text, bytes) else text.encode())


def _element(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content
