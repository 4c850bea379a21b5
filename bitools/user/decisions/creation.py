"""What a new account will be, decided before anything is written. Pure: facts in, a plan or a refusal out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bitools.errors import InventoryInvalid, Refused, Rejected, Usage
from bitools.i18n import _
from bitools.inventory.accounts import Directory, Role
from bitools.user.decisions import checks, names
from bitools.user.decisions.account import TEXTS, Account, Change, expiry, last_moment
from bitools.user.decisions.group import Group
from bitools.user.decisions.passwords import PasswordPolicy
from bitools.user.decisions.person import Request, fits, texts

# What the protocol itself writes: a role's attributes may not name these.
_OURS = frozenset(
    {
        "cn",
        "objectclass",
        "useraccountcontrol",
        "unicodepwd",
        "userpassword",
        "samaccountname",
        "givenname",
        "sn",
    }
    | {"userprincipalname", "info", "pwdlastset", "accountexpires", "displayname", "employeeid", "member"}
    | {"objectsid", "objectguid", "memberof", "admincount", "serviceprincipalname", "ntsecuritydescriptor"}
    | {"sidhistory", "primarygroupid", "altsecurityidentities", "msds-keycredentiallink"}
    | {"msds-allowedtodelegateto", "msds-allowedtoactonbehalfofotheridentity"}
)
_SAM_FORBIDDEN = re.compile(r'["/\\\[\]:;|=,+*?<>@\x00-\x1f]')  # win32/ADSchema/a-samaccountname


@dataclass(frozen=True, slots=True)
class Seen:
    """What the directory says before the plan is made. Names and addresses are folded."""

    logins: frozenset[str] = frozenset()
    common_names: frozenset[str] = frozenset()  # in the role's OU
    groups: tuple[Group, ...] = ()
    missing_groups: tuple[str, ...] = ()
    nearest_parent: str = ""  # of the OU; equal to it if it exists
    may_create: bool = True
    policy: PasswordPolicy = field(default_factory=PasswordPolicy)


@dataclass(frozen=True, slots=True)
class Creation:
    """The plan: exactly what will be written."""

    sam_account_name: str
    common_name: str
    ou: str
    attributes: Mapping[str, str]
    groups: tuple[Group, ...]
    policy: PasswordPolicy
    expires: datetime | None = None  # midnight after the last good day
    mailbox: str = ""  # a program to run before the account is opened

    @property
    def dn(self) -> str:
        """Where it will be; for messages, which need no escapes."""
        return f"CN={self.common_name},{self.ou}"

    @property
    def display_name(self) -> str:
        """The person's name as others see it."""
        return self.attributes["displayName"]

    def changes(self) -> list[Change]:
        """The plan as a list of changes, for documents and the ledger."""
        written = [Change(name, None, value) for name, value in sorted(self.attributes.items())]
        if self.expires:
            ends = last_moment(self.expires, self.expires.tzinfo)
            written.append(Change("accountExpires", None, ends.isoformat() if ends else None))
        return [*written, *(Change("memberOf", None, group.dn) for group in self.groups)]


def create(request: Request, role: Role, settings: Directory, seen: Seen, now: datetime) -> Creation:
    """Decide the whole account; `now` is in the municipality's zone.

    Raise InventoryInvalid if OU or groups do not exist, Rejected if our rights do not reach, Refused if the
    person or the mail address is taken or a group is privileged, Usage for what does not fit.
    """
    _place(request, role, seen)
    rule = settings.username
    wanted = names.username(request.given, request.surname, rule.pattern, rule.max)
    sam = names.choose(wanted, seen.logins, rule.max)
    attributes = _from_role(role, sam) | texts(request)
    if _SAM_FORBIDDEN.search(sam):
        raise InventoryInvalid(_('the pattern makes "{name}", which Windows refuses').format(name=sam))
    common_name = attributes["displayName"]
    if names.fold(common_name) in seen.common_names:
        common_name = beside(common_name, sam)
    fits("cn", common_name)
    return _creation(request, role, settings, seen, sam, common_name, attributes, now)


def resume(
    request: Request, role: Role, settings: Directory, seen: Seen, account: Account, now: datetime
) -> Creation:
    """Decide the rest of an account that an interrupted run began; its names and its place stay.

    Raise as `create` does, and Refused if it was begun in another OU: finish it with the role it has.
    """
    if names.fold(account.parent) != names.fold(role.ou):
        message = _("an interrupted run began this account in {ou}").format(ou=account.parent)
        hint = _("complete it with the role it was begun with")
        raise Refused(message, target=account.sam_account_name, hint=hint, reason="begun")
    _place(request, role, seen)
    sam = account.sam_account_name
    attributes = _from_role(role, sam) | texts(request)
    common_name = account.attributes.get("cn", attributes["displayName"])
    return _creation(request, role, settings, seen, sam, common_name, attributes, now)


def beside(name: str, sam: str) -> str:
    """The name in the tree of somebody whose name is taken there; a cn has room for 64 characters."""
    tail = f" ({sam})"
    return f"{name[: TEXTS['cn'] - len(tail)]}{tail}"


def _creation(
    request: Request,
    role: Role,
    settings: Directory,
    seen: Seen,
    sam: str,
    common_name: str,
    attributes: dict[str, str],
    now: datetime,
) -> Creation:
    attributes["userPrincipalName"] = f"{sam}@{settings.domain}"
    last_day, ends = request.expires, None
    if last_day is None and role.expires_days is not None:
        last_day = now.date() + timedelta(days=role.expires_days)
    if last_day:
        if last_day < now.date():
            message = _("{day} is past; the account would never work")
            raise Usage(message.format(day=last_day.isoformat()), target=sam)
        zone = now.tzinfo
        assert isinstance(zone, ZoneInfo)
        ends = expiry(last_day, zone)
    mailbox = role.mailbox.format(sam=sam)
    return Creation(sam, common_name, role.ou, attributes, seen.groups, seen.policy, ends, mailbox)


def _place(request: Request, role: Role, seen: Seen) -> None:
    """Do OU and groups exist, may we write there, and is none of them privileged?"""
    if names.fold(seen.nearest_parent) != names.fold(role.ou):
        message = _('the directory has no "{ou}"').format(ou=role.ou)
        hint = _("the nearest that exists: {dn}").format(dn=seen.nearest_parent)
        raise InventoryInvalid(message, target=request.role, hint=hint, reason="ou")
    if seen.missing_groups:
        message = _("the directory has no group {names}").format(names=", ".join(seen.missing_groups))
        hint = _("a group is named by its sAMAccountName, its name or its DN")
        raise InventoryInvalid(message, target=request.role, hint=hint, reason="group")
    checks.joins(seen.groups, request.role, override=None)
    readonly = [group.name for group in seen.groups if not group.writable]
    if not seen.may_create:
        raise _no_right(_("bitools may not create users in {dn}").format(dn=role.ou))
    if readonly:
        raise _no_right(_("bitools may not add members to {names}").format(names=", ".join(readonly)))


def _from_role(role: Role, sam: str) -> dict[str, str]:
    """The attributes that come with the role, `{sam}` filled in."""
    for name, value in role.attributes.items():
        if name.casefold() in _OURS or not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", name):
            message = _('a role may not set the attribute "{name}"').format(name=name)
            raise InventoryInvalid(message, reason="attribute")
        fits(name, names.normal(value, name))
    patterns = {"mail": role.mail, "homeDirectory": role.home, "profilePath": role.profile}
    found = {name: pattern.format(sam=sam) for name, pattern in patterns.items() if pattern}
    if role.home_drive:
        found["homeDrive"] = role.home_drive
    return {**role.attributes, **found}


def _no_right(message: str) -> Rejected:
    hint = _("delegate it to the account in bind:, see the manual")
    return Rejected(message, hint=hint, reason="rights")
