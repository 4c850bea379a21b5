"""What is wrong with the accounts of the directory. Pure: facts in, findings out.

Each rule has a name for machines, a reason for people, and the article of the regulation it serves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bitools.i18n import _, short_date
from bitools.user.decisions.account import Account, Flag
from bitools.user.decisions.leaver import Record
from bitools.user.decisions.names import fold
from bitools.user.decisions.person import number_key
from bitools.user.decisions.selection import stale

ACCESS, HANDOVER = ("6.19", "12.3"), ("6.19", "12.3", "14.3")
_UNFINISHED = timedelta(days=1)  # an interrupted run is repeated the same day
_CLEARANCE = timedelta(days=30)
_KRBTGT = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """One thing that is wrong with one account."""

    rule: str
    account: Account
    why: str
    duties: tuple[str, ...] = ACCESS


@dataclass(frozen=True, slots=True)
class AuditFacts:
    """What the rules know. `members`: privileged group → SIDs; `records` by GUID."""

    accounts: tuple[Account, ...]
    leavers: str
    now: datetime
    stale_days: int = 90
    members: Mapping[str, set[str]] = field(default_factory=dict)
    records: Mapping[str, Record] = field(default_factory=dict)
    needs: Mapping[str, list[str]] = field(default_factory=dict)  # by GUID: what other systems wait for


def findings(facts: AuditFacts) -> list[AuditFinding]:
    """Everything that is wrong, account by account."""
    found = [finding for account in facts.accounts for finding in _account(account, facts)]
    found += _shared(
        facts.accounts, "employee_id", _number, _("several accounts have this employee id: {names}")
    )
    found += _shared(
        facts.accounts, "same_address", _address, _("several accounts have this address: {names}")
    )
    found += _shared(facts.accounts, "same_name", _login, _("Windows takes these names for one: {names}"))
    return sorted(found, key=lambda one: (one.account.sam_account_name.casefold(), one.rule))


def _account(account: Account, facts: AuditFacts) -> Iterator[AuditFinding]:
    for rule, wrong, why in (*_settings(account), *_use(account, facts)):
        if wrong:
            yield AuditFinding(rule, account, why)
    groups = sorted(name for name, sids in facts.members.items() if account.sid in sids)
    if groups and not account.enabled and account.rid >= 1000:
        why = _("disabled, and still in {groups}").format(groups=", ".join(groups))
        yield AuditFinding("disabled_privileged", account, why)
    if account.admin_count and not groups and account.rid >= 1000:
        yield AuditFinding(
            "orphan_admin", account, _("adminCount is left over: it inherits no rights any more")
        )
    record = facts.records.get(account.guid)
    if needs := facts.needs.get(account.guid):
        yield AuditFinding(
            "connector", account, _("not done elsewhere: {names}").format(names=", ".join(needs))
        )
    if why := _half_left(account, record):
        yield AuditFinding("half_left", account, why, HANDOVER)
    if record and not record.finished and facts.now - datetime.fromisoformat(record.time) > _CLEARANCE:
        why = _("left on {day}, and is not cleared yet").format(day=short_date(record.time))
        yield AuditFinding("clearance", account, why, HANDOVER)


def _half_left(account: Account, record: Record | None) -> str:
    """Why a person's account that is closed is not closed whole; empty if it is, or is open."""
    if account.enabled or account.pending or account.rid < 1000 or account.service_names:
        return ""
    if account.groups:
        return _("disabled, and still in its groups; then: bitools user offboard {name}").format(
            name=account.sam_account_name
        )
    if record and not (record.cleared or record.finished):
        return _("left, and not cleared: the hand-over is open; then: bitools user offboard {name}").format(
            name=account.sam_account_name
        )
    return ""


def _settings(account: Account) -> Iterable[tuple[str, bool, str]]:
    """Flags that no person's enabled account should have (MS-ADTS 2.2.16)."""
    flags, person = account.flags, account.rid >= 1000
    enabled = account.enabled and person
    return (
        ("no_password", enabled and bool(flags & Flag.PASSWORD_NOT_REQUIRED), _("it needs no password")),
        ("never_expires", enabled and bool(flags & Flag.PASSWORD_NEVER_EXPIRES) and not account.service_names,
         _("its password never expires")),
        ("reversible", bool(flags & Flag.REVERSIBLE), _("its password is stored readable")),
        ("weak_kerberos", enabled and bool(flags & (Flag.NO_PREAUTH | Flag.DES_ONLY)),
         _("its password can be guessed offline (no Kerberos pre-authentication, or DES)")),
        ("delegation", enabled and bool(flags & Flag.DELEGATION), _("it may act as anybody (delegation)")),
    )  # fmt: skip


def _use(account: Account, facts: AuditFacts) -> Iterable[tuple[str, bool, str]]:
    """How it is used, or not."""
    now, person = facts.now, account.rid >= 1000
    old = account.created is not None and now - account.created > timedelta(days=facts.stale_days)
    gone = account.expires is not None and account.expires < now - timedelta(days=facts.stale_days)
    unfinished = bool(account.pending) and account.created is not None and now - account.created > _UNFINISHED
    stale_for = _("not used for {days} days, and 14 more that Windows does not record")
    krbtgt_old = account.password_set is not None and now - account.password_set > _KRBTGT
    return (
        ("stale", person and stale(account, facts.stale_days, now), stale_for.format(days=facts.stale_days)),
        ("never_used", person and account.enabled and old and account.last_logon is None,
         _("never used, and made more than {days} days ago").format(days=facts.stale_days)),
        ("expired", person and account.enabled and gone, _("expired long ago, and not off-boarded")),
        ("pending", unfinished, _("an interrupted run began it, and nobody has completed it")),
        ("leaver_enabled", account.enabled and fold(account.dn).endswith(fold(f",{facts.leavers}")),
         _("enabled among the leavers")),
        ("krbtgt", account.rid == 502 and krbtgt_old, _("the domain's key is older than a year")),
    )  # fmt: skip


def _shared(
    accounts: Iterable[Account], rule: str, key: Callable[[Account], str], why: str
) -> Iterator[AuditFinding]:
    by_key: dict[str, list[Account]] = defaultdict(list)
    for account in accounts:
        if value := key(account):
            by_key[value].append(account)
    for group in by_key.values():
        if len(group) > 1:
            names = ", ".join(account.sam_account_name for account in group)
            for account in group:
                yield AuditFinding(rule, account, why.format(names=names))


def _number(account: Account) -> str:
    return number_key(account.attributes.get("employeeID", ""))


def _address(account: Account) -> str:
    return fold(account.attributes.get("mail", ""))


def _login(account: Account) -> str:
    return fold(account.sam_account_name)
