"""Memberships that end on a day: what was granted until when, and is taken back by the timer.

One small file a membership in `state/grants/`, on the disk before the directory is written. It goes when the
membership was taken back, or granted without an end.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date

from bitools.state import State, write

_FOLDER = "grants"


@dataclass(frozen=True, slots=True)
class Grant:
    """Who is in which group until the end of which day (ISO); both by GUID, names for people.

    `ends`: the day at whose end the directory itself ends it; empty if only the timer does.
    """

    account: str
    group: str
    until: str
    sam_account_name: str
    dn: str
    reason: str = ""
    ends: str = ""

    @property
    def file(self) -> str:
        """What its file is called."""
        return f"{self.account}.{self.group}.json"


class Grants:
    """Every such membership of a state folder."""

    def __init__(self, state: State) -> None:
        self._state = state

    def save(self, grant: Grant) -> None:
        """It is on the disk when this returns."""
        content = json.dumps(asdict(grant), ensure_ascii=False).encode()
        write(self._state.path(_FOLDER, grant.file), content)

    def forget(self, grant: Grant) -> None:
        """It was taken back, or has no end any more."""
        self._state.path(_FOLDER, grant.file).unlink(missing_ok=True)

    def of(self, account: str) -> dict[str, Grant]:
        """Those of an account, by the GUID of the group."""
        return {one.group: one for one in self.all() if one.account == account}

    def due(self, today: date) -> list[Grant]:
        """Those whose last day is past."""
        return [one for one in self.all() if date.fromisoformat(one.until) < today]

    def all(self) -> Iterator[Grant]:
        """Every one."""
        for path in sorted((self._state.folder / _FOLDER).glob("[!.]*.json")):
            yield Grant(**json.loads(path.read_bytes()))
