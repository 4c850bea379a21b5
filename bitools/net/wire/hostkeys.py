"""Pinned host keys: `known_hosts` in the state folder, in OpenSSH's own format.

A key is only ever pinned by `bitools net trust`, or written into the inventory as `host_key`. Fetching a key
ends before anybody logs in.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bitools import state
from bitools.errors import BitoolsError, InventoryInvalid, Unreachable
from bitools.i18n import _
from bitools.net.wire.algorithms import disabled
from bitools.net.wire.paramiko_tuned import BROKEN, paramiko
from bitools.sanitize import clipped, inert


@dataclass(frozen=True, slots=True)
class HostKey:
    """A public host key as OpenSSH writes it: its type and its base64 body."""

    kind: str
    body: str

    @classmethod
    def parse(cls, text: str) -> HostKey:
        """Read `ssh-ed25519 AAAA…`. Raise InventoryInvalid if it is no key."""
        parts = text.split()
        try:
            base64.b64decode(parts[1].encode(), validate=True)
        except (IndexError, binascii.Error) as error:
            message = _('"{text}" is no host key; it looks like: ssh-ed25519 AAAA…').format(text=text)
            raise InventoryInvalid(message, cause=error) from error
        return cls(parts[0], parts[1])

    @classmethod
    def of(cls, key: paramiko.PKey) -> HostKey:
        """The library's key as ours."""
        return cls(key.get_name(), key.get_base64())

    @property
    def fingerprint(self) -> str:
        """`SHA256:…` as `ssh-keygen -l` shows it."""
        return "SHA256:" + base64.b64encode(
            hashlib.sha256(base64.b64decode(self.body)).digest()
        ).decode().rstrip("=")

    def __str__(self) -> str:
        return f"{self.kind} {self.body}"


def place(host: str, port: int) -> str:
    """How known_hosts names an address (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT)."""
    return host if port == 22 else f"[{host}]:{port}"


class Pins:
    """The pinned keys, read once."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        self._keys: dict[str, list[HostKey]] = {}
        for line in self._lines:
            fields = line.split()
            if len(fields) >= 3 and not line.startswith(("#", "@")):
                for name in fields[0].split(","):
                    self._keys.setdefault(name, []).append(HostKey(fields[1], fields[2]))

    def of(self, host: str, port: int) -> list[HostKey]:
        """The keys pinned for this address."""
        return self._keys.get(place(host, port), [])

    def pin(self, found: Iterable[tuple[str, int, HostKey]]) -> None:
        """Pin these keys, each in the place of what was pinned for its address before."""
        added = {place(host, port): key for host, port, key in found}
        kept = [line for line in self._lines if line.partition(" ")[0] not in added]
        self._lines = [*kept, *(f"{name} {key}" for name, key in added.items())]
        self._keys.update({name: [key] for name, key in added.items()})
        state.write(self._file, "".join(f"{line}\n" for line in self._lines).encode(), 0o640)


def fetch(sock: socket.socket, legacy: bool, timeout: float = 10.0) -> HostKey:
    """The key the other side shows on this connection, which is closed without logging in.

    Raise Unreachable if it speaks no SSH, or none that we may speak.
    """
    transport = paramiko.Transport(sock, disabled_algorithms=disabled(legacy))
    transport.banner_timeout = timeout
    try:
        transport.start_client(timeout=timeout)
        return HostKey.of(transport.get_remote_server_key())
    except paramiko.ssh_exception.IncompatiblePeer as error:
        raise incompatible(error, legacy) from error
    except BROKEN as error:
        why = clipped(inert(error)) or type(error).__name__
        if "protocol banner" in why:  # paramiko's words for both
            why = _("there is no SSH server, or it hung up at once")
        message = _("no SSH answer: {why}").format(why=why)
        raise Unreachable(message, reason="no_ssh", cause=error) from error
    finally:
        transport.close()


def incompatible(error: Exception, legacy: bool) -> BitoolsError:
    """No algorithm in common; most often the device knows only SHA-1."""
    hint = (
        "" if legacy else _("an old device? allow it SHA-1 with legacy_ssh: true, and plan its replacement")
    )
    message = _("no SSH algorithm in common: {why}").format(why=clipped(inert(error)))
    return Unreachable(message, hint=hint, reason="legacy_ssh", cause=error)
