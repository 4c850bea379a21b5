"""A person who leaves: what their account was before, and what of the check-list is done. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from bitools.user.decisions.account import Account


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the check-list that is done: by whom (or which program), and when (ISO 8601)."""

    by: str
    time: str


@dataclass(frozen=True, slots=True)
class Record:
    """An account as it was. `groups` are GUID → DN; `finished`, `cleared`, `restored` are times, or empty."""

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
    cleared: str = ""
    restored: str = ""
    parent_guid: str = ""  # an OU that is renamed or moved meanwhile is the same

    @classmethod
    def of(
        cls, account: Account, groups: Mapping[str, str], run: str, time: str, reason: str, parent_guid: str
    ) -> Record:
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
            parent_guid=parent_guid,
        )

    def with_groups(self, more: Mapping[str, str]) -> Record:
        """The same, with groups that were given to it meanwhile."""
        return replace(self, groups={**more, **self.groups})

    def ticked(self, names: Sequence[str], by: str, time: str) -> Record:
        """The same, with these lines done; one that was done stays as it was."""
        return replace(self, ticks={**{name: Tick(by, time) for name in names}, **self.ticks})

    def as_json(self) -> dict[str, object]:
        """As it is stored, and as the ledger holds it."""
        return asdict(self)
