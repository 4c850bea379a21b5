"""Which accounts are stale, locked, disabled, expiring, never used, privileged or unfinished.

Windows renews lastLogonTimestamp only every 9 to 14 days (msDS-LogonTimeSyncInterval), so "not logged on for
N days" is only certain N + 14 days after the time it shows. The list says so, and counts only the certain.
Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bitools.user.decisions import checks
from bitools.user.decisions.account import Account
from bitools.user.decisions.names import fold
from bitools.user.decisions.person import department_key

SLACK = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which accounts: those to which all of this applies; nothing said: all. Days are whole days."""

    stale: int | None = None
    locked: bool = False
    disabled: bool = False
    expiring: int | None = None
    never_logged_on: bool = False
    privileged: bool = False
    pending: bool = False
    group: str = ""
    ou: str = ""
    department: str = ""
    role: str = ""
    password_expires: int | None = None


def applies(account: Account, selection: Selection, now: datetime) -> bool:
    """Does all of this apply to the account? Privileges and groups are judged elsewhere."""
    no = (
        (selection.stale is not None and not stale(account, selection.stale, now))
        or (selection.locked and not account.locked)
        or (selection.disabled and account.enabled)
        or (selection.expiring is not None and not _expiring(account, selection.expiring, now))
    )
    elsewhere = (
        (bool(selection.ou) and not below(account.dn, selection.ou))
        or (
            bool(selection.department)
            and department_key(_department(account)) != department_key(selection.department)
        )
        or (selection.password_expires is not None and not _ends(account, selection.password_expires, now))
    )
    unlike = (selection.never_logged_on and account.last_logon is not None) or (
        selection.pending and not account.pending
    )
    return not (no or unlike or elsewhere)


def below(dn: str, ou: str) -> bool:
    """Is it in this OU, or in one of this name; directly, or deeper?"""
    where = fold(dn).partition(",")[2]
    if "=" in ou:
        return where == fold(ou) or where.endswith(fold(f",{ou}"))
    return fold(f"ou={ou}") in where.split(",")


def _department(account: Account) -> str:
    return account.attributes.get("department", "")


def _ends(account: Account, days: int, now: datetime) -> bool:
    """Does its password end within so many days? One that has ended already counts."""
    ends = account.password_expires
    return account.enabled and ends is not None and ends <= now + timedelta(days=days)


def stale(account: Account, days: int, now: datetime) -> bool:
    """Enabled, older than this, and certainly not used for so many days; never used is another list."""
    limit = now - timedelta(days=days)
    old = account.created is not None and account.created < limit
    unused = account.last_logon is not None and account.last_logon < limit - SLACK
    return account.enabled and old and unused


def privileges(account: Account, members: dict[str, set[str]]) -> list[str]:
    """Why the account is privileged: the groups it is in, adminCount, services."""
    groups = sorted(name for name, sids in members.items() if account.sid in sids)
    return [*groups, *checks.privileged(account)]


def _expiring(account: Account, days: int, now: datetime) -> bool:
    if account.expires is None or not account.enabled:
        return False
    return now < account.expires <= now + timedelta(days=days)
