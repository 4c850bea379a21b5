"""Attributes as a controller sends and takes them: which we read, and what their bytes mean."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bitools.user.decisions.account import TEXTS, Account, Flag
from bitools.user.decisions.change import Value

_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_NEVER = (0, 0x7FFFFFFFFFFFFFFF)  # MS-ADA1 accountExpires
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
    *("telephoneNumber", "description", "company", "physicalDeliveryOfficeName"),
    *("employeeID", "info", "objectGUID", "objectSid", "sAMAccountName"),
    *("userAccountControl", "memberOf", "accountExpires", "pwdLastSet"),
)
READ_ENDS = (*READ, "msDS-UserPasswordExpiryTimeComputed")  # a controller works long for it
READ_ONE = (
    *READ,
    "tokenGroups",
    "sIDHistory",
    "replPropertyMetaData",
)  # what a controller only tells of one object

_UNICODE_PWD = 0x9005A  # attribute id of unicodePwd (MS-ADTS 3.1.1.2.2.4)


def account(dn: str, raw: Mapping[str, Sequence[bytes]]) -> Account:
    """An account from the raw attributes of a search result; their names are in small letters."""
    one = {name: values[0] for name, values in raw.items() if values}
    return Account(
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
        former_sids=frozenset(sid_text(value) for value in raw.get("sidhistory", ())),
        has_password=password_was_set(one.get("replpropertymetadata", b"")),
        primary_group=int(one.get("primarygroupid", b"513")),
        password_expires=moment(one.get("msds-userpasswordexpirytimecomputed")),
    )


def encoded(value: Value) -> str | bytes:
    """A value as it is written: a time as FILETIME, a number as its digits."""
    if isinstance(value, datetime):
        return str(int((value - _EPOCH) / timedelta(microseconds=1)) * 10)
    return str(value) if isinstance(value, int) else value


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


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
