"""The connection under every SSH session: reading ahead loses nothing, waits are bounded, closing ends a wait."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitools.net.wire.buffered_socket import BufferedSocket
from lab.patience import HANGS


@given(st.lists(st.binary(min_size=1, max_size=200), max_size=10), st.lists(st.integers(1, 70)))
def test_reading_ahead_gives_every_byte_once(sent: list[bytes], sizes: list[int]) -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        line = BufferedSocket(ours)
        line.settimeout(HANGS)
        for chunk in sent:
            theirs.sendall(chunk)
        theirs.shutdown(socket.SHUT_WR)
        got = [line.recv(size) for size in sizes]
        while data := line.recv(64):
            got.append(data)
        line.close()
    assert b"".join(got) == b"".join(sent)
    assert all(len(data) <= size for data, size in zip(got, sizes, strict=False))


def fill(line: BufferedSocket) -> None:
    """Send until the other side's buffer is full."""
    while True:
        line.send(bytes(1_000_000))


def test_a_wait_ends_at_its_time() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        line = BufferedSocket(ours)
        line.settimeout(0.05)
        with pytest.raises(TimeoutError):
            line.recv(10)
        with pytest.raises(TimeoutError):
            fill(line)
        line.close()


def read(line: BufferedSocket) -> None:
    """Read, as a thread that outlives its connection does."""
    with suppress(OSError):
        line.recv(10)


def test_closing_ends_a_wait_in_another_thread_at_once() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        line = BufferedSocket(ours)
        line.settimeout(2 * HANGS)
        reader = threading.Thread(target=lambda: read(line))
        reader.start()
        line.close()
        reader.join(HANGS)
        assert not reader.is_alive()
