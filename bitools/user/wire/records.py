"""What an account was before its person left: enough to undo it all, by GUID.

One file an account in `state/leavers/`, on the disk before the first write to the directory. Nothing in it is
ever forgotten by a second run: an interrupted off-boarding has taken groups away already.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from bitools.errors import IntegrityBroken, NotFound
from bitools.i18n import _
from bitools.state import State, write
from bitools.user.decisions.leaver import Record, Tick
from bitools.user.decisions.names import fold

_FOLDER = "leavers"


class Records:
    """Every record of a state folder."""

    def __init__(self, state: State) -> None:
        self._state = state

    def save(self, record: Record) -> None:
        """It is on the disk when this returns."""
        text = json.dumps(record.as_json(), ensure_ascii=False, indent=1)
        write(self._state.path(_FOLDER, f"{record.guid}.json"), text.encode())

    def of(self, guid: str) -> Record | None:
        """The record of an off-boarding that has not been undone."""
        path = self._state.at(_FOLDER, f"{guid}.json")
        record = _read(path) if path.exists() else None
        return None if record is None or record.restored else record

    def all(self) -> Iterator[Record]:
        """Those that have not been undone, in the order of their GUIDs."""
        return (record for record in self._every() if not record.restored)

    def find(self, name: str) -> Record:
        """The record of this account, by name or GUID; the newest. Raise NotFound if there is none.

        One that has been undone is found too, if there is no other.
        """
        found = [
            one
            for one in self._every()
            if fold(one.sam_account_name) == fold(name) or one.guid == name.lower()
        ]
        if not found:
            message = _("there is no record of an off-boarding of this account")
            hint = _("a disabled account is opened with: bitools user enable {name}").format(name=name)
            raise NotFound(message, target=name, hint=hint)
        return max(found, key=lambda one: (not one.restored, one.time))

    def _every(self) -> Iterator[Record]:
        for path in self._state.files(_FOLDER, pattern="*.json"):
            yield _read(path)


def _read(path: Path) -> Record:
    """Raise IntegrityBroken: an account is restored from it, so nothing is guessed."""
    try:
        data = json.loads(path.read_bytes())
        return Record(**data | {"ticks": {name: Tick(**tick) for name, tick in data["ticks"].items()}})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = _("{file} is no record of an off-boarding").format(file=path)
        hint = _("restore it from a backup, or move it away")
        raise IntegrityBroken(message, hint=hint, reason="record", cause=error) from error
