"""A device on the network: listening with SSH, listening in silence, or not there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import asyncssh

from .device import Device
from .telnet import TelnetFront

LEGACY = {
    "kex_algs": ["diffie-hellman-group14-sha1"],
    "encryption_algs": ["aes128-cbc"],
    "mac_algs": ["hmac-sha1"],
    "signature_algs": ["ssh-rsa"],
}


class Listener:
    """Holds one address; what answers there follows the device's faults."""

    def __init__(self, device: Device, front: Callable[[], asyncssh.SSHServer], keys: Path) -> None:
        self.device, self.front, self.keys = device, front, keys
        self.host = device.switch.host or "127.0.0.1"
        self.port = device.switch.port or 0
        self.server: asyncio.AbstractServer | asyncssh.SSHAcceptor | None = None
        self.mode = ""

    async def adapt(self) -> None:
        """Listen as the faults of the moment say. Sessions already open go on."""
        mode = next((f for f in ("down", "silent", "host_key") if f in self.device.faults), "ssh")
        if mode == self.mode:
            return
        if self.server:
            self.server.close()
            self.server = None
        if mode == "silent":
            self.server = await asyncio.start_server(_say_nothing, self.host, self.port)
        elif self.device.switch.telnet and mode != "down":
            self.server = await asyncio.start_server(TelnetFront(self.device).serve, self.host, self.port)
        elif mode != "down" or not self.port:
            self.server = await self._listen_with(self.key("swapped" if mode == "host_key" else "key"))
        if isinstance(self.server, asyncssh.SSHAcceptor):
            self.port = self.server.get_port()
        elif self.server:
            self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
        self.mode = mode
        if mode == "down" and self.server:  # it was started down: only its port had to be found
            self.server.close()
            self.server = None

    async def _listen_with(self, key: asyncssh.SSHKey) -> asyncssh.SSHAcceptor:
        only = self.device.switch.key_exchange
        algorithms = LEGACY if self.device.switch.legacy_ssh else {"kex_algs": [only]} if only else {}
        return await asyncssh.listen(
            self.host,
            self.port,
            server_factory=self.front,
            server_host_keys=[key],
            server_version=self.device.platform.ssh_version,
            encoding=None,
            line_editor=False,
            allow_scp=False,
            x11_forwarding=False,
            agent_forwarding=False,
            gss_host=None,
            **algorithms,
        )

    def key(self, kind: str) -> asyncssh.SSHKey:
        """The device's host key, made at first use and kept, so that pins hold across restarts."""
        file = self.keys / f"{self.device.name}.{kind}"
        if file.is_file():
            return asyncssh.read_private_key(file)
        legacy = self.device.switch.legacy_ssh
        key = (
            asyncssh.generate_private_key("ssh-rsa", key_size=2048)
            if legacy
            else (asyncssh.generate_private_key("ssh-ed25519"))
        )
        self.keys.mkdir(mode=0o700, exist_ok=True)
        file.touch(mode=0o600)
        file.write_bytes(key.export_private_key())
        return key

    def host_key(self) -> str:
        """The public key it shows now, as in known_hosts."""
        kind = "swapped" if "host_key" in self.device.faults else "key"
        return " ".join(self.key(kind).export_public_key().decode().split()[:2])


async def _say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await reader.read(4096):
        pass
    writer.close()
