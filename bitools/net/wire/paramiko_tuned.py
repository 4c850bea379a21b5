"""paramiko as we use it: the one import, without what it drags in, and its slow places mended.

`paramiko.config` imports invoke, 45 ms, for a feature of ssh_config files that we never read. Message codes
are compared byte by byte in Python, a tenth of a fetch's processor time; and Diffie-Hellman in Python's `pow`
takes 30 ms a log-in with the interpreter locked (gmpy2, where it is installed: 5 ms). A packet is read in two
parts with a wait before each, and the handshake is timed by a thread of its own: see `line` and `Packets`.
"""

from __future__ import annotations

import hmac
import logging
import socket
import sys
import time
from importlib import util
from typing import Any

from bitools.net.wire.buffered_socket import BufferedSocket

_before = sys.modules.get("invoke")
sys.modules["invoke"] = None  # type: ignore[assignment]  # its import fails, which paramiko expects
try:
    import paramiko
finally:
    del sys.modules["invoke"]
    if _before is not None:
        sys.modules["invoke"] = _before

paramiko.util.constant_time_bytes_eq = hmac.compare_digest  # type: ignore[assignment]
logging.getLogger("paramiko").addHandler(logging.NullHandler())
logging.getLogger("paramiko").propagate = False

# one pass over the data in place of two: where the device can
_AUTHENTICATED = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com")


class Packets(paramiko.packet.Packetizer):
    """Packets whose handshake is timed by the clock, and not by a thread of its own."""

    _ends: float | None = None

    def start_handshake(self, timeout: float) -> None:
        """From now on the first message must come within so many seconds."""
        self._ends = time.monotonic() + timeout

    def handshake_timed_out(self) -> bool:
        """Has it not?"""
        return self._ends is not None and time.monotonic() > self._ends

    def complete_handshake(self) -> None:
        """It has."""
        self._ends = None


class Transport(paramiko.Transport):
    """A connection read by as few calls as will do."""

    def __init__(self, sock: Any, **options: Any) -> None:
        line: Any = BufferedSocket(sock) if isinstance(sock, socket.socket) else sock
        super().__init__(line, packetizer_class=Packets, **options)
        offered = self.get_security_options()
        offered.ciphers = (*_AUTHENTICATED, *(one for one in offered.ciphers if one not in _AUTHENTICATED))


class Client(paramiko.SSHClient):
    """A client whose connections are those of above."""

    def connect(self, *words: Any, **options: Any) -> None:
        """See paramiko."""
        super().connect(*words, **{**options, "transport_factory": Transport})


Channel = paramiko.Channel
BROKEN = (paramiko.SSHException, OSError, EOFError)  # a connection that ended, however it says so


def _faster_powers() -> None:
    from paramiko import kex_gex, kex_group1  # type: ignore[attr-defined]

    def power(base: int, exponent: int, modulus: int) -> int:
        from gmpy2 import powmod  # 12 ms, and most devices need none of it

        return int(powmod(base, exponent, modulus))

    modules: tuple[Any, ...] = (kex_gex, kex_group1)
    for module in modules:
        module.pow = power


if util.find_spec("gmpy2"):
    _faster_powers()

__all__ = ["BROKEN", "Channel", "Client", "paramiko"]
