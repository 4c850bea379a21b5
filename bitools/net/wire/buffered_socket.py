"""A TCP connection for a library that reads a few bytes at a time, and waits before each of them.

Every call to the kernel gives the interpreter to another thread: with twenty sessions at once they wait for
one another more than for the network.
"""

from __future__ import annotations

import socket
import struct
from typing import Any

_CHUNK = 65536


class BufferedSocket:
    """A socket that reads ahead, and waits inside the call that reads."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._ahead = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def settimeout(self, seconds: float) -> None:
        """How long `recv` and `send` may wait (SO_RCVTIMEO, SO_SNDTIMEO: socket(7))."""
        self._connection.settimeout(None)
        limit = struct.pack("ll", int(seconds), int(seconds % 1 * 1_000_000))
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            self._connection.setsockopt(socket.SOL_SOCKET, option, limit)

    def recv(self, size: int) -> bytes:
        """At most `size` bytes; empty when the other side has gone. Raise TimeoutError."""
        if not self._ahead:
            try:
                self._ahead = self._connection.recv(_CHUNK)
            except BlockingIOError as error:
                raise TimeoutError from error
        data, self._ahead = self._ahead[:size], self._ahead[size:]
        return data

    def send(self, data: bytes) -> int:
        """How many bytes have gone. Raise TimeoutError."""
        try:
            return self._connection.send(data)
        except BlockingIOError as error:
            raise TimeoutError from error

    def close(self) -> None:
        """Hang up at once, also where another thread is reading."""
        try:
            self._connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the other side has gone
        self._connection.close()
