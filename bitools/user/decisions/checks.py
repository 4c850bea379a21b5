"""What no verb may do, and why. Pure: what it judges comes in as facts.

Every change passes here before it is written (`verbs/checks.py` asks the directory for the facts): whose
account it is, which groups it would give, whose addresses, names and numbers it would take. What a controller
is sent needs a `Cleared`, and only a plan that was checked is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bitools.errors import Refused
from bitools.i18n import _
from bitools.user.decisions.account import Account, Change, Flag
from bitools.user.decisions.change import Plan
from bitools.user.decisions.group import Group
from bitools.user.decisions.names import fold

# Groups whose members AdminSDHolder guards (MS-ADTS 3.1.1.6.1.2), by the last part of their SID.
_DOMAIN_GROUPS = ("512", "516", "518", "519", "521", "526", "527")
_BUILTIN_GROUPS = ("544", "548", "549", "550", "551", "552")
_BUILTIN = "S-1-5-32-"
DOMAIN_ADMINS = 512


@dataclass(frozen=True, slots=True)
class Cleared:
    """A plan that may be written: it was checked, and its account is no protected one."""

    plan: Plan
    about: str = ""  # whose it is, for messages


@dataclass(frozen=True, slots=True)
class GuardFacts:
    """What must be known of the directory beside the account itself."""

    operator: str  # the administrator at the keyboard, as the system names them
    bind_sid: str
    protected: tuple[str, ...] = ()
    domain_admins: frozenset[str] = frozenset()  # SIDs of those that can log on: enabled, and not expired


@dataclass(frozen=True, slots=True)
class Taken:
    """Every login and address of the domain, folded, and the DN of what has it; deleted objects' too."""

    logins: dict[str, str] = field(default_factory=dict)
    mails: dict[str, str] = field(default_factory=dict)


def privileged_group(sid: str) -> bool:
    """Is this one of the groups that can take over the domain?"""
    authority, _dash, rid = sid.rpartition("-")
    return rid in (_BUILTIN_GROUPS if f"{authority}-" == _BUILTIN else _DOMAIN_GROUPS)


def privileged_sids(domain: str) -> list[str]:
    """The SIDs of those groups in a domain with this SID."""
    return [*(f"{domain}-{rid}" for rid in _DOMAIN_GROUPS), *(f"{_BUILTIN}{rid}" for rid in _BUILTIN_GROUPS)]


def never(account: Account, facts: GuardFacts) -> list[str]:
    """Why nothing may be done to this account, whatever is said on the command line."""
    reasons = []
    if "computer" in account.classes or not account.flags & Flag.NORMAL:
        reasons.append(_("it is no person's account (a computer, a trust or a managed service)"))
    if account.rid < 1000 or account.critical:
        reasons.append(_("it is built into Windows"))
    if account.sid == facts.bind_sid:
        reasons.append(_("bitools itself works as this account"))
    if fold(account.sam_account_name) == fold(_login(facts.operator)):
        reasons.append(_("it is your own account"))
    if shielded([account.sam_account_name], account.dn, facts.protected):
        reasons.append(_("directory.yaml protects it"))
    if facts.domain_admins == {account.sid}:
        reasons.append(_("it is the last enabled Domain Admin"))
    return reasons


def privileged(account: Account) -> list[str]:
    """Why this account is more than an ordinary one; adminCount alone lags behind membership."""
    reasons = []
    if account.admin_count:
        reasons.append(_("it is or was an administrator (adminCount = 1)"))
    if any(map(privileged_group, account.all_groups)) or str(account.primary_group) in _DOMAIN_GROUPS:
        reasons.append(_("it is a member of a privileged group, perhaps through another group"))
    if any(map(privileged_group, account.former_sids)):
        reasons.append(_("it has the rights of a privileged group from another domain (sIDHistory)"))
    if account.service_names:
        reasons.append(_("services run as it ({names})").format(names=", ".join(account.service_names[:3])))
    return reasons


def account(account: Account, facts: GuardFacts, *, override: bool) -> None:
    """Raise Refused if this account is protected from what is about to be done."""
    if reasons := never(account, facts):
        raise Refused(
            _("protected: {reasons}").format(reasons="; ".join(reasons)),
            target=account.sam_account_name,
            hint=_("this cannot be overridden here"),
            reason="protected",
        )
    reasons = privileged(account)
    if not account.all_groups:  # a list leaves them out; whoever is written to is asked about alone
        reasons.append(_("it cannot be seen which groups it is in (tokenGroups)"))
    if reasons and not override:
        raise Refused(
            _("privileged: {reasons}").format(reasons="; ".join(reasons)),
            target=account.sam_account_name,
            hint=_('if it must be: --privileged --reason "…", which is recorded'),
            reason="privileged",
        )


def shielded(names: Iterable[str], dn: str, protected: Iterable[str]) -> bool:
    """Does `protected:` name this, by a name of it (as Windows writes logins), its DN, or an OU it is in?"""
    own, place = {fold(name) for name in names}, _place(dn)
    return any(
        f",{place}".endswith(f",{_place(one)}") if "=" in one else fold(_login(one.strip())) in own
        for one in protected
    )


def _place(dn: str) -> str:
    """A DN as it is compared: blanks beside its commas and equals signs do not count."""
    return re.sub(r" *([,=]) *", r"\1", fold(dn)).strip()


def touches(groups: Iterable[Group], target: str, protected: Iterable[str]) -> None:
    """Raise Refused if a group is one whose members nobody may change from here."""
    for group in groups:
        if protects(group, protected):
            message = _('directory.yaml protects the group "{name}"').format(name=group.name)
            hint = _("this cannot be overridden here")
            raise Refused(message, target=target, hint=hint, reason="protected")


def protects(group: Group, protected: Iterable[str]) -> bool:
    """Does `protected:` name this group, or an OU it is in?"""
    return shielded([group.name, group.common_name], group.dn, protected)


def joins(groups: Iterable[Group], target: str, *, override: bool | None) -> None:
    """Raise Refused if a group is privileged, or in one that is; `override` None: whatever is said."""
    for group in groups:
        if not override and any(privileged_group(sid) for sid in group.sids):
            message = _('the group "{name}" is privileged, or is in one that is').format(name=group.name)
            never = override is None
            hint = (
                _("a new account gets no such group")
                if never
                else _('if it must be: --privileged --reason "…", which is recorded')
            )
            raise Refused(message, target=target, hint=hint, reason="privileged")


def addresses(changes: Iterable[Change], own: Iterable[str], taken: Taken) -> None:
    """Raise Refused if an address or login that is to be written has another; `own` are the account's DNs."""
    ours = {fold(dn) for dn in own}
    for change in changes:
        new = str(change.new or "")
        holder, message = "", ""
        if change.attribute in ("mail", "userPrincipalName", "proxyAddresses"):
            holder = taken.mails.get(fold(bare(new)), "")
            message = _("the address {mail} belongs to {name}").format(mail=bare(new), name=holder)
        elif change.attribute == "sAMAccountName":
            holder = taken.logins.get(fold(new), "")
            message = _("the name {name} is taken by {holder}").format(name=new, holder=holder)
        if holder and fold(holder) not in ours:
            raise Refused(message, target=holder, reason="mail")


def number(changes: Iterable[Change], holders: Mapping[str, str], own: str) -> None:
    """Raise Refused if the employee id that is to be written is another's; `holders`: GUID → name."""
    for change in changes:
        others = [name for guid, name in holders.items() if guid != own]
        if change.attribute == "employeeID" and change.new and others:
            message = _("employee {number} already has the account {name}")
            raise Refused(
                message.format(number=change.new, name=others[0]), reason="employee", target=others[0]
            )


def bare(address: str) -> str:
    """A mail address without the kind that proxyAddresses write before it."""
    kind, colon, rest = address.partition(":")
    return rest if colon and kind.isalnum() else address


def _login(operator: str) -> str:
    """`ali.veli` of `BELEDIYE\\ali.veli` and of `ali.veli@belediye.test`."""
    return operator.rpartition("\\")[2].partition("@")[0]
