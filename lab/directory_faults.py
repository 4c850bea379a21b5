"""A proxy between an LDAP client and a domain controller that spoils exactly one message.

It speaks TLS on both sides and knows where a message begins and ends (RFC 4511 §4.1.1, BER), so it can cut
the line before a request is delivered, before an answer is, never answer, or put another answer in its
place: what Windows says where Samba says something else.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal

from lab.directory.bind import element
from lab.time_limited import TimeLimited

REQUESTS = {"bind": 0x60, "unbind": 0x42, "search": 0x63, "modify": 0x66, "add": 0x68, "move": 0x6C}
ANSWERS = {"bind": 0x61, "search": 0x65, "modify": 0x67, "add": 0x69, "move": 0x6D}


@dataclass(frozen=True, slots=True)
class Fault:
    """Spoil the `number`th operation of a kind (from 1).

    `lost`: the request is not delivered and the line is cut. `cut`: it is carried out, and the line is cut
    before the answer. `hang`: it is carried out and never answered. `refuse`: it is not carried out, and
    answered with `code` and `message`. `claim`: it is carried out, and answered so all the same.
    """

    kind: str
    number: int
    act: Literal["lost", "cut", "hang", "refuse", "claim"]
    code: int = 0
    message: str = ""
    referral: str = ""


class FaultyController:
    """Serves on an address of its own, in front of a controller. Use it in a `with`.

    All connections share one thread: two threads must not use one TLS connection at a time.
    """

    def __init__(self, address: str, certificate: tuple[Path, Path], behind: str) -> None:
        self._behind = behind
        self._server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._server.load_cert_chain(*certificate)
        self._client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._client.check_hostname, self._client.verify_mode = False, ssl.CERT_NONE
        self._listener = socket.create_server((address, 0))
        self.name = f"{address}:{self._listener.getsockname()[1]}"
        self.fault: Fault | None = None
        self.forest: TimeLimited | None = None
        self.operations: list[str] = []
        self.connections = 0
        self._lock = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),))
        self._done = asyncio.Event()

    def __enter__(self) -> FaultyController:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join()
        self._loop.close()

    def spoil(self, fault: Fault | None) -> None:
        """From now on, and counting from now."""
        with self._lock:
            self.fault, self.operations, self.connections = fault, [], 0

    async def _run(self) -> None:
        server = await asyncio.start_server(self._serve, sock=self._listener, ssl=self._server)
        await self._done.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _serve(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        """One connection, until either side ends it."""
        try:
            beyond = asyncio.open_connection(self._behind, 636, ssl=self._client)
            answers, server = await asyncio.wait_for(beyond, 60)  # it may be busy
        except OSError:
            client.transport.abort()
            return
        for writer in (client, server):  # else 40 ms an answer
            writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connections += 1
        spoiled: dict[bytes, Fault] = {}
        both = (self._requests(reader, server, client, spoiled), self._answers(answers, client, spoiled))
        tasks = [asyncio.ensure_future(one) for one in both]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for writer in (client, server):
                writer.transport.abort()

    async def _requests(
        self,
        reader: asyncio.StreamReader,
        server: asyncio.StreamWriter,
        client: asyncio.StreamWriter,
        spoiled: dict[bytes, Fault],
    ) -> None:
        """What becomes of requests. It comes back when the line is to be cut, or was."""
        async for number, operation, message in messages(reader):
            kind = next((kind for kind, tag in REQUESTS.items() if tag == operation), "")
            fault = self._due(kind)
            if fault is not None:
                spoiled[number] = fault
                if fault.act == "lost":
                    return
                if fault.act == "refuse":
                    client.write(_result(number, kind, fault))
                    continue
            server.write(self.forest.request(message) if self.forest else message)

    async def _answers(
        self, reader: asyncio.StreamReader, client: asyncio.StreamWriter, spoiled: dict[bytes, Fault]
    ) -> None:
        """What becomes of answers. It comes back when the line is to be cut, or was."""
        async for number, operation, message in messages(reader):
            fault = spoiled.get(number)
            if fault is None or operation not in ANSWERS.values():
                client.write(self.forest.answer(message) if self.forest else message)
            elif fault.act == "cut":
                return
            elif fault.act == "claim":
                client.write(_result(number, fault.kind, fault))

    def _due(self, kind: str) -> Fault | None:
        with self._lock:
            self.operations.append(kind)
            fault = self.fault
            if fault and fault.kind == kind and self.operations.count(kind) == fault.number:
                self.fault = None
                return fault
        return None


async def messages(reader: asyncio.StreamReader) -> AsyncIterator[tuple[bytes, int, bytes]]:
    """Whole LDAP messages out of a stream: the message id, the operation's tag, the bytes."""
    buffer = b""
    with suppress(OSError):
        while data := await reader.read(65536):
            buffer += data
            while (size := _size(buffer)) and len(buffer) >= size:
                message, buffer = buffer[:size], buffer[size:]
                at = 2 + (message[1] & 0x7F if message[1] & 0x80 else 0)
                end = at + 2 + message[at + 1]
                yield message[at + 2 : end], message[end], message


def _size(buffer: bytes) -> int:
    """Bytes of the first message, header and all; 0 as long as its header is not whole."""
    if len(buffer) < 2:
        return 0
    if not buffer[1] & 0x80:
        return 2 + buffer[1]
    header = 2 + (buffer[1] & 0x7F)
    return header + int.from_bytes(buffer[2:header], "big") if len(buffer) >= header else 0


def _result(number: bytes, kind: str, fault: Fault) -> bytes:
    """An LDAPResult (RFC 4511 §4.1.9) of the faked kind."""
    body = element(0x0A, bytes([fault.code])) + element(4, b"") + element(4, fault.message.encode())
    if fault.referral:
        body += element(0xA3, element(4, fault.referral.encode()))
    return element(0x30, element(2, number) + element(ANSWERS[kind], body))
