"""Undo an off-boarding from its record: place, groups, flags; opened last. What is gone is reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bitools.documents.user import ChangeDetail, UserSyncItem
from bitools.errors import NotFound, Refused
from bitools.i18n import _
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions.account import Account, Flag
from bitools.user.decisions.account_control import flags
from bitools.user.decisions.change import Plan
from bitools.user.decisions.group import Group
from bitools.user.decisions.leaver import Record
from bitools.user.decisions.membership import joining
from bitools.user.verbs.changing import SILENT, ChangeKind, Consent, change
from bitools.user.verbs.move import moving
from bitools.user.wire import groups, queries
from bitools.user.wire.directory import Domain
from bitools.user.wire.records import Records


def restore(run: Run, names: Sequence[str], consent: Consent = SILENT) -> Document[UserSyncItem]:
    """Give these people back what their off-boarding took; by GUID, whatever the account is called now.

    A group or OU that is gone fails with what could not be restored; the rest is restored. A privileged
    group is given back with `privileged` and a reason only.
    """
    records = Records(run.state)
    known: dict[str, Record] = {}

    def find(domain: Domain, name: str) -> Account:
        record = records.find(name)
        known[record.guid] = record
        try:
            return queries.by_guid(domain, record.guid)
        except NotFound:
            message = _("the account was deleted since; it cannot be restored")
            raise NotFound(message, target=record.sam_account_name) from None

    def decide(domain: Domain, account: Account) -> Plan:
        record = known[account.guid]
        return Plan() if record.restored else as_it_was(domain, account, record)

    def finish(account: Account) -> None:
        if known[account.guid].restored:
            return
        time = run.started.astimezone(run.inventory.settings.zone).isoformat(timespec="seconds")
        records.save(replace(known[account.guid], restored=time))

    def more(account: Account) -> ChangeDetail:
        return {"stays": stays(known[account.guid], run.started)}

    kind = ChangeKind(acts.USER_RESTORE, "restored", decide, find=find, finish=finish, more=more)
    document = change(run, names, kind, consent)
    for item in document.items:
        document.warnings += [f"{item['sam_account_name']}: {why}" for why in item["stays"]]
    return document


def as_it_was(domain: Domain, account: Account, record: Record) -> Plan:
    """Back to the OU and name, into the groups, then the flags: it is opened when all else is there."""
    lost: list[str] = []
    back = Plan()
    try:
        back = moving(queries.moved(domain, record.parent_guid, record.parent), domain, account, record.name)
    except (NotFound, Refused) as error:
        lost.append(error.message)
    found = _groups(domain, account, record, lost)
    enabled = Flag.DISABLED not in Flag(record.flags)
    opening = flags(account, account.flags & ~Flag.DISABLED if enabled else account.flags)
    return back.then(joining(account, found), opening, lost=tuple(lost))


def stays(record: Record, now: datetime) -> list[str]:
    """What an undone off-boarding leaves closed, and why."""
    found = []
    if Flag.DISABLED in Flag(record.flags):
        why = _(
            "it stays disabled: it was disabled before it was off-boarded; then: bitools user enable {name}"
        )
        found.append(why.format(name=record.sam_account_name))
    if record.expires and datetime.fromisoformat(record.expires) <= now:
        why = _("it stays closed: it expired before; then: bitools user expire {name}")
        found.append(why.format(name=record.sam_account_name))
    return found


def _groups(domain: Domain, account: Account, record: Record, lost: list[str]) -> list[Group]:
    found = []
    for guid, dn in record.groups.items():
        group = groups.by_guid(domain, guid)
        if group is None:
            lost.append(_("the group {dn} is gone").format(dn=dn))
        elif not group.writable and group.dn.casefold() not in {one.casefold() for one in account.groups}:
            lost.append(_("bitools may not add members to {names}").format(names=group.dn))
        else:
            found.append(group)
    return found
