"""Put accounts into groups; with a last day, until then: the timer takes it back (`revoke --due`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bitools.documents.user import UserSyncItem
from bitools.errors import Refused, Usage
from bitools.i18n import _
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions.account import Account, Change
from bitools.user.decisions.change import Plan
from bitools.user.decisions.membership import Group, joining
from bitools.user.verbs.changing import SILENT, ChangeKind, Consent, change
from bitools.user.wire import groups
from bitools.user.wire.directory import Domain
from bitools.user.wire.grants import Grant, Grants


def grant(
    run: Run,
    names: Sequence[str],
    wanted: Sequence[str],
    consent: Consent = SILENT,
    *,
    until: date | None = None,
) -> Document[UserSyncItem]:
    """Put each account into each of these groups, for good or until the end of a day.

    A privileged one needs `privileged` and a reason. Raise Usage for a day that is past.
    """
    if until and until < run.started.astimezone(run.inventory.settings.zone).date():
        raise Usage(_("{day} is past").format(day=until.isoformat()))
    granting = _Granting(Grants(run.state), tuple(wanted), until, consent.reason)
    kind = ChangeKind(
        acts.USER_GRANT, "granted", granting.decide, prepare=granting.prepare, more=granting.more
    )
    return change(run, names, kind, consent)


@dataclass(frozen=True, slots=True)
class _Granting:
    grants: Grants
    names: tuple[str, ...]
    until: date | None
    reason: str

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
        return joining(account, wanted).then(Plan(tuple(shown), groups=wanted))

    def prepare(self, account: Account, plan: Plan) -> None:
        """What will be taken back is known before it is given."""
        for group in plan.groups:
            entry = self._entry(account, group)
            self.grants.save(entry) if self.until else self.grants.forget(entry)

    def more(self, _account: Account) -> dict[str, Any]:
        return {"until": self.until.isoformat()} if self.until else {}

    def _entry(self, account: Account, group: Group) -> Grant:
        day = self.until.isoformat() if self.until else ""
        return Grant(account.guid, group.guid, day, account.sam_account_name, group.dn, self.reason)
