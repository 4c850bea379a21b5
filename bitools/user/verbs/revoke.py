"""Take accounts out of groups; by the timer, out of those they were granted until a day that is past.

The primary group stays: Windows keeps it elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bitools.documents.user import ChangeDetail, UserSyncItem
from bitools.errors import Refused
from bitools.i18n import _
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions.account import Account, Change
from bitools.user.decisions.change import Plan
from bitools.user.decisions.membership import leaving
from bitools.user.verbs.changing import SILENT, ChangeKind, Consent, change
from bitools.user.verbs.posts import Posts
from bitools.user.wire import groups, queries
from bitools.user.wire.directory import Domain
from bitools.user.wire.directory_cache import DirectoryCache
from bitools.user.wire.grants import Grant, Grants


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
    """Take back every membership whose last day is past; what the forest has ended is recorded.

    What the post gives by now stays, and no longer by name.
    """
    grants = Grants(run.state)
    over = grants.due(run.started.astimezone(run.inventory.settings.zone).date())
    ending = _Ending(run, grants, tuple(over))
    kind = ChangeKind(
        acts.USER_REVOKE,
        "revoked",
        ending.decide,
        find=queries.by_guid,
        finish=ending.finish,
        prepare=ending.prepare,
        more=ending.more,
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


@dataclass(frozen=True, slots=True)
class _Ending:
    """What is over, on its way; `recorded`: accounts whose ends the ledger has by now."""

    run: Run
    grants: Grants
    over: tuple[Grant, ...]
    recorded: set[str] = field(default_factory=set)
    stay: dict[str, list[str]] = field(default_factory=dict)  # by account: what its post gives by now, as DNs
    posts: dict[str, Posts] = field(default_factory=dict)  # by controller

    def decide(self, domain: Domain, account: Account) -> Plan:
        mine = [one for one in self.over if one.account == account.guid]
        found = {one.file: groups.by_guid(domain, one.group) for one in mine}
        member, given = {dn.casefold() for dn in account.groups}, self._given(domain, account)
        back = [group for group in found.values() if group is not None and group.guid not in given]
        kept = [(one, group) for one in mine if (group := found[one.file]) and group.guid in given]
        kept = [(one, group) for one, group in kept if group.dn.casefold() in member]
        self.stay[account.guid] = [group.dn for _one, group in kept]
        ended = (
            []
            if account.guid in self.recorded
            else [
                Change("memberOf", group.dn, None)  # by the forest itself
                for one in mine
                if one.ends and (group := found[one.file]) and group.dn.casefold() not in member
            ]
            + [Change(f"until {group.common_name}", one.until, None) for one, group in kept]
        )
        return leaving(account, back).then(Plan(tuple(ended)))

    def prepare(self, account: Account, _plan: Plan) -> None:
        self.recorded.add(account.guid)

    def finish(self, account: Account) -> None:
        for one in self.over:
            if one.account == account.guid:
                self.grants.forget(one)

    def more(self, account: Account) -> ChangeDetail:
        return {"by_post": self.stay[account.guid]} if self.stay.get(account.guid) else {}

    def _given(self, domain: Domain, account: Account) -> set[str]:
        """What the post that the ledger knows gives: place and groups may speak of one by this very grant."""
        if domain.server not in self.posts:
            settings = self.run.inventory.require_directory()
            self.posts[domain.server] = Posts(self.run, settings, DirectoryCache(domain))
        posts = self.posts[domain.server]
        return {group.guid for group in posts.given(account, posts.past.roles.get(account.guid))}
