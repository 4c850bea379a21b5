"""Telnet (RFC 854), for the device that has nothing else: as much of it as a configuration needs.

Everything is readable on the way, the password too: only a device that says `insecure: true` is reached so.
"""

from __future__ import annotations

import errno
import re
import socket

from bitools import regex
from bitools.errors import CredentialsRejected
from bitools.i18n import _

_IAC, _DONT, _DO, _WONT, _WILL = 255, 254, 253, 252, 251
_ECHO, _SUPPRESS_GO_AHEAD = 1, 3
_LONGEST_OPTION = 1 << 16  # bytes of one that has not ended yet
_COMMAND = re.compile(
    rb"\xff(?:(?P<data>\xff)|(?P<verb>[\xfb-\xfe])(?P<option>.)|\xfa.*?\xff\xf0|[\xf0-\xf9])"
    rb"|(?P<unfinished>\xff(?:[\xfb-\xfe]?|\xfa.*)\Z)",
    re.DOTALL,
)
_NAME = regex.compile(r"(?:[Ll]ogin|[Uu]ser ?[Nn]ame|[Uu]ser|LOGIN|USERNAME)(?: as)? ?: ?\z")
_PASSWORD = regex.compile(r"(?:[Pp]assword|PASSWORD)[^\n:]*: ?\z")
# what devices say to a wrong password before they hang up
_REJECTED = regex.compile(
    r"(?i)^\W*(?:error: ?)?(?:log-?in (?:invalid|incorrect|failed)|authentication failed|access denied"
    r"|bad passwords?|(?:incorrect|invalid) (?:user ?name|password|login).*)\W*$",
    lines=True,
)


class TelnetChannel:
    """A connection whose negotiation is taken out of what is read; otherwise like a terminal over SSH."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._rest = b""
        self._answered: set[bytes] = set()

    def settimeout(self, seconds: float | None) -> None:
        """How long a read may wait."""
        self._connection.settimeout(seconds)

    def recv(self, size: int) -> bytes:
        """What the device printed; empty when it has gone. Raise TimeoutError or OSError."""
        while data := self._connection.recv(size):
            data, self._rest = self._rest + data, b""
            if text := _COMMAND.sub(self._obeyed, data):
                return text
        return b""

    def sendall(self, data: bytes) -> None:
        """Type. A line ends in CR LF here (RFC 854)."""
        data = data.replace(b"\xff", b"\xff\xff")
        self._connection.sendall(re.sub(rb"\r\n|\r|\n", b"\r\n", data))

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _obeyed(self, found: re.Match[bytes]) -> bytes:
        """Answer one request of the negotiation, once: it may echo and leave out go-ahead, nothing else."""
        if found["data"]:
            return b"\xff"
        if found["unfinished"]:
            self._rest = found[0]
            if len(self._rest) > _LONGEST_OPTION:
                raise ConnectionAbortedError(errno.ECONNABORTED, "a Telnet option without end")
            return b""
        if found["verb"] and found[0] not in self._answered:
            self._answered.add(found[0])
            verb, option = found["verb"][0], found["option"][0]
            if verb == _WILL:
                wanted = option in (_ECHO, _SUPPRESS_GO_AHEAD)
                self._connection.sendall(bytes((_IAC, _DO if wanted else _DONT, option)))
            elif verb == _DO:
                able = option == _SUPPRESS_GO_AHEAD
                self._connection.sendall(bytes((_IAC, _WILL if able else _WONT, option)))
        return b""


class Conversation:
    """The log-in as a conversation: the name, then the password, each once."""

    def __init__(self, username: str, password: str) -> None:
        self._answers = {_NAME: username, _PASSWORD: password}
        self._given: dict[regex.Pattern, int] = {}

    def answer(self, text: str) -> str | None:
        """What to type after what was printed so far; None for nothing.

        Raise CredentialsRejected if it asks a second time, or says so.
        """
        line = text.count("\n")
        asked = self._given.get(_PASSWORD)
        if asked is not None and _REJECTED.search("\n".join(text.split("\n")[asked + 1 :])):
            raise _rejected()
        for question, answer in self._answers.items():
            if not question.search(text) or self._given.get(question) == line:
                continue
            if question in self._given:
                raise _rejected()
            self._given[question] = line
            return answer
        return None


def _rejected() -> CredentialsRejected:
    return CredentialsRejected(
        _("user name or password rejected"),
        hint=_("username and password in devices.yaml; try one device first"),
        reason="password",
    )
