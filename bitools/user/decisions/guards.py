"""Whom nothing may happen to, and why. Pure: what it judges comes in as facts."""

from __future__ import annotations

from dataclasses import dataclass

from bitools.errors import Refused
from bitools.i18n import _
from bitools.user.decisions.account import Account, Flag
from bitools.user.decisions.names import fold

# Groups whose members AdminSDHolder guards (MS-ADTS 3.1.1.6.1.2), by the last part of their SID.
_DOMAIN_GROUPS = ("512", "516", "518", "519", "521", "526", "527")
_BUILTIN_GROUPS = ("544", "548", "549", "550", "551", "552")
_BUILTIN = "S-1-5-32-"
DOMAIN_ADMINS = 512


@dataclass(frozen=True, slots=True)
class GuardFacts:
    """What the guards must know beside the account itself."""

    operator: str  # the administrator at the keyboard, as the system names them
    bind_sid: str
    protected: tuple[str, ...] = ()
    domain_admins: frozenset[str] = frozenset()  # SIDs of the enabled ones


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
    if fold(account.sam_account_name) in {fold(name) for name in facts.protected}:
        reasons.append(_("directory.yaml protects it"))
    if facts.domain_admins == {account.sid}:
        reasons.append(_("it is the last enabled Domain Admin"))
    return reasons


def privileged(account: Account) -> list[str]:
    """Why this account is more than an ordinary one; adminCount alone lags behind membership."""
    reasons = []
    if account.admin_count:
        reasons.append(_("it is or was an administrator (adminCount = 1)"))
    if any(privileged_group(sid) for sid in account.all_groups):
        reasons.append(_("it is a member of a privileged group, perhaps through another group"))
    if account.service_names:
        reasons.append(_("services run as it ({names})").format(names=", ".join(account.service_names[:3])))
    return reasons


def check(account: Account, facts: GuardFacts, *, allow_privileged: bool, reason: str) -> None:
    """Raise Refused if this account is protected from what is about to be done."""
    if reasons := never(account, facts):
        raise Refused(
            _("protected: {reasons}").format(reasons="; ".join(reasons)),
            target=account.sam_account_name,
            hint=_("this cannot be overridden here"),
            reason="protected",
        )
    reasons = privileged(account)
    if reasons and not (allow_privileged and reason):
        raise Refused(
            _("privileged: {reasons}").format(reasons="; ".join(reasons)),
            target=account.sam_account_name,
            hint=_('if it must be: --privileged --reason "…", which is recorded'),
            reason="privileged",
        )


def _login(operator: str) -> str:
    """`ali.veli` of `BELEDIYE\\ali.veli` and of `ali.veli@belediye.test`."""
    return operator.rpartition("\\")[2].partition("@")[0]
