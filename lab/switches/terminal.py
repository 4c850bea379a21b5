"""The line between a client and a device, as a real device has it.

Echo appears when the device READS a line, not when its bytes arrive: a client that types ahead sees
its words after the output of the command before, and that is what breaks careless clients.
"""

from __future__ import annotations

import asyncio

import asyncssh

from .platform import Platform

PAGE = 24


class Disconnected(Exception):
    """The client has gone, or the fault was to let it go."""


class Terminal(asyncssh.SSHServerSession[bytes]):
    """One SSH session: text out, lines in. Subclasses say what a line does."""

    early_echo = False

    def __init__(self) -> None:
        self.channel: asyncssh.SSHServerChannel[bytes]
        self.buffer = ""
        self.arrived = asyncio.Event()
        self.closed = False
        self.after_return = False

    # -- what asyncssh calls

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        """Keep the channel."""
        self.channel = chan

    def pty_requested(self, *_: object) -> bool:
        """Any terminal will do."""
        return True

    def data_received(self, data: bytes, datatype: object) -> None:
        """Keep what was typed until the device reads it."""
        text = data.decode("utf-8", "replace")
        if self.after_return and text.startswith("\n"):
            text = text[1:]
        self.after_return = text.endswith("\r")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if self.early_echo:
            self.write(text)
        self.buffer += text
        self.arrived.set()

    def eof_received(self) -> bool:
        """Nothing more will be typed."""
        self._close()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        self._close()

    def _close(self) -> None:
        self.closed = True
        self.arrived.set()

    # -- what the device does

    def write(self, text: str) -> None:
        """Print text, with a terminal's line ends."""
        self.write_bytes(text.replace("\n", "\r\n").encode())

    def write_bytes(self, data: bytes) -> None:
        """Print bytes that may be no text at all."""
        try:
            self.channel.write(data)
        except OSError as error:
            raise Disconnected from error

    async def drained(self) -> None:
        """Wait until most of what was printed has left."""
        await asyncio.sleep(0)
        while not self.closed and self.channel.get_write_buffer_size() > 1 << 20:
            await asyncio.sleep(0.005)

    async def read_line(self, *, echo: bool = True) -> str:
        """Wait for a line and echo it while reading. Raise Disconnected if the client goes."""
        echo = echo and not self.early_echo
        line = ""
        while True:
            await self._something()
            part, end, self.buffer = self.buffer.partition("\n")
            line += part
            if echo:
                self.write(part + end)
            if end:
                return line

    async def read_key(self) -> str:
        """Wait for one key, without echo."""
        await self._something()
        key, self.buffer = self.buffer[0], self.buffer[1:]
        return key

    async def _something(self) -> None:
        while not self.buffer:
            if self.closed:
                raise Disconnected
            self.arrived.clear()
            await self.arrived.wait()

    async def page(self, text: str, platform: Platform, *, paged: bool) -> None:
        """Print text, a screen at a time if paged: space for a screen, return for a line, q to stop."""
        lines = text.splitlines(keepends=True)
        if not paged or not platform.more:
            self.write(text)
            return
        shown = PAGE
        self.write("".join(lines[:shown]))
        while shown < len(lines):
            self.write(platform.more)
            key = await self.read_key()
            self.write(platform.more_erase)
            if key.lower() == "q":
                return
            step = 1 if key == "\n" else PAGE
            self.write("".join(lines[shown : shown + step]))
            shown += step

    async def break_off(self) -> None:
        """Cut the connection after what was printed has left."""
        await asyncio.sleep(0.05)
        self.channel.get_connection().abort()
        raise Disconnected
