"""The negotiation is taken out wherever it is cut; a log-in is answered once."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitools.errors import CredentialsRejected
from bitools.net.wire.telnet import Conversation, TelnetChannel

SENT = b"\xff\xfb\x01\xff\xfb\x03\xff\xfd\x18\r\nUser\xff\xff: \xff\xfa\x18\x01\xff\xf0ok\xff\xf1!"
SEEN = b"\r\nUser\xff: ok!"


@given(st.lists(st.integers(1, len(SENT) - 1), max_size=6, unique=True))
def test_negotiation_is_never_read_as_text(cuts: list[int]) -> None:
    ours, theirs = socket.socketpair()
    channel = TelnetChannel(ours)
    read = b""
    with ours, theirs:
        for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(SENT)], strict=True):
            theirs.sendall(SENT[start:end])
            ours.setblocking(False)
            try:
                read += channel.recv(4096)
            except BlockingIOError:
                pass
            ours.setblocking(True)
        assert read == SEEN
        assert theirs.recv(99) == b"\xff\xfd\x01\xff\xfd\x03\xff\xfc\x18"


def test_what_is_typed_ends_its_lines_as_telnet_wants() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        TelnetChannel(ours).sendall("show ü\nx\r\n".encode() + b"\xff\n")
        assert theirs.recv(99) == "show ü\r\nx\r\n".encode() + b"\xff\xff\r\n"


def test_name_and_password_once() -> None:
    told = Conversation("netops", "gizli")
    assert told.answer("\nUser Access Verification\n\nUsername: ") == "netops"
    assert told.answer("\nUser Access Verification\n\nUsername: ") is None
    assert told.answer("\nUser Access Verification\n\nUsername: netops\n") is None
    assert told.answer("\nUser Access Verification\n\nUsername: netops\nPassword: ") == "gizli"
    assert told.answer("\nUser Access Verification\n\nUsername: netops\nPassword: \n") is None


@pytest.mark.parametrize(
    "said",
    ["% Login invalid\n\nUsername: ", "Login incorrect\n", "\nAuthentication failed.\n", "\nUsername: "],
)
def test_a_second_question_or_a_refusal_is_a_rejection(said: str) -> None:
    told = Conversation("netops", "gizli")
    told.answer("Username: ")
    told.answer("Username: netops\nPassword: ")
    with pytest.raises(CredentialsRejected):
        told.answer("Username: netops\nPassword: \n" + said)


def test_an_option_that_never_ends_breaks_the_connection_off() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        sender = threading.Thread(target=_send, args=(theirs, b"\xff\xfa\x18" + b"x" * 1_000_000))
        sender.start()
        with pytest.raises(ConnectionAbortedError, match="without end"):
            TelnetChannel(ours).recv(65536)
        ours.close()
        sender.join()


def _send(to: socket.socket, data: bytes) -> None:
    with suppress(OSError):
        to.sendall(data)
