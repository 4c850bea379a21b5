"""Take accounts out of groups; by the timer, out of those they were granted until a day that is past.

The primary group stays: Windows keeps it elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bitools.documents.user import UserSyncItem
from bitools.errors import Refused
from bitools.i18n import _
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions.account import Account, Change
from bitools.user.decisions.change import Plan
from bitools.user.decisions.membership import leaving
from bitools.user.verbs.changing import SILENT, ChangeKind, Consent, change
from bitools.user.wire import groups, queries
from bitools.user.wire.directory import Domain
from bitools.user.wire.grants import Grants


def revoke(
    run: Run, names: Sequence[str], unwanted: Sequence[str], consent: Consent = SILENT
) -> Document[UserSyncItem]:
    """Take each account out of each of these groups."""
    grants = Grants(run.state)
    taken: dict[str, set[str]] = {}

    def decide(domain: Domain, account: Account) -> Plan:
        found = groups.known(domain, unwanted)
        for group in found:
            if any(sid.endswith(f"-{account.primary_group}") for sid in group.own):
                message = _('"{name}" is the primary group; it stays').format(name=group.name)
                hint = _("make another one the primary group first, with Windows' own tools")
                raise Refused(message, target=account.sam_account_name, hint=hint, reason="primary")
        taken[account.guid] = {group.guid for group in found}
        return leaving(account, found)

    def finish(account: Account) -> None:
        for guid, grant in grants.of(account.guid).items():
            if guid in taken[account.guid]:
                grants.forget(grant)

    return change(run, names, ChangeKind(acts.USER_REVOKE, "revoked", decide, finish=finish), consent)


def due(run: Run, consent: Consent = SILENT) -> Document[UserSyncItem]:
    """Take back every membership whose last day is past; what the forest has ended is recorded."""
    grants = Grants(run.state)
    over = grants.due(run.started.astimezone(run.inventory.settings.zone).date())

    ended: set[str] = set()  # by the forest itself; that is recorded now

    def decide(domain: Domain, account: Account) -> Plan:
        mine = {one.file: groups.by_guid(domain, one.group) for one in over if one.account == account.guid}
        member = {dn.casefold() for dn in account.groups}
        gone = [
            Change("memberOf", group.dn, None)
            for one in over
            if one.ends and one.file not in ended and (group := mine.get(one.file)) is not None
            if group.dn.casefold() not in member
        ]
        return leaving(account, [group for group in mine.values() if group is not None]).then(
            Plan(tuple(gone))
        )

    def prepare(account: Account, _plan: Plan) -> None:
        ended.update(one.file for one in over if one.account == account.guid)

    def finish(account: Account) -> None:
        for one in over:
            if one.account == account.guid:
                grants.forget(one)

    kind = ChangeKind(
        acts.USER_REVOKE, "revoked", decide, find=queries.by_guid, finish=finish, prepare=prepare
    )
    # Who gave it for a time, with --privileged if that had to be, has agreed to its end.
    reason = consent.reason or _("granted until a day that is past")
    agreed = replace(consent, privileged=True, reason=reason, max_changes=max(len(over), 1))
    document = change(run, [one.account for one in over], kind, agreed)
    gone = {one["target"] for one in document.failed if one.get("reason") == "gone"}
    document.failed = [one for one in document.failed if one["target"] not in gone]
    for one in over:
        if one.account in gone and not run.dry_run:
            grants.forget(one)
    return document
