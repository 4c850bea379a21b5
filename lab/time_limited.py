"""A forest that ends memberships by itself, in front of a Samba that cannot: what Windows answers and takes.

Its configuration says that the Privileged Access Management feature is on; a member that is written with a
time (`<TTL=3600,CN=…>`) is noted here, and passed on without.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lab.directory.bind import element

FEATURE = b"CN=Privileged Access Management Feature,CN=Optional Features,CN=Directory Service"
_CONSTRUCTED, _ENTRY = 0x20, 0x64
_TTL = re.compile(rb"<TTL=(\d+),(.*)>")


class TimeLimited:
    """What it was told: seconds, and the DN of the member."""

    def __init__(self) -> None:
        self.told: list[tuple[int, str]] = []

    def request(self, message: bytes) -> bytes:
        """A request as Samba takes it."""
        return _mapped(message, self._without_time) if b"<TTL=" in message else message

    def answer(self, message: bytes) -> bytes:
        """An answer as such a forest gives it: of the object that holds the features, with this one."""
        [(_tag, body)] = list(_elements(message))
        number, (operation, entry) = list(_elements(body))[:2]
        if operation != _ENTRY:
            return message
        (kind, dn), (_sequence, attributes) = list(_elements(entry))
        if not dn.startswith(b"CN=Partitions,"):
            return message
        more = element(0x30, element(4, b"msDS-EnabledFeature") + element(0x31, element(4, FEATURE)))
        entry = element(kind, dn) + element(0x30, attributes + more)
        return element(0x30, element(*number) + element(_ENTRY, entry))

    def _without_time(self, value: bytes) -> bytes:
        found = _TTL.fullmatch(value)
        if found is None:
            return value
        self.told.append((int(found[1]), found[2].decode()))
        return found[2]


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The elements of BER one after another: tag and content."""
    while data:
        size, at = data[1], 2
        if size & 0x80:
            at += size & 0x7F
            size = int.from_bytes(data[2:at], "big")
        yield data[0], data[at : at + size]
        data = data[at + size :]


def _mapped(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The same elements, each value changed."""
    return b"".join(
        element(tag, _mapped(content, change) if tag & _CONSTRUCTED else change(content))
        for tag, content in _elements(data)
    )
