"""Put accounts into groups; with a last day, until then.

Where the forest can end a membership by itself it is told when; everywhere else the timer takes it back
(`revoke --due`), which also records what the forest has ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from bitools.documents.user import ChangeDetail, UserSyncItem
from bitools.errors import Refused, Usage
from bitools.i18n import _
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions import movers
from bitools.user.decisions.account import Account, Change, expiry
from bitools.user.decisions.change import Plan
from bitools.user.decisions.group import Group
from bitools.user.decisions.membership import joining, leaving
from bitools.user.decisions.names import fold
from bitools.user.verbs.changing import SILENT, ChangeKind, Consent, change
from bitools.user.verbs.past import AccountPast
from bitools.user.wire import groups, queries
from bitools.user.wire.directory import Domain
from bitools.user.wire.grants import Grant, Grants

_LONGEST = 365 * 86_400  # seconds; beyond a year the timer alone ends it


def grant(
    run: Run,
    names: Sequence[str],
    wanted: Sequence[str],
    consent: Consent = SILENT,
    *,
    until: date | None = None,
) -> Document[UserSyncItem]:
    """Put each account into each of these groups, for good or until the end of a day.

    Who has one by their post already has it by name too from now on: it stays when the post changes.
    A privileged one needs `privileged` and a reason. Raise Usage for a day that is past.
    """
    if until and until < run.started.astimezone(run.inventory.settings.zone).date():
        raise Usage(_("{day} is past").format(day=until.isoformat()))
    granting = _Granting(run, Grants(run.state), tuple(wanted), until, consent.reason)
    kind = ChangeKind(
        acts.USER_GRANT,
        "granted",
        granting.decide,
        prepare=granting.prepare,
        more=granting.more,
        finish=granting.finish,
    )
    return change(run, names, kind, consent)


@dataclass(frozen=True, slots=True)
class _Granting:
    run: Run
    grants: Grants
    names: tuple[str, ...]
    until: date | None
    reason: str
    standing: dict[str, list[str]] = field(default_factory=dict)  # by GUID: what this run lets stand by name
    written: set[str] = field(default_factory=set)  # files of memberships that this run has given
    ends: dict[str, str] = field(default_factory=dict)  # by GUID: the day that the directory is told
    forest: dict[str, bool] = field(default_factory=dict)  # by controller: can it end a membership?

    def decide(self, domain: Domain, account: Account) -> Plan:
        wanted, known = groups.known(domain, self.names), self.grants.of(account.guid)
        member = {dn.casefold() for dn in account.groups}
        shown = []
        for group in wanted:
            old = known[group.guid].until if group.guid in known else None
            new = self.until.isoformat() if self.until else None
            if new and old is None and group.dn.casefold() in member:
                message = _("it is in {name} already, without an end").format(name=group.name)
                hint = _("first: bitools user revoke {sam} --group {name}")
                hint = hint.format(sam=account.sam_account_name, name=group.name)
                raise Refused(message, target=account.sam_account_name, hint=hint, reason="member")
            if old != new:
                shown.append(Change(f"until {group.name}", old, new))
        if not self.until:
            shown += [Change("standing", None, dn) for dn in self._by_post(domain, account, wanted)]
        seconds, ends = self._ends(domain)
        self.ends[account.guid] = ends
        anew = [
            group
            for group in wanted
            if group.guid in known
            and known[group.guid].ends != ends
            and group.dn.casefold() in member
            and known[group.guid].file not in self.written
        ]  # the directory would end it on another day
        left = replace(
            account, groups=tuple(dn for dn in account.groups if dn not in {one.dn for one in anew})
        )
        joins = joining(left, wanted, seconds)
        return leaving(account, anew).then(joins, Plan(tuple(shown), groups=wanted))

    def _ends(self, domain: Domain) -> tuple[int, str]:
        """How many seconds a membership lasts from now, and its last day; 0 if the forest cannot end it."""
        if not self.until:
            return 0, ""
        if domain.name not in self.forest:
            self.forest[domain.name] = queries.time_limited(domain)
        end = expiry(self.until, self.run.inventory.settings.zone)
        seconds = int((end - datetime.now(UTC)).total_seconds())
        if not self.forest[domain.name] or not 0 < seconds < _LONGEST:
            return 0, ""
        return seconds, self.until.isoformat()

    def finish(self, account: Account) -> None:
        """It is given: whether the directory ends it is known from now on."""
        for entry in self.grants.of(account.guid).values():
            if entry.file in self.written:
                self.grants.save(replace(entry, ends=self.ends[account.guid]))

    def _by_post(self, domain: Domain, account: Account, wanted: Sequence[Group]) -> list[str]:
        """The groups it is in, which posts give and take, and which the ledger does not know as granted."""
        told = {dn.casefold() for dn in self.standing.get(account.guid, ())}
        member = {dn.casefold() for dn in account.groups} - told
        there = [group for group in wanted if group.dn.casefold() in member]
        if not there:
            return []
        names = movers.managed(self.run.inventory.require_directory())
        managed = {group.guid for group in groups.find(domain, names)[0]}
        known = AccountPast.of(self.run.ledger.entries()).grants[account.guid]
        return [group.dn for group in there if group.guid in managed and fold(group.dn) not in known]

    def prepare(self, account: Account, plan: Plan) -> None:
        """What will be taken back is known before it is given."""
        by_name = [str(one.new) for one in plan.changes if one.attribute in ("standing", "memberOf")]
        self.standing[account.guid] = by_name
        for group in plan.groups:
            entry = self._entry(account, group)
            self.grants.save(entry) if self.until else self.grants.forget(entry)
            self.written.add(entry.file)

    def more(self, account: Account) -> ChangeDetail:
        if self.until:
            return {"until": self.until.isoformat()}
        return {"standing": self.standing[account.guid]} if account.guid in self.standing else {}

    def _entry(self, account: Account, group: Group) -> Grant:
        day = self.until.isoformat() if self.until else ""
        return Grant(account.guid, group.guid, day, account.sam_account_name, group.dn, self.reason)
