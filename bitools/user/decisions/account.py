"""What a directory holds about a person, and what we mean to change about it. No wire, no clock."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntFlag
from typing import Any
from zoneinfo import ZoneInfo

MARK = "bitools:pending:"  # in `info` of an account that is not whole yet, followed by the run's name
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_NEVER = (0, 0x7FFFFFFFFFFFFFFF)  # MS-ADA1 accountExpires


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
    old: Any
    new: Any

    def as_json(self) -> dict[str, Any]:
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
    has_password: bool = True  # as far as we may see
    primary_group: int = 513

    @classmethod
    def decode(cls, dn: str, raw: Mapping[str, Sequence[bytes]]) -> Account:
        """Read the raw attributes of a search result; their names are in small letters."""
        one = {name: values[0] for name, values in raw.items() if values}
        return cls(
            dn=dn,
            guid=guid_text(one["objectguid"]),
            sid=sid_text(one["objectsid"]),
            sam_account_name=_text(one["samaccountname"]),
            flags=Flag(int(one.get("useraccountcontrol", b"0"))),
            classes=frozenset(_text(value).lower() for value in raw.get("objectclass", ())),
            attributes={name: _text(one[name.lower()]) for name in TEXTS if name.lower() in one},
            groups=tuple(_text(value) for value in raw.get("memberof", ())),
            service_names=tuple(_text(value) for value in raw.get("serviceprincipalname", ())),
            admin_count=int(one.get("admincount", b"0")),
            critical=one.get("iscriticalsystemobject") == b"TRUE",
            locked=bool(Flag(int(one.get("msds-user-account-control-computed", b"0"))) & Flag.LOCKED),
            expires=moment(one.get("accountexpires")),
            password_set=moment(one.get("pwdlastset")),
            must_change=one.get("pwdlastset") == b"0",
            last_logon=moment(one.get("lastlogontimestamp")),
            created=generalized(one.get("whencreated")),
            all_groups=frozenset(sid_text(value) for value in raw.get("tokengroups", ())),
            has_password=password_was_set(one.get("replpropertymetadata", b"")),
            primary_group=int(one.get("primarygroupid", b"513")),
        )

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

    def status(self, now: datetime) -> str:
        """One word for people and machines: pending, disabled, expired, locked or enabled."""
        if self.pending:
            return "pending"
        if not self.enabled:
            return "disabled"
        if self.expires and self.expires <= now:
            return "expired"
        return "locked" if self.locked else "enabled"

    def item(self, action: str, status: str, changes: Sequence[Change] = ()) -> dict[str, Any]:
        """What every user document says about an account."""
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
}
READ = (
    *TEXTS,
    *(
        "objectClass",
        "objectGUID",
        "objectSid",
        "sAMAccountName",
        "userAccountControl",
        "memberOf",
        "adminCount",
    ),
    *("servicePrincipalName", "isCriticalSystemObject", "accountExpires", "pwdLastSet", "lastLogonTimestamp"),
    *("whenCreated", "msDS-User-Account-Control-Computed", "primaryGroupID"),
)
# What decides about an account of a staff list. A controller works long for what it has to compute or follow.
LISTED = (
    *("cn", "givenName", "sn", "displayName", "userPrincipalName", "mail", "title", "department"),
    *("telephoneNumber", "employeeID", "info", "objectGUID", "objectSid", "sAMAccountName"),
    *("userAccountControl", "memberOf", "accountExpires", "pwdLastSet"),
)
READ_ONE = (*READ, "tokenGroups", "replPropertyMetaData")  # what a controller only tells of one object


_UNICODE_PWD = 0x9005A  # attribute id of unicodePwd (MS-ADTS 3.1.1.2.2.4)


def password_was_set(metadata: bytes) -> bool:
    """Was a password ever given? From replPropertyMetaData (MS-ADTS 3.1.1.3.1.1.1, 48 bytes an attribute).

    Making an account without one leaves version 1 behind. True if we may not see it.
    """
    for at in range(16, len(metadata) - 47, 48):
        attribute, version = int.from_bytes(metadata[at : at + 4], "little"), metadata[at + 4 : at + 8]
        if attribute == _UNICODE_PWD:
            return int.from_bytes(version, "little") > 1
    return True


def sid_text(value: bytes) -> str:
    """`S-1-5-21-…` from the binary form (MS-DTYP 2.4.2.2)."""
    authority = int.from_bytes(value[2:8], "big")
    parts = [int.from_bytes(value[at : at + 4], "little") for at in range(8, 8 + 4 * value[1], 4)]
    return "-".join(str(part) for part in ("S", value[0], authority, *parts))


def guid_text(value: bytes) -> str:
    """A GUID as Windows prints it; its first three fields are little-endian on the wire."""
    return str(uuid.UUID(bytes_le=value))


def moment(value: bytes | None) -> datetime | None:
    """A FILETIME (100 ns since 1601); None for never and for what no calendar holds."""
    ticks = int(value or 0)
    if ticks in _NEVER:
        return None
    try:
        return _EPOCH + timedelta(microseconds=ticks // 10)
    except OverflowError:
        return None


def generalized(value: bytes | None) -> datetime | None:
    """An LDAP generalized time: `20261122171646.0Z`."""
    if not value:
        return None
    return datetime.strptime(_text(value)[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def expiry(last_day: date, zone: ZoneInfo) -> int:
    """accountExpires for an account whose last good day is this one: midnight after it, in this zone."""
    ends = datetime.combine(last_day + timedelta(days=1), time(), zone)
    return int((ends - _EPOCH) / timedelta(microseconds=1)) * 10


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
