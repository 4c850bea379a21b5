"""Whether an account can be used, and until when: disabled, locked, expiring. Pure."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from bitools.user.decisions.account import Account, Change, Flag, expiry, last_moment
from bitools.user.decisions.change import Plan, Right, Value, Write

NEVER = 0  # accountExpires of an account that does not expire (MS-ADA1)


def giving(account: Account, attribute: str, value: Value, shown: Change) -> Plan:
    """Give one attribute one value."""
    write = Write(f"<GUID={account.guid}>", {attribute: ("REPLACE", [value])}, about=account.sam_account_name)
    return Plan((shown,), (write,), (Right(account.dn, attribute),))


def flags(account: Account, new: Flag) -> Plan:
    """Give an account these flags, if it has others."""
    if new == account.flags:
        return Plan()
    shown = Change("userAccountControl", int(account.flags), int(new))
    return giving(account, "userAccountControl", int(new), shown)


def disabling(account: Account) -> Plan:
    """Be disabled."""
    return flags(account, account.flags | Flag.DISABLED)


def unlocking(account: Account) -> Plan:
    """Be let in again after too many wrong passwords."""
    if not account.locked:
        return Plan()
    return giving(account, "lockoutTime", 0, Change("lockoutTime", "locked", None))


def expiring(account: Account, last_day: date | None, zone: ZoneInfo) -> Plan:
    """End with this day, or (None) never."""
    wanted = expiry(last_day, zone) if last_day else None
    if wanted == account.expires:
        return Plan()
    old, new = (
        at.isoformat() if (at := last_moment(end, zone)) else None for end in (account.expires, wanted)
    )
    return giving(account, "accountExpires", wanted or NEVER, Change("accountExpires", old, new))
