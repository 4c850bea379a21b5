"""Which accounts were begun and are not known to be whole: what a rerun after a crash goes by.

One small file a person in `state/journal/`, written before the first write to the directory. Without a
personnel number it lives on when all is done: a run that is killed before it could say so is recognised by
the next. Its last whole line counts. It holds no secret.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bitools.state import State, write
from bitools.user.decisions.names import fold
from bitools.user.decisions.person import Request


@dataclass(frozen=True, slots=True)
class Begun:
    """An account that a run began; `guid` is empty until the directory was seen to have it.

    `server` is the controller it was begun on, `done` the time (ISO 8601) at which it was whole; `told` says
    that whoever asked for it knows.
    """

    run: str
    sam_account_name: str
    dn: str
    slip: str
    guid: str = ""
    server: str = ""
    done: str = ""
    told: bool = False


class Journal:
    """The entry of one person, if there is one."""

    def __init__(self, state: State, request: Request) -> None:
        person = (fold(request.given), fold(request.surname), request.employee_id.strip())
        name = hashlib.sha256("\0".join(person).encode()).hexdigest()[:24]
        self._state = state
        self._name = f"{name}.json"
        self._proven: Path | None = None

    def read(self) -> Begun | None:
        """What an earlier run began, if it never came to its end."""
        found, file = None, self.file
        for line in file.read_bytes().splitlines() if file.exists() else ():
            with suppress(ValueError, TypeError):  # the last one may be half a line
                found = Begun(**json.loads(line))
        return found

    def begin(self, begun: Begun) -> None:
        """Note what is about to be made; it is on the disk when this returns."""
        write(self._path, _line(begun))

    def made(self, begun: Begun, guid: str) -> Begun:
        """Note that the directory has it. A power failure may forget it: the mark in the account does not."""
        known = replace(begun, guid=guid)
        with self.file.open("ab") as file:
            file.write(_line(known))
        return known

    def end(self, begun: Begun, now: datetime) -> None:
        """Note that the account is whole."""
        self.begin(replace(begun, done=now.isoformat()))

    def tell(self) -> None:
        """Note that whoever asked was told: the next one of this name is another, or a mistake."""
        if (begun := self.read()) and begun.done:
            self.begin(replace(begun, told=True))

    def forget(self) -> None:
        """The administrator knows, or the account was never made."""
        self.file.unlink(missing_ok=True)

    @property
    def file(self) -> Path:
        """Where it is written: proven once, for nobody else writes in a folder of ours."""
        self._proven = self._proven or self._state.at("journal", self._name)
        return self._proven

    @property
    def _path(self) -> Path:
        self._proven = self._state.path("journal", self._name)
        return self._proven


def _line(begun: Begun) -> bytes:
    written = {name: getattr(begun, name) for name in Begun.__slots__}
    return json.dumps(written, ensure_ascii=False).encode() + b"\n"
