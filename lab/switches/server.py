"""The process that simulates a farm: `python -m lab.switches.server FOLDER [--follow-parent]`.

FOLDER holds farm.json, what to simulate; the process adds keys/ and a socket named control, through
which faults are switched while it runs. With --follow-parent it ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

import asyncssh

from .control import serve_control
from .device import Account, Device, Switch
from .listener import Listener


class Front(asyncssh.SSHServer):
    """Log-in at one device: counts who was let in and who was not."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.account: Account | None = None

    def begin_auth(self, username: str) -> bool:
        """Everyone has to prove who they are."""
        self.account = self.device.account(username)
        return True

    def password_auth_supported(self) -> bool:
        """Passwords are what switches have."""
        return True

    def kbdint_auth_supported(self) -> bool:
        """Not offered: a client would try its password twice, and count twice."""
        return False

    def public_key_auth_supported(self) -> bool:
        """Only where an account has a key."""
        return any(account.public_key for account in self.device.switch.accounts)

    def validate_password(self, username: str, password: str) -> bool:
        """Right name and right password, unless the fault is to refuse."""
        right = bool(self.account and self.account.password == password)
        return self._counted(right and "refuse_password" not in self.device.faults)

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """The account's own key. A client may offer several: none of them counts as rejected."""
        offered = key.export_public_key().decode().split()[:2]
        return bool(
            self.account and self.account.public_key and self.account.public_key.split()[:2] == offered
        )

    def auth_completed(self) -> None:
        """Somebody is in."""
        self.device.logins += 1

    def _counted(self, right: bool) -> bool:
        self.device.rejected_logins += not right
        return right

    def session_requested(self) -> asyncssh.SSHServerSession[bytes]:
        """A command line for whoever logged in."""
        from .commandline import CommandLine

        assert self.account
        return CommandLine(self.device, self.account)


async def simulate(folder: Path, follow_parent: bool) -> None:
    """Listen for every device, then say so on standard output and wait."""
    spec: list[dict[str, Any]] = json.loads((folder / "farm.json").read_text("utf-8"))
    listeners: dict[str, Listener] = {}
    for number, entry in enumerate(spec):
        device = Device(Switch.from_json(entry))
        listener = Listener(device, partial(Front, device), folder / "keys")
        await listener.adapt()
        listeners[device.name] = listener
        if number % 20 == 0:
            await asyncio.sleep(0)
    await serve_control(folder, listeners)
    print("ready", flush=True)
    if follow_parent:
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)
        os._exit(0)  # sessions in the middle of a fault would never end by themselves
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(simulate(Path(sys.argv[1]), "--follow-parent" in sys.argv))
