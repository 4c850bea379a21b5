"""The same command line over Telnet, for devices that have nothing else: log-in in the clear, IAC and all."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

from .commandline import CommandLine
from .device import Account, Device

if TYPE_CHECKING:
    import asyncssh

# will echo, will suppress go-ahead, do terminal type, do window size (RFC 854, 857, 858, 1091, 1073)
GREETING = b"\xff\xfb\x01\xff\xfb\x03\xff\xfd\x18\xff\xfd\x1f"
_NEGOTIATION = re.compile(rb"\xff(?:\xfa.*?\xff\xf0|[\xfb-\xfe].|[\xf0-\xf9])", re.DOTALL)
ATTEMPTS = 3


class _Channel:
    """What the command line writes to: as much of an SSH channel as it uses."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.writer = writer

    def write(self, data: bytes) -> None:
        self.writer.write(data.replace(b"\xff", b"\xff\xff"))

    def get_write_buffer_size(self) -> int:
        return self.writer.transport.get_write_buffer_size()

    def exit(self, _code: int) -> None:
        self.writer.close()

    def get_connection(self) -> _Channel:
        return self

    def close(self) -> None:
        self.writer.close()

    def abort(self) -> None:
        self.writer.transport.abort()


class TelnetFront:
    """Answers at one device's port."""

    def __init__(self, device: Device) -> None:
        self.device = device

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One session, from the name to the goodbye."""
        try:
            account = await self._log_in(reader, writer)
            if account:
                await self._talk(account, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _log_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Account | None:
        writer.write(GREETING + b"\r\n\r\nUser Access Verification\r\n\r\n")
        for _attempt in range(ATTEMPTS):
            writer.write(b"Username: ")
            name = await _line(reader)
            writer.write(name.encode() + b"\r\nPassword: ")
            password = await _line(reader)
            writer.write(b"\r\n")
            account = self.device.account(name)
            if account and account.password == password and "refuse_password" not in self.device.faults:
                self.device.logins += 1
                return account
            self.device.rejected_logins += 1
            writer.write(b"% Login invalid\r\n\r\n")
        return None

    async def _talk(
        self, account: Account, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        line = CommandLine(self.device, account)
        channel: Any = _Channel(writer)
        line.connection_made(_as_ssh(channel))
        line.session_started()
        while data := await reader.read(4096):
            line.data_received(_NEGOTIATION.sub(b"", data), None)
        line.connection_lost(None)


def _as_ssh(channel: Any) -> asyncssh.SSHServerChannel[bytes]:
    found: asyncssh.SSHServerChannel[bytes] = channel
    return found


async def _line(reader: asyncio.StreamReader) -> str:
    return _NEGOTIATION.sub(b"", await reader.readuntil(b"\n")).strip(b"\r\n\0").decode("utf-8", "replace")
