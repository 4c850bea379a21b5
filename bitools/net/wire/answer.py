"""How much a device may say: so much an answer, so long a line, and so much of all devices at a time.

A switch that is broken, or somebody's, may talk without end; the others are to be followed all the same.
"""

from __future__ import annotations

import socket
import threading
from typing import Any

from bitools.errors import IntegrityBroken
from bitools.i18n import _

LARGEST = 64  # MiB an answer, if the settings do not say otherwise
LONGEST = 1 << 20  # bytes a line
_MIB = 1 << 20
_FREE = 2 << 20  # bytes of an answer that nobody counts: what healthy devices say
_TOGETHER = 80 << 20  # bytes of all larger answers at a time


class _Room:
    """Memory for large answers; who finds none waits, and no longer than the device's deadline."""

    def __init__(self, size: int) -> None:
        self._left = size
        self._size = size
        self._changed = threading.Condition()

    def take(self, size: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._left >= size or self._left == self._size)
            self._left -= size

    def give(self, size: int) -> None:
        with self._changed:
            self._left += size
            self._changed.notify_all()


_ROOM = _Room(_TOGETHER)


class Answer:
    """What has come since the last command. Raise IntegrityBroken (`too_large`, `long_line`) for too much."""

    def __init__(self, largest: int = LARGEST) -> None:
        self._largest = largest * _MIB
        self._data = bytearray()
        self._line = 0  # bytes since the last line break
        self._taken = 0

    def __len__(self) -> int:
        return len(self._data)

    def __del__(self) -> None:
        self.clear()

    def add(self, chunk: bytes) -> None:
        """Keep what came."""
        if len(self._data) + len(chunk) > self._largest:
            self.clear()
            raise too_large(self._largest // _MIB)
        end = chunk.rfind(b"\n")
        self._line = self._line + len(chunk) if end < 0 else len(chunk) - end - 1
        if self._line > LONGEST:
            self.clear()
            raise _long_line()
        while len(self._data) + len(chunk) > _FREE + self._taken:
            _ROOM.take(_FREE)
            self._taken += _FREE
        self._data += chunk

    def clear(self) -> None:
        """Forget it."""
        self._data = bytearray()
        self._line = 0
        if self._taken:
            _ROOM.give(self._taken)
            self._taken = 0

    def first(self, size: int) -> bytes:
        """Its beginning."""
        return bytes(self._data[:size])

    def last(self, size: int) -> bytes:
        """Its end."""
        return bytes(self._data[-size:])

    def replace_last(self, size: int, data: bytes) -> None:
        """Other bytes in the place of the last ones."""
        self._data[max(0, len(self._data) - size) :] = data

    def whole(self) -> bytes:
        """All of it; it is forgotten here."""
        data = bytes(self._data)
        self.clear()
        return data


class Metered:
    """A connection of a library that reads by itself: beyond the bound it breaks off."""

    def __init__(self, connection: socket.socket, largest: int) -> None:
        self._connection = connection
        self._left = (largest + 8) * _MIB  # with what carries it
        self.exceeded = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def recv(self, size: int) -> bytes:
        """What has come. Raise OSError if it is too much."""
        data = self._connection.recv(size)
        self._left -= len(data)
        if self._left < 0:
            self.exceeded = True
            raise OSError("too much has come")
        return data


def too_large(largest: int) -> IntegrityBroken:
    """Its answer goes on and on."""
    return IntegrityBroken(
        _("not a whole configuration: more than {size} MiB have come").format(size=largest),
        hint=_("broken? if it is that large: largest_answer in settings.yaml"),
        reason="too_large",
    )


def _long_line() -> IntegrityBroken:
    return IntegrityBroken(
        _("not a whole configuration: a line of more than {size} MiB").format(size=LONGEST // _MIB),
        hint=_("look at the device; no configuration has such lines"),
        reason="long_line",
    )
