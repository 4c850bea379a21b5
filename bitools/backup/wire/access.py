"""How restic is let into a repository: its location, its secrets, its limits, and how long it may wait.

The password goes through a pipe that only this child inherits; it is in no argument list and no environment.
Keys of a storage provider and the location, which may hold a user name, go through the environment, because
that is the only place where restic takes them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote

from bitools import process
from bitools.backup.wire.restic_answers import without_secret
from bitools.backup.wire.watch import SILENCE
from bitools.credentials import Reference, Secret

_PROGRESS = "0.1"  # status lines a second; the default would fill memory in a long run
_REST = re.compile(r"^(rest:https?://)(?:[^/@]*@)?(.*)$")
_USER, _PASSWORD = "RESTIC_REST_USERNAME", "RESTIC_REST_PASSWORD"


@dataclass(slots=True)
class Access:
    """One repository's. `upload` and `download` are KiB a second, 0 for as fast as it goes; `patience` is
    how many seconds a living restic's lock is waited for, `silence` after how many without a sign of life one
    is ended; `gentle` lets everybody else's disk work go first.
    """

    location: str
    password: Reference
    environment: Mapping[str, Reference | str] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    upload: int = 0
    download: int = 0
    gentle: bool = False
    patience: float = 0.0
    silence: float = SILENCE
    _secrets: dict[str, str] = field(default_factory=dict, repr=False)
    _secret: Secret | None = field(default=None, repr=False)

    @property
    def folder(self) -> str:
        """Where a local repository is; empty for one elsewhere."""
        return self.location if self.location.startswith("/") else ""

    @property
    def shown(self) -> str:
        """The location without credentials."""
        return without_secret(self.location)

    def argv(self, *arguments: str) -> list[bytes]:
        """The command line, without a secret in it."""
        limits = [f"--limit-upload={self.upload}"] if self.upload else []
        limits += [f"--limit-download={self.download}"] if self.download else []
        words = ["restic", *self.options, *limits, *arguments]
        if self.gentle and process.installed("ionice"):
            words = ["nice", "-n", "19", "ionice", "-c", "3", *words]
        return [os.fsencode(word) for word in words]

    @contextmanager
    def opened(self, source: Access | None = None) -> Iterator[tuple[dict[str, str], tuple[int, ...]]]:
        """What the child needs: variables, and descriptors to inherit; `source` is where a copy is from."""
        with _piped(self.secret()) as own:
            variables = self.variables("RESTIC_", own)
            if source is None:
                yield variables, (own,)
                return
            with _piped(source.secret()) as theirs:
                yield source.variables("RESTIC_FROM_", theirs) | variables, (own, theirs)

    def secret(self) -> str:
        """The repository's password, resolved once."""
        self._secret = self._secret or self.password.resolve()
        return self._secret.reveal()

    def variables(self, prefix: str, reader: int) -> dict[str, str]:
        """What restic reads from its environment; `reader` is the descriptor it reads the password from."""
        location = self.full_location()
        return {
            f"{prefix}REPOSITORY": location,
            f"{prefix}PASSWORD_FILE": f"/dev/fd/{reader}",
            "RESTIC_PROGRESS_FPS": _PROGRESS,
            **self._secrets,
        }

    def full_location(self) -> str:
        """With the user of a rest-server: restic before 0.16 knows no variables for it. Not to be shown."""
        if not self._secrets:
            self._secrets = {
                name: value.resolve().reveal() if isinstance(value, Reference) else value
                for name, value in self.environment.items()
            }
        found = _REST.match(self.location)
        if not found or _USER not in self._secrets:
            return self.location
        user, password = (quote(self._secrets.get(name, ""), safe="") for name in (_USER, _PASSWORD))
        return f"{found[1]}{user}:{password}@{found[2]}"


@contextmanager
def _piped(text: str) -> Iterator[int]:
    """The reading end of a pipe that holds this text and nothing more."""
    reader, writer = os.pipe()
    try:
        with open(writer, "wb") as pipe:
            pipe.write(text.encode())
        yield reader
    finally:
        os.close(reader)
