"""What became of a change whose answer was lost, by the account as it is now. Pure.

Every intent holds the change it announces: attribute, old value, new value. The directory holds the one or
the other, and that is the answer; where it holds neither, or one here and the other there, nobody can tell,
and whoever makes the same change again will complete it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from bitools.user.decisions.account import TEXTS, Account, last_moment
from bitools.user.decisions.names import fold

Became = Literal["done", "failed"]
_LEFT = ("until ", "proxyAddresses", "unicodePwd")  # of the state, or not read: the others say it


def became(action: str, before: object, account: Account | None, leavers: str = "") -> Became | None:
    """Was it carried out? None if that cannot be told. `account` is None if the directory has none."""
    if action == "user.add":
        return "failed" if account is None else None if account.pending else "done"
    if account is None or not isinstance(before, dict):
        return None
    if action == "user.offboard" and not before.get("changes"):
        return _left(account, leavers)
    changes = [each for each in _changes(before) if not str(each.get("attribute")).startswith(_LEFT)]
    found = [_holds(account, each) for each in changes]
    if not found or None in found:
        return None
    return "done" if all(found) else "failed" if not any(found) else None


def _changes(before: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    changes = before.get("changes")
    return [each for each in changes if isinstance(each, dict)] if isinstance(changes, list) else []


def _left(account: Account, leavers: str) -> Became | None:
    """An off-boarding disables first, and moves last."""
    if account.enabled:
        return "failed"
    return "done" if fold(account.parent) == fold(leavers) and not account.groups else None


def _holds(account: Account, change: Mapping[str, Any]) -> bool | None:
    """Does the account hold the new value (True), the old one (False), or neither?"""
    name, old, new = str(change.get("attribute")), change.get("old") or None, change.get("new") or None
    if name == "memberOf":
        member = fold(str(new or old)) in map(fold, account.groups)
        return member is (new is not None)
    has: object
    if name == "userAccountControl":
        bits = int(old or 0) ^ int(new or 0)  # others may have changed others meanwhile
        has, old, new = int(account.flags) & bits, int(old or 0) & bits, int(new or 0) & bits
    elif name == "accountExpires":
        has, old, new = last_moment(account.expires, UTC), _moment(old), _moment(new)
    elif name == "distinguishedName":
        has, old, new = fold(account.dn), fold(str(old)), fold(str(new))
    elif name in _READ:
        has = _READ[name](account)
    elif name in TEXTS:
        has = account.attributes.get(name) or None
    else:
        return None
    if old == new:
        return None
    return True if has == new else False if has == old else None


_READ: Mapping[str, Callable[[Account], str | None]] = {
    "lockoutTime": lambda account: "locked" if account.locked else None,
    "pwdLastSet": lambda account: "0" if account.must_change else None,
    "sAMAccountName": lambda account: account.sam_account_name,
}


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(str(text)) if text else None
