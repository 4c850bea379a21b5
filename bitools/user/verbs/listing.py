"""Which accounts are stale, locked, disabled, expiring, never used, privileged or unfinished.

Windows renews lastLogonTimestamp only every 9 to 14 days (msDS-LogonTimeSyncInterval), so "not logged on for
N days" is only certain N + 14 days after the time it shows. The list says so, and counts only the certain.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions import guards
from bitools.user.decisions.account import Account
from bitools.user.verbs import observe
from bitools.user.verbs.find import described
from bitools.user.wire.directory import connect

SLACK = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which accounts: those to which all of this applies; nothing said: all. Days are whole days."""

    stale: int | None = None
    locked: bool = False
    disabled: bool = False
    expiring: int | None = None
    never_logged_on: bool = False
    privileged: bool = False
    pending: bool = False
    group: str = ""


def listing(run: Run, wanted: Wanted) -> Document:
    """Every account of the directory to which this applies, by name."""
    settings = run.inventory.require_directory()
    document = run.document("bitools.user.list/1")
    now = run.started.astimezone(run.inventory.settings.zone)
    with connect(settings, run.started) as domain:
        document.warnings += domain.warnings
        members = observe.privileged_members(domain) if wanted.privileged else {}
        query = f"(info={observe.MARKED})" if wanted.pending else ""
        if wanted.group:
            query += observe.in_group(domain, wanted.group)
        for account in observe.everybody(domain, query):
            why = privileges(account, members) if wanted.privileged else []
            if fits(account, wanted, now) and (why or not wanted.privileged):
                document.items.append(_item(account, now, why))
    document.more = {"stale_slack_days": SLACK.days} if wanted.stale is not None else {}
    return document


def fits(account: Account, wanted: Wanted, now: datetime) -> bool:
    """Does all of this apply to the account? Privileges and groups are judged elsewhere."""
    no = (
        (wanted.stale is not None and not stale(account, wanted.stale, now))
        or (wanted.locked and not account.locked)
        or (wanted.disabled and account.enabled)
        or (wanted.expiring is not None and not _expiring(account, wanted.expiring, now))
    )
    unlike = (wanted.never_logged_on and account.last_logon is not None) or (
        wanted.pending and not account.pending
    )
    return not no and not unlike


def stale(account: Account, days: int, now: datetime) -> bool:
    """Enabled, older than this, and certainly not used for so many days; never used is another list."""
    limit = now - timedelta(days=days)
    old = account.created is not None and account.created < limit
    unused = account.last_logon is not None and account.last_logon < limit - SLACK
    return account.enabled and old and unused


def privileges(account: Account, members: dict[str, set[str]]) -> list[str]:
    """Why the account is privileged: the groups it is in, adminCount, services."""
    groups = sorted(name for name, sids in members.items() if account.sid in sids)
    return [*groups, *guards.privileged(account)]


def _expiring(account: Account, days: int, now: datetime) -> bool:
    if account.expires is None or not account.enabled:
        return False
    return now < account.expires <= now + timedelta(days=days)


def _item(account: Account, now: datetime, why: list[str]) -> dict[str, Any]:
    item = described(account, now) | {"action": "list"}
    return item | {"privileges": why} if why else item
