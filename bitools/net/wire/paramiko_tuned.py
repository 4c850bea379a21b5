"""paramiko as we use it: the one import, without what it drags in, and its slow places mended.

`paramiko.config` imports invoke, 45 ms, for a feature of ssh_config files that we never read, and the package
reads the metadata of its own, 15 ms, to know its version. Message codes
are compared byte by byte in Python, a tenth of a fetch's processor time; and Diffie-Hellman in Python's `pow`
takes 30 ms a log-in with the interpreter locked (gmpy2, where it is installed: 5 ms). A packet is read in two
parts with a wait before each, and the handshake is timed by a thread of its own: see `line` and `Packets`.
"""

from __future__ import annotations

import hmac
import logging
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import Any

from bitools import regex
from bitools.net.wire.buffered_socket import BufferedSocket


def _version(name: str) -> str:
    """Of an installed package, as its folder is called: without reading what it says of itself."""
    found = util.find_spec(name)
    beside = Path(found.origin).parents[1].glob(f"{name}-*.dist-info") if found and found.origin else ()
    return next((folder.stem.removeprefix(f"{name}-") for folder in beside), "unknown")


_instead: dict[str, Any] = {"invoke": None, "importlib.metadata": ModuleType("importlib.metadata")}
_instead["importlib.metadata"].version = _version
_before = {name: sys.modules.get(name) for name in _instead}
sys.modules.update({name: stub for name, stub in _instead.items() if _before[name] is None})
try:
    import paramiko
finally:
    for _name in _instead:
        del sys.modules[_name]
    sys.modules.update({name: module for name, module in _before.items() if module is not None})

paramiko.util.constant_time_bytes_eq = hmac.compare_digest  # type: ignore[assignment]
logging.getLogger("paramiko").addHandler(logging.NullHandler())
logging.getLogger("paramiko").propagate = False

# one pass over the data in place of two: where the device can
_OTHER = regex.compile(
    r"(?i)new password|verification|one.time|token|passcode|\botp\b|second factor|challenge"
)
_WINDOW = 1 << 19  # bytes that a device may send before we read (RFC 4254, 5.2); paramiko would keep two MiB
_AUTHENTICATED = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com")


def _nothing_but_a_password(
    password: str | None,
) -> Callable[[str, str, Sequence[tuple[str, bool]]], list[str]]:
    """Answers for a server that asks (RFC 4256): the password, once, to one question that hides it."""
    left = [] if password is None else [password]

    def answer(title: str, instructions: str, questions: Sequence[tuple[str, bool]]) -> list[str]:
        if not questions:
            return []
        words = "\n".join(filter(None, (title, instructions, *(text for text, _echo in questions))))
        hidden = len(questions) == 1 and not questions[0][1]
        if not left or not hidden or _OTHER.search(words):
            raise NoPasswordAsked(words)
        return [left.pop()]

    return answer


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


class _Onwards(paramiko.auth_handler.AuthHandler):
    """A second way in, in the service that was asked for with the first: strict servers allow one."""

    def _request_auth(self) -> None:
        accepted = paramiko.Message()
        accepted.add_string("ssh-userauth")
        accepted.rewind()
        self._parse_service_accept(accepted)  # type: ignore[attr-defined]


class Transport(paramiko.Transport):
    """A connection read by as few calls as will do."""

    def __init__(self, sock: Any, **options: Any) -> None:
        line: Any = BufferedSocket(sock) if isinstance(sock, socket.socket) else sock
        super().__init__(line, packetizer_class=Packets, default_window_size=_WINDOW, **options)
        offered = self.get_security_options()
        offered.ciphers = (*_AUTHENTICATED, *(one for one in offered.ciphers if one not in _AUTHENTICATED))

    def auth_password(self, username: str, password: str, event: Any = None, fallback: bool = True) -> Any:
        """See paramiko; where the server only asks questions, the first is answered with the password.

        paramiko would answer every one with it, a second factor's too. Raise NoPasswordAsked.
        """
        try:
            return super().auth_password(username, password, event, fallback=False)
        except paramiko.BadAuthenticationType as error:
            if not fallback or "keyboard-interactive" not in error.allowed_types:
                raise
        except paramiko.AuthenticationException:
            raise
        except paramiko.SSHException as error:
            if "Illegal info request" not in str(error):
                raise
            raise NoPasswordAsked("", "password expired") from error  # RFC 4252, 8: PASSWD_CHANGEREQ
        return self.auth_interactive(username, _nothing_but_a_password(password))

    def auth_interactive(self, username: str, handler: Any, submethods: str = "") -> Any:
        """See paramiko, which asks for the service once more."""
        answered = threading.Event()
        self.auth_handler = _Onwards(self)
        self.auth_handler.auth_interactive(username, handler, answered, submethods)
        return self.auth_handler.wait_for_response(answered)


class NoPasswordAsked(paramiko.SSHException):
    """At log-in the server asks for something that is no password: in its own words, or by its protocol."""

    def __init__(self, words: str, meaning: str = "") -> None:
        super().__init__(f"asked: {words}")
        self.words, self.meaning = words, meaning or words


class Client(paramiko.SSHClient):
    """A client whose connections are those of above."""

    def connect(self, *words: Any, **options: Any) -> None:
        """See paramiko. Raise NoPasswordAsked where a password is not enough."""
        super().connect(*words, **{**options, "transport_factory": Transport})
        transport = self.get_transport()
        if transport is not None and not transport.is_authenticated():
            transport.auth_interactive(words[2], _nothing_but_a_password(None))


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

__all__ = ["BROKEN", "Channel", "Client", "NoPasswordAsked", "paramiko"]
