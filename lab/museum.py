"""Recorded and written sessions, each behind an SSH server of its own, and an inventory of them."""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import asyncssh

USER, PASSWORD = "netops", "parola-muze-2026"
ENABLE_PASSWORD = "parola-enable-2026"
SETTINGS = """\
organisation: Efeler Belediyesi
mail: {host: 127.0.0.1, port: 9, from: bitools@belediye.test}
reports: {changes: [ag@belediye.test]}
"""


class Exhibit(Protocol):
    """Something that answers SSH as one device did."""

    name: str

    @property
    def encoding(self) -> str | None:
        """What its session writes: text in this encoding, or bytes."""

    @property
    def keys(self) -> dict[str, Any]:
        """Its keys in devices.yaml, beside the address."""

    def session(self) -> asyncssh.SSHServerSession[Any]:
        """A session with it, from the beginning."""


class Front(asyncssh.SSHServer):
    """Who may come in: one user, by password."""

    def __init__(self, exhibit: Exhibit) -> None:
        self.exhibit = exhibit

    def begin_auth(self, username: str) -> bool:
        """Everybody has to say who it is."""
        return True

    def password_auth_supported(self) -> bool:
        """Yes."""
        return True

    def validate_password(self, username: str, password: str) -> bool:
        """The one password."""
        return password == PASSWORD

    def session_requested(self) -> asyncssh.SSHServerSession[Any]:
        """A session with the exhibit."""
        return self.exhibit.session()


class Museum:
    """All exhibits, each on a port of its own, for as long as the block lasts."""

    def __init__(self, exhibits: Sequence[Exhibit]) -> None:
        self.exhibits = exhibits
        self.ports: dict[str, int] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._servers: list[asyncssh.SSHAcceptor] = []

    def __enter__(self) -> Museum:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(30)
        return self

    def __exit__(self, *reason: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    async def _open(self) -> None:
        key = asyncssh.generate_private_key("ssh-ed25519")
        for exhibit in self.exhibits:
            server = await asyncssh.listen(
                "127.0.0.1",
                0,
                server_host_keys=[key],
                server_factory=lambda one=exhibit: getattr(one, "front", Front)(one),
                encoding=exhibit.encoding,
                line_editor=False,
            )
            self._servers.append(server)
            self.ports[exhibit.name] = server.get_port()

    async def _close(self) -> None:
        for server in self._servers:
            server.close()

    def inventory(self, folder: Path) -> None:
        """Describe them for bitools."""
        folder.mkdir(exist_ok=True)
        for name, text in (("device.key", PASSWORD), ("enable.key", ENABLE_PASSWORD)):
            (folder / name).touch(mode=0o600)
            (folder / name).write_text(text)
        devices = {
            one.name: {"host": "127.0.0.1", "port": self.ports[one.name], **one.keys} for one in self.exhibits
        }
        defaults = {
            "username": USER,
            "password": "file:device.key",
            "enable_password": "file:enable.key",
            "site": "merkez",
        }
        (folder / "sites.yaml").write_text("sites: {merkez: {workers: 50}}\n")
        (folder / "settings.yaml").write_text(SETTINGS)
        (folder / "devices.yaml").write_text(json.dumps({"defaults": defaults, "devices": devices}))


def log_of(state: Path, *paths: str) -> bytes:
    """Everything the history holds, as text; of these paths only, if any are named."""
    words = ["git", f"--git-dir={state / 'history'}", "log", "-p", "--all", "--", *paths]
    return subprocess.run(words, capture_output=True, check=True).stdout


def mails_of(state: Path) -> list[bytes]:
    """Every queued mail, its parts decoded as a reader sees them."""
    found = []
    for path in sorted((state / "outbox").rglob("*.mail")):
        _head, _break, raw = path.read_bytes().partition(b"\n")
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        parts = [part.get_payload(decode=True) for part in mail.walk() if not part.is_multipart()]
        found.append(raw + b"\n".join(part for part in parts if isinstance(part, bytes)))
    return found
