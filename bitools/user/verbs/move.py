"""Move accounts to another OU; their GUID, groups and password stay."""

from __future__ import annotations

from collections.abc import Sequence

from bitools.documents.user import UserSyncItem
from bitools.errors import NotFound, Refused
from bitools.i18n import _
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions.account import Account, Change
from bitools.user.decisions.change import Plan, Right, Write
from bitools.user.decisions.creation import beside
from bitools.user.decisions.names import fold
from bitools.user.verbs.changing import SILENT, ChangeKind, Consent, change
from bitools.user.wire import queries
from bitools.user.wire.directory import Domain, rdn


def move(run: Run, names: Sequence[str], place: str, consent: Consent = SILENT) -> Document[UserSyncItem]:
    """Move these accounts to an OU, or to the OU of a role. Raise NotFound if there is no such OU."""
    role = run.inventory.require_directory().roles.get(place)
    ou = role.ou if role else place

    def decide(domain: Domain, account: Account) -> Plan:
        return moving(ou, domain, account)

    return change(run, names, ChangeKind(acts.USER_MOVE, "moved", decide, event="move"), consent)


def moving(ou: str, domain: Domain, account: Account, name: str = "") -> Plan:
    """Be directly in this OU, under this name or the one it has.

    Raise NotFound if the OU is not there, Refused if the name is taken in it.
    """
    has = account.attributes.get("cn", account.sam_account_name)
    name = name or has
    if fold(account.parent) == fold(ou) and name == has:
        return Plan()
    if not queries.exists(domain, ou):
        hint = _("the nearest that exists: {dn}").format(dn=queries.nearest(domain, ou))
        raise NotFound(_('the directory has no "{ou}"').format(ou=ou), target=ou, hint=hint)
    if queries.of_name(domain, ou, name) - {account.guid}:
        message = _('"{ou}" holds another "{name}"').format(ou=ou, name=name)
        raise Refused(message, target=account.sam_account_name, reason="name")
    shown = Change("distinguishedName", account.dn, f"{rdn('CN', name)},{ou}")
    write = Write(f"<GUID={account.guid}>", name=rdn("CN", name), parent=ou, about=account.dn)
    place = () if fold(account.parent) == fold(ou) else (Right(ou),)
    return Plan((shown,), (write,), (*place, Right(account.dn, "cn")))


def moving_beside(ou: str, domain: Domain, account: Account, name: str = "", sam: str = "") -> Plan:
    """The same; under a name of its own (`sam` is its login then) if somebody of that name is there."""
    try:
        return moving(ou, domain, account, name)
    except Refused:
        has = name or account.attributes.get("cn", account.sam_account_name)
        return moving(ou, domain, account, beside(has, sam or account.sam_account_name))
