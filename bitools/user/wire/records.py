"""What an account was before its person left: enough to undo it all, by GUID.

One file an account in `state/leavers/`, on the disk before the first write to the directory. Nothing in it is
ever forgotten by a second run: an interrupted off-boarding has taken groups away already.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from bitools.errors import IntegrityBroken, NotFound
from bitools.i18n import _
from bitools.state import State, write
from bitools.user.decisions.account import Account
from bitools.user.decisions.names import fold

_FOLDER = "leavers"


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the check-list that is done: by whom (or which program), and when (ISO 8601)."""

    by: str
    time: str


@dataclass(frozen=True, slots=True)
class Record:
    """An account as it was. `groups` are GUID → DN; `moved`, `finished`, `restored` are times, or empty."""

    guid: str
    sam_account_name: str
    dn: str
    parent: str
    name: str  # cn
    flags: int
    run: str
    time: str
    groups: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    expires: str = ""
    reason: str = ""
    ticks: Mapping[str, Tick] = field(default_factory=dict)
    finished: str = ""
    restored: str = ""

    @classmethod
    def of(cls, account: Account, groups: Mapping[str, str], run: str, time: str, reason: str) -> Record:
        """The account as it is now."""
        return cls(
            guid=account.guid,
            sam_account_name=account.sam_account_name,
            dn=account.dn,
            parent=account.parent,
            name=account.attributes.get("cn", account.sam_account_name),
            flags=int(account.flags),
            run=run,
            time=time,
            groups=groups,
            attributes=account.attributes,
            expires=account.expires.isoformat() if account.expires else "",
            reason=reason,
        )

    def with_groups(self, more: Mapping[str, str]) -> Record:
        """The same, with groups that were given to it meanwhile."""
        return replace(self, groups={**more, **self.groups})

    def ticked(self, names: Sequence[str], by: str, time: str) -> Record:
        """The same, with these lines done; one that was done stays as it was."""
        return replace(self, ticks={**{name: Tick(by, time) for name in names}, **self.ticks})

    def as_json(self) -> dict[str, Any]:
        """As it is stored, and as the ledger holds it."""
        return asdict(self)


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
