"""What a directory holds about a person, and what we mean to change about it. No wire, no clock."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import IntFlag
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from bitools.documents.user import Action, AttributeChange, AttributeValue, Standing, Status, UserSyncItem

MARK = "bitools:pending:"  # in `info` of an account that is not whole yet, followed by the run's name


class Flag(IntFlag):
    """Bits of userAccountControl (MS-ADTS 2.2.16)."""

    DISABLED = 0x2
    LOCKED = 0x10
    PASSWORD_NOT_REQUIRED = 0x20
    REVERSIBLE = 0x80
    NORMAL = 0x200
    PASSWORD_NEVER_EXPIRES = 0x10000
    SMARTCARD_REQUIRED = 0x40000
    DELEGATION = 0x80000
    DES_ONLY = 0x200000
    NO_PREAUTH = 0x400000
    PASSWORD_EXPIRED = 0x800000


@dataclass(frozen=True, slots=True)
class Change:
    """One attribute, before and after; never a secret."""

    attribute: str
    old: AttributeValue
    new: AttributeValue

    def as_json(self) -> AttributeChange:
        """As a document and the ledger hold it."""
        return {"attribute": self.attribute, "old": self.old, "new": self.new}


@dataclass(frozen=True, slots=True)
class Account:
    """One user object, its attributes decoded. `groups` are the DNs of direct ones, without the primary."""

    dn: str
    guid: str
    sid: str
    sam_account_name: str
    flags: Flag
    classes: frozenset[str]
    attributes: Mapping[str, str]
    groups: tuple[str, ...] = ()
    service_names: tuple[str, ...] = ()
    admin_count: int = 0
    critical: bool = False
    locked: bool = False
    expires: datetime | None = None
    password_set: datetime | None = None
    must_change: bool = False
    last_logon: datetime | None = None
    created: datetime | None = None
    all_groups: frozenset[str] = frozenset()  # SIDs, nested ones too (tokenGroups)
    former_sids: frozenset[str] = frozenset()  # what it may do as well (sIDHistory)
    has_password: bool = True  # as far as we may see
    primary_group: int = 513
    password_expires: datetime | None = None  # if that was asked for

    @property
    def rid(self) -> int:
        """The last part of the SID; below 1000 for what Windows itself made."""
        return int(self.sid.rpartition("-")[2])

    @property
    def parent(self) -> str:
        """The DN of the OU it is in."""
        return re.sub(r"^(?:\\.|[^\\,])*,", "", self.dn, count=1)

    @property
    def enabled(self) -> bool:
        """May it log on, as far as the disabled bit goes?"""
        return not self.flags & Flag.DISABLED

    @property
    def pending(self) -> str:
        """The run that began this account and did not finish it; empty for a whole one."""
        info = self.attributes.get("info", "")
        return info.removeprefix(MARK) if info.startswith(MARK) and not self.enabled else ""

    def status(self, now: datetime) -> Standing:
        """One word for people and machines: pending, disabled, expired, locked or enabled."""
        if self.pending:
            return "pending"
        if not self.enabled:
            return "disabled"
        if self.expires and self.expires <= now:
            return "expired"
        return "locked" if self.locked else "enabled"

    def item(self, action: Action, status: Status, changes: Sequence[Change] = ()) -> UserSyncItem:
        """What every user document says about an account; some say more of it."""
        return {
            "sam_account_name": self.sam_account_name,
            "guid": self.guid,
            "dn": self.dn,
            "action": action,
            "changes": [change.as_json() for change in changes],
            "status": status,
        }


# Text attributes we read and may write, with the schema's upper limit (MS-ADA1..3, rangeUpper). Samba lets
# longer ones pass, Windows does not.
TEXTS = {
    "cn": 64,
    "givenName": 64,
    "sn": 64,
    "displayName": 256,
    "userPrincipalName": 1024,
    "mail": 256,
    "title": 128,
    "department": 64,
    "telephoneNumber": 64,
    "employeeID": 16,
    "description": 1024,
    "company": 64,
    "physicalDeliveryOfficeName": 128,
    "info": 1024,
    "manager": 1024,
}


def expiry(last_day: date, zone: ZoneInfo) -> datetime:
    """When an account ends whose last good day is this one: midnight after it, in this zone."""
    return datetime.combine(last_day + timedelta(days=1), time(), zone)


def last_moment(expires: datetime | None, zone: tzinfo | None) -> datetime | None:
    """The last second before it ends: what ends with the 31st is not shown as the 1st."""
    return (expires - timedelta(seconds=1)).astimezone(zone) if expires else None
