"""Put accounts into groups and take them out. The primary group is neither: Windows keeps it elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from bitools.errors import NotFound, Refused
from bitools.i18n import _
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions.account import Account, Change
from bitools.user.decisions.guards import privileged_group
from bitools.user.decisions.plan import Group
from bitools.user.verbs import observe
from bitools.user.verbs.changing import SILENT, Consent, Decision, Right, Verb, Write, change
from bitools.user.wire.directory import Domain


def grant(run: Run, names: Sequence[str], groups: Sequence[str], consent: Consent = SILENT) -> Document:
    """Put each account into each group. A privileged group needs `privileged` and a reason."""
    decide = partial(_granted, tuple(groups), consent)
    return change(run, names, Verb(acts.USER_GRANT, "granted", decide), consent)


def revoke(run: Run, names: Sequence[str], groups: Sequence[str], consent: Consent = SILENT) -> Document:
    """Take each account out of each group."""
    return change(run, names, Verb(acts.USER_REVOKE, "revoked", partial(_revoked, tuple(groups))), consent)


def joining(account: Account, groups: Sequence[Group]) -> Decision:
    """Be in all of these groups."""
    member = {dn.casefold() for dn in account.groups}
    return _members(account, "ADD", [group for group in groups if group.dn.casefold() not in member])


def leaving(account: Account, groups: Sequence[Group]) -> Decision:
    """Be in none of these groups."""
    member = {dn.casefold() for dn in account.groups}
    return _members(account, "DELETE", [group for group in groups if group.dn.casefold() in member])


def _members(account: Account, kind: str, groups: Sequence[Group]) -> Decision:
    """One operation a group: a member already there makes Windows refuse a whole list.

    Who joins is named by GUID (MS-ADTS 3.1.1.3.1.2.4): the same run may have moved the account.
    """
    member = f"<GUID={account.guid}>" if kind == "ADD" else account.dn
    return Decision(
        tuple(
            Change("memberOf", *((None, group.dn) if kind == "ADD" else (group.dn, None))) for group in groups
        ),
        tuple(Write(f"<GUID={group.guid}>", {"member": (kind, [member])}) for group in groups),
        tuple(Right(group.dn, "member") for group in groups),
    )


def _granted(names: tuple[str, ...], consent: Consent, domain: Domain, account: Account) -> Decision:
    groups = _known(domain, names)
    if not (consent.privileged and consent.reason):
        for group in groups:
            if any(privileged_group(sid) for sid in group.sids):
                message = _('the group "{name}" is privileged, or is in one that is')
                hint = _('if it must be: --privileged --reason "…", which is recorded')
                raise Refused(message.format(name=group.name), hint=hint, reason="privileged")
    return joining(account, groups)


def _revoked(names: tuple[str, ...], domain: Domain, account: Account) -> Decision:
    groups = _known(domain, names)
    for group in groups:
        if any(sid.endswith(f"-{account.primary_group}") for sid in group.own):
            message = _('"{name}" is the primary group; it stays').format(name=group.name)
            hint = _("make another one the primary group first, with Windows' own tools")
            raise Refused(message, target=account.sam_account_name, hint=hint, reason="primary")
    return leaving(account, groups)


def _known(domain: Domain, names: tuple[str, ...]) -> tuple[Group, ...]:
    groups, missing = observe.find_groups(domain, names)
    if missing:
        message = _("the directory has no group {names}").format(names=", ".join(missing))
        hint = _("a group is named by its sAMAccountName, its name or its DN")
        raise NotFound(message, target=missing[0], hint=hint)
    return groups
