"""How a running farm is asked and told things: one JSON line there, one back, over a socket in its folder."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lab.patience import HANGS

from .editor import UnknownCommand
from .faults import Faults

if TYPE_CHECKING:
    from .listener import Listener

NAME = "control"


@contextmanager
def address(folder: Path) -> Iterator[str]:
    """The socket's address, short however long the folder's path is (a socket's may have 107 characters)."""
    handle = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}/{NAME}"
    finally:
        os.close(handle)


def ask(folder: Path, **request: Any) -> dict[str, Any]:
    """Ask a farm. Raise ConnectionError if none runs there, ValueError with its words if it refuses."""
    with address(folder) as name, socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(HANGS)
        try:
            connection.connect(name)
        except FileNotFoundError as error:
            raise ConnectionError(f"no farm runs in {folder}") from error
        with connection.makefile("rw", encoding="utf-8") as stream:
            stream.write(json.dumps(request) + "\n")
            stream.flush()
            answer: dict[str, Any] = json.loads(stream.readline() or '{"error": "the farm ended"}')
    if "error" in answer:
        raise ValueError(answer["error"])
    return answer


async def serve_control(folder: Path, listeners: Mapping[str, Listener]) -> None:
    """Answer requests from now on."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            try:
                result = await _obey(json.loads(line), listeners)
            except (ValueError, KeyError, UnknownCommand) as error:
                result = {"error": f"{type(error).__name__}: {error}"}
            writer.write(json.dumps(result).encode() + b"\n")
            await writer.drain()
        writer.close()

    (folder / NAME).unlink(missing_ok=True)
    with address(folder) as name:
        await asyncio.start_unix_server(answer, name, limit=1 << 26)


async def _obey(request: dict[str, Any], listeners: Mapping[str, Listener]) -> dict[str, Any]:
    if "device" not in request:
        return {name: _state(listener) for name, listener in listeners.items()}
    listener = listeners[request["device"]]
    device = listener.device
    if "fault" in request:
        device.faults = Faults.parse(request["fault"])
        await listener.adapt()
    if "replace" in request:
        device.replace(request["replace"], request["user"])
    if "configure" in request:
        editor = device.running.edit()
        for line in request["configure"]:
            editor.feed(line)
        if request["user"]:
            device.touch(request["user"])
    if request.get("save"):
        device.save(request["user"])
    return _state(listener) | {
        "running": device.show_running(),
        "startup": device.show_startup(),
        "typed": device.typed,
    }


def _state(listener: Listener) -> dict[str, Any]:
    device = listener.device
    return {
        "host": listener.host,
        "port": listener.port,
        "platform": device.platform.name,
        "host_key": listener.host_key(),
        "fault": ",".join(n if v is None else f"{n}:{v:g}" for n, v in device.faults.values.items()),
        "logins": device.logins,
        "rejected_logins": device.rejected_logins,
        "commands": device.commands,
    }
