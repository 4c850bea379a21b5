"""The system log: what stands there is out of reach for whoever can rewrite the state, above all where it is
sent on to another machine. Nobody waits for it, and a machine without one is none the worse.
"""

from __future__ import annotations

import os
import socket

SOCKET = "/dev/log"
_AUTHPRIV = 10  # RFC 5424 §6.2.1: security messages
_NOTICE, _ALERT = 5, 1


def note(text: str) -> None:
    """What was seen."""
    _send(_NOTICE, text)


def alarm(text: str) -> None:
    """What is wrong."""
    _send(_ALERT, text)


def _send(severity: int, text: str) -> None:
    line = " ".join(text.split())
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as log:
        log.setblocking(False)
        try:
            log.connect(SOCKET)
            log.send(f"<{_AUTHPRIV * 8 + severity}>bitools[{os.getpid()}]: {line}".encode())
        except OSError:
            pass
