"""What is to be added to an inventory: texts, proven whole, then written; what is there stays as it is."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bitools import yamlfile
from bitools.errors import Refused
from bitools.i18n import _, system_words
from bitools.inventory.model import Inventory
from bitools.state import write
from bitools.yamlfile import KeyPath
from bitools.yamlinsert import inserted

SECRETS = "secrets"  # the folder of those that were asked for or made
_LENGTH = 32  # bytes of a secret that is made
Proof = Callable[[Mapping[str, str]], Inventory]


@dataclass(slots=True)
class Draft:
    """Files of the inventory in `folder` as they are to be, by name."""

    folder: Path
    texts: dict[str, str] = field(default_factory=dict)
    _before: dict[str, str] = field(default_factory=dict)  # as read; a file that is not there has none
    _secrets: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A file as it is to be; empty if there is none. Raise Refused if it cannot be read."""
        if name not in self.texts and (found := self._read(name)) is not None:
            self._before[name] = found
        return self.texts.get(name, self._before.get(name, ""))

    def data(self, name: str) -> dict[str, Any]:
        """What a file says as it is to be. Raise InventoryInvalid if it is no YAML."""
        found = yamlfile.parse(self.text(name).removeprefix("\ufeff"), self.folder / name).data
        return found if isinstance(found, dict) else {}

    @property
    def planned(self) -> dict[str, str]:
        """The files that would be written now, secrets apart."""
        return dict(self.texts)

    def back(self, planned: Mapping[str, str]) -> None:
        """As it was before: nothing but this is planned."""
        self.texts, self._secrets = dict(planned), {}

    def begin(self, name: str, text: str) -> None:
        """A new file with this text, if there is none of that name."""
        if not self.text(name) and name not in self._before:
            self.texts[name] = text

    def put(self, name: str, at: KeyPath, key: str, value: Any) -> None:
        """An entry more in a file. Raise Refused as `inserted` does."""
        self.texts[name] = inserted(self.text(name), at, key, value, str(self.folder / name))

    def secret(self, name: str, value: str) -> str:
        """A reference to a file with this secret: one that holds it already, else a new one."""
        number = 1
        while True:
            file = f"{SECRETS}/{name}.key" if number == 1 else f"{SECRETS}/{name}-{number}.key"
            there = self._secrets.get(file) or (self._read(file) or "").rstrip("\r\n")
            if not there:
                self._secrets[file] = value
            if there in ("", value):
                return f"file:{file}"
            number += 1

    def kept(self, reference: str) -> str:
        """The secret of a reference that this draft gave; empty for none."""
        file = reference.removeprefix("file:")
        return self._secrets.get(file) or ((self._read(file) or "").rstrip("\r\n") if file else "")

    def made(self, name: str) -> str:
        """A reference to a file with a secret that nobody knows: the one that is there, else a new one."""
        file = f"{SECRETS}/{name}.key"
        if not self._read(file):
            self._secrets[file] = secrets.token_urlsafe(_LENGTH)
        return f"file:{file}"

    def write(self, proof: Proof) -> list[str]:
        """Prove the whole and write it, secrets first; the names of the files that were written.

        Raise InventoryInvalid with every complaint, Refused if a file was changed meanwhile or cannot be
        written; Rejected on a full disk.
        """
        proof(self.texts)
        for name in self.texts:
            if self._read(name) != self._before.get(name):
                message = _("{file} was changed meanwhile; nothing was written to it")
                raise Refused(message.format(file=self.folder / name), hint=_("do it once more"))
        for name, value in self._secrets.items():
            self._keep(name, f"{value}\n", 0o600)
        for name, text in self.texts.items():
            self._keep(name, text, 0o640)
        written = [*self._secrets, *self.texts]
        self.texts, self._before, self._secrets = {}, {}, {}
        return written

    def _keep(self, name: str, text: str, mode: int) -> None:
        path = self.folder / name
        old = path if path.exists() else _neighbour(path, self.folder)
        try:
            group = old.stat() if old and os.geteuid() == 0 else None
            shared = 0o040 if group and group.st_gid and group.st_mode & 0o040 else 0
            write(path, text.encode(), path.stat().st_mode & 0o777 if path.exists() else mode | shared)
            if group:
                os.chown(path, -1, group.st_gid)
        except OSError as error:
            raise Refused(f"{path}: {system_words(error)}", cause=error) from error

    def _read(self, name: str) -> str | None:
        try:
            return (self.folder / name).read_bytes().decode()
        except FileNotFoundError:
            return None
        except UnicodeDecodeError as error:
            raise Refused(f"{self.folder / name}: " + _("not UTF-8"), cause=error) from error
        except OSError as error:
            raise Refused(f"{self.folder / name}: {system_words(error)}", cause=error) from error


def _neighbour(path: Path, folder: Path) -> Path | None:
    """The file whose readers the new one is to have: where `setup` was run the account is one."""
    beside = [*sorted(path.parent.glob("*")), *sorted(folder.glob("*.yaml"))]
    return next((one for one in beside if one.is_file()), None)
