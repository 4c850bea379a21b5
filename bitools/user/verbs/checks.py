"""The one gate before a controller: every change passes here, with what the directory says of it now.

`decisions/checks.py` holds the rules. What is asked for is cached for a run, but for the administrators that
are left: that is asked again before each write to one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from bitools.errors import Rejected
from bitools.i18n import _
from bitools.inventory.accounts import Directory
from bitools.run import Run
from bitools.user.decisions import checks
from bitools.user.decisions.account import Account, Change
from bitools.user.decisions.change import Plan, Right
from bitools.user.decisions.checks import Cleared, GuardFacts
from bitools.user.decisions.creation import Creation
from bitools.user.decisions.person import Request
from bitools.user.wire import queries
from bitools.user.wire.directory import Domain
from bitools.user.wire.directory_cache import DirectoryCache

# To reset a password is a right of its own (User-Force-Change-Password, MS-ADTS 5.1.3.2.1), which a help desk
# has without writing the attribute; the controller says nothing of it beforehand.
_OWN_RIGHT = frozenset({"unicodePwd"})


class Checks:
    """One run's checks; `override` is `--privileged --reason`."""

    def __init__(self, run: Run, settings: Directory, cache: DirectoryCache, *, override: bool) -> None:
        self.run, self.settings, self.cache, self.override = run, settings, cache, override
        self.domain: Domain = cache.domain

    def clear(self, account: Account, plan: Plan, *, fresh: bool = False) -> Cleared:
        """This plan for this account, to be written. `fresh`: it is about to be.

        Raise Refused for a protected account, a privileged group, or what is somebody else's; Rejected if our
        rights do not reach.
        """
        if fresh and any(sid.endswith(f"-{checks.DOMAIN_ADMINS}") for sid in account.all_groups):
            vars(self).pop("facts", None)
        checks.account(account, self.facts, override=self.override)
        self._groups(account.sam_account_name, plan, fresh=fresh)
        self._identity(plan.changes, [account.dn], account.guid)
        self.prove_rights(plan.rights)
        return Cleared(plan, account.sam_account_name)

    def _groups(self, sam: str, plan: Plan, *, fresh: bool) -> None:
        """Nobody joins a privileged group unasked, and whose members are protected stays as it is.

        `fresh`: a group may have been put into another since it was planned; each is asked again, once a run.
        """
        protected = self.settings.guards.protected
        of_members = [change for change in plan.changes if change.attribute == "memberOf"]
        joined = [str(one.new) for one in of_members if one.new]
        if joined:
            groups, _missing = self.cache.groups(joined)
            if fresh:
                targets = [one.dn for one in plan.writes if one.changes.get("member", ("",))[0] == "ADD"]
                groups += self.cache.again(targets)
            checks.joins(groups, sam, override=self.override)
        if protected and of_members:
            every = [str(one.new or one.old) for one in of_members]
            checks.touches(self.cache.groups(every)[0], sam, protected)

    def clear_new(self, request: Request, creation: Creation, account: Account | None) -> Cleared:
        """A new account, or (`account`) the rest of one that was begun. Raise as `clear` does."""
        checks.joins(creation.groups, request.role, override=None)
        checks.touches(creation.groups, request.role, self.settings.guards.protected)
        guid = account.guid if account else ""
        own = [creation.dn, account.dn] if account else [creation.dn]
        changes = creation.changes()
        self._identity(changes, own, guid)
        return Cleared(Plan(tuple(changes)), creation.sam_account_name)

    @cached_property
    def facts(self) -> GuardFacts:
        """What the rules must know beside the account."""
        return queries.guard_facts(self.domain, self.settings, self.run.ledger.actor, self.run.started)

    def prove_rights(self, rights: Sequence[Right]) -> None:
        """Raise Rejected, naming what is missing, if our rights do not reach; nothing is written yet."""
        for right in rights:
            if right.attribute in _OWN_RIGHT:
                continue
            attributes, children = self.cache.effective(right.dn)
            allowed = right.attribute.lower() in attributes if right.attribute else "user" in children
            if not allowed:
                hint = _("delegate it to the account in bind:, see the manual")
                message = _("bitools may not {right}").format(right=right)
                raise Rejected(message, target=right.dn, hint=hint, reason="rights")

    def _identity(self, changes: Sequence[Change], own: Sequence[str], guid: str) -> None:
        """Addresses, logins and numbers that are to be written are nobody else's."""
        written = {change.attribute for change in changes}
        if written & {"mail", "userPrincipalName", "proxyAddresses", "sAMAccountName"}:
            checks.addresses(changes, own, self.cache.taken)
        if "employeeID" in written:
            [number] = [str(one.new or "") for one in changes if one.attribute == "employeeID"]
            holders = {one.guid: one.sam_account_name for one in self.cache.employee(number)}
            checks.number(changes, holders, guid)
