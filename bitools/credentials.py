"""References to secrets become values here, at the moment of use, and nowhere else.

`env:NAME`, `file:PATH`, `keyring:SERVICE/USER`, `command:PROGRAM ARGS`, `systemd:NAME`. A value is a
`Secret`: it cannot be printed, formatted or written as JSON by accident, and every value ever resolved is
masked by `mask`.
"""

from __future__ import annotations

import importlib
import os
import re
import shlex
import stat
from dataclasses import dataclass
from pathlib import Path

from bitools import process
from bitools.errors import InventoryInvalid
from bitools.i18n import _, system_words

KINDS = ("env", "file", "keyring", "command", "systemd")
MASK = "×××"
_REFERENCE = re.compile(rf"({'|'.join(KINDS)}):(.+)")
_HEAD = 4
_known: dict[str, set[str]] = {}  # every value, by its first letters: what has none of them holds no secret


class Secret:
    """A value that must never be seen. `reveal()` is the one way to it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value
        if len(value) >= _HEAD:  # a shorter one would mask half of every sentence
            _known.setdefault(value[:_HEAD], set()).add(value)

    def reveal(self) -> str:
        """The value itself, for the library call that needs it."""
        return self._value

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, specification: str) -> str:
        return MASK

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a secret is not written anywhere")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a secret is kept: one of KINDS, and its place."""

    kind: str
    place: str

    @classmethod
    def parse(cls, text: str) -> Reference:
        """Read `kind:place`. Raise ValueError, which never repeats the text: it may be the secret."""
        found = _REFERENCE.fullmatch(text)
        if not found:
            allowed = ", ".join(f"{kind}:…" for kind in KINDS)
            raise ValueError(
                _("a secret is not written here; it is a reference: {allowed}").format(allowed=allowed)
            )
        return cls(found[1], found[2])

    def __str__(self) -> str:
        return f"{self.kind}:{self.place}"

    def resolve(self) -> Secret:
        """Read the secret now. Raise InventoryInvalid, naming the reference, if there is none."""
        value = {
            "env": self._from_environment,
            "file": self._from_file,
            "keyring": self._from_keyring,
            "command": self._from_command,
            "systemd": self._from_systemd,
        }[self.kind]()
        if not value:
            raise self._missing(_("it is empty"))
        return Secret(value)

    def _from_environment(self) -> str:
        if self.place not in os.environ:
            raise self._missing(
                _("the environment does not have it"), _("cron sees less than your shell: use file:")
            )
        return os.environ[self.place]

    def _from_file(self) -> str:
        path = Path(self.place)
        try:
            mode = path.stat().st_mode
            if stat.S_ISREG(mode) and mode & 0o007:
                raise self._missing(_("others can read it"), f"chmod o= {shlex.quote(self.place)}")
            return path.read_text(encoding="utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise self._missing(_("not UTF-8")) from error
        except FileNotFoundError as error:
            hint = _("write the secret there, on one line, then: chmod 600 {file}")
            place = shlex.quote(self.place)
            raise self._missing(system_words(error), hint.format(file=place)) from error
        except OSError as error:
            hint = _("whoever runs bitools must be able to read it: ls -l {file}")
            place = shlex.quote(self.place)
            raise self._missing(system_words(error), hint.format(file=place)) from error

    def _from_keyring(self) -> str:
        service, _slash, user = self.place.partition("/")
        try:
            keyring = importlib.import_module("keyring")
        except ImportError as error:
            raise self._missing(_("no keyring here"), "pip install 'bitools[keyring]'") from error
        return str(keyring.get_password(service, user) or "")

    def _from_command(self) -> str:
        completed = process.run(shlex.split(self.place), timeout=30, check=True)
        return completed.stdout.decode("utf-8", "strict").rstrip("\r\n")

    def _from_systemd(self) -> str:
        folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
        if not folder:
            raise self._missing(_("not started by systemd with LoadCredential="))
        return Reference("file", str(Path(folder, self.place))).resolve().reveal()

    def _missing(self, why: str, hint: str = "") -> InventoryInvalid:
        return InventoryInvalid(
            _("the secret {reference} cannot be read: {why}").format(reference=self, why=why), hint=hint
        )


def mask(text: str) -> str:
    """The same text with every secret that was ever resolved in this process blotted out.

    A run may have made a thousand passwords, and the ledger asks for every word it writes.
    """
    if not _known or _known.keys().isdisjoint(text[at : at + _HEAD] for at in range(len(text) - _HEAD + 1)):
        return text
    for value in sorted(set().union(*_known.values()), key=len, reverse=True):  # one may hold another
        text = text.replace(value, MASK)
    return text
