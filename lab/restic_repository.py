"""Throw-away restic repositories for tests: cheap keys, and snapshots of any time.

restic's repository format (its design document): a key file holds the master key, encrypted under a key that
scrypt derives from the password; every file is AES-256-CTR with Poly1305-AES over IV ‖ ciphertext ‖ MAC; a
snapshot is encrypted JSON named by the SHA-256 of the encrypted bytes. Never for a repository that matters: a
key derived with N=16 can be guessed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.poly1305 import Poly1305

from bitools import process

CHEAP = 16  # scrypt's N; restic itself takes 32,768
_IV = _MAC = 16


@dataclass(frozen=True, slots=True)
class Key:
    """One of restic's keys: for encryption (32 bytes) and the two halves of the MAC key (16 bytes each)."""

    encryption: bytes
    mac_k: bytes
    mac_r: bytes

    @classmethod
    def derived(cls, password: str, salt: bytes, n: int, r: int = 8, p: int = 1) -> Key:
        """The key that a password gives."""
        raw = Scrypt(salt=salt, length=64, n=n, r=r, p=p).derive(password.encode())
        return cls(raw[:32], raw[32:48], raw[48:])

    def seal(self, plain: bytes) -> bytes:
        """Encrypt and authenticate."""
        iv = os.urandom(_IV)
        hidden = self._stream(iv, plain)
        return iv + hidden + self._mac(iv, hidden)

    def open(self, sealed: bytes) -> bytes:
        """Check and decrypt. Raise ValueError if it was sealed under another key."""
        iv, hidden, mac = sealed[:_IV], sealed[_IV:-_MAC], sealed[-_MAC:]
        if self._mac(iv, hidden) != mac:
            raise ValueError("sealed under another key")
        return self._stream(iv, hidden)

    def _stream(self, iv: bytes, data: bytes) -> bytes:
        cipher = Cipher(algorithms.AES(self.encryption), modes.CTR(iv)).encryptor()
        return cipher.update(data) + cipher.finalize()

    def _mac(self, iv: bytes, data: bytes) -> bytes:
        cipher = Cipher(algorithms.AES(self.mac_k), modes.ECB()).encryptor()
        return Poly1305.generate_tag(self.mac_r + cipher.update(iv) + cipher.finalize(), data)


class ForgedRepository:
    """A repository in a folder. Made by the real restic, then given a key that costs next to nothing; unless
    it is to cost what it costs (`cheap` false).
    """

    def __init__(self, folder: Path, password: str, *, cheap: bool = True) -> None:
        self.folder = folder
        self.password = password
        self._restic("init")
        self._master = self._take_master_key(cheap)

    @classmethod
    def of(cls, folder: Path, password: str) -> ForgedRepository:
        """One that is there already; its key costs next to nothing from now on."""
        found = object.__new__(cls)
        found.folder, found.password = folder, password
        found._master = found._take_master_key(cheaply=True)
        return found

    def copied_to(self, folder: Path) -> ForgedRepository:
        """The same repository again in another folder, without asking restic."""
        twin = object.__new__(ForgedRepository)
        twin.folder, twin.password, twin._master = folder, self.password, self._master
        shutil.copytree(self.folder, folder)
        return twin

    def forge(self, moment: datetime, tags: Sequence[str], **more: Any) -> str:
        """Write a snapshot of that moment and give its id. Its content is an empty folder."""
        snapshot = {
            "time": moment.isoformat(),
            "tree": "0" * 64,
            "paths": ["/forged"],
            "hostname": socket.gethostname(),
            "username": "forge",
            "tags": list(tags),
            **more,
        }
        sealed = self._master.seal(json.dumps(snapshot).encode())
        name = hashlib.sha256(sealed).hexdigest()
        (self.folder / "snapshots" / name).write_bytes(sealed)
        return name

    def locks(self) -> list[str]:
        """The names of its locks; one that is just being written is none yet."""
        return [one.name for one in (self.folder / "locks").iterdir() if "-tmp-" not in one.name]

    def restic(self, *arguments: str) -> bytes:
        """Run restic on it and give what it printed."""
        return self._restic(*arguments)

    def _restic(self, *arguments: str) -> bytes:
        extra = {"RESTIC_PASSWORD": self.password, "RESTIC_REPOSITORY": str(self.folder)}
        return process.run(["restic", "--no-cache", *arguments], extra=extra, check=True).stdout

    def _take_master_key(self, cheaply: bool) -> Key:
        """Read the master key; `cheaply`, replace the key file by a cheap one of the same password."""
        (file,) = (self.folder / "keys").iterdir()
        entry = json.loads(file.read_bytes())
        salt = base64.b64decode(entry["salt"])
        user = Key.derived(self.password, salt, entry["N"], entry["r"], entry["p"])
        plain = user.open(base64.b64decode(entry["data"]))
        if cheaply:
            salt = os.urandom(64)
            cheap = Key.derived(self.password, salt, CHEAP)
            entry |= {"N": CHEAP, "r": 8, "p": 1, "salt": _text(salt), "data": _text(cheap.seal(plain))}
            content = json.dumps(entry).encode()
            file.unlink()
            file.with_name(hashlib.sha256(content).hexdigest()).write_bytes(content)
        master = json.loads(plain)
        parts = (master["encrypt"], master["mac"]["k"], master["mac"]["r"])
        return Key(*(base64.b64decode(part) for part in parts))


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
