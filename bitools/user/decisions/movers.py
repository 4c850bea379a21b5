"""What somebody has because of their post, and what goes when they get another one. Pure.

Managed groups are all that any role or department of directory.yaml names. Who changes post loses those that
the new one does not give, but for what was granted by name and never revoked. What no role names stays, and
is told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bitools.inventory.accounts import Directory
from bitools.user.decisions.account import Account
from bitools.user.decisions.group import Group
from bitools.user.decisions.names import fold
from bitools.user.decisions.person import Request, role_of


@dataclass(frozen=True, slots=True)
class Post:
    """What a post gives and takes of an account: groups to join, groups to leave, groups that stay (DNs).

    `old`: the role before this, as far as it is known. `moved`: that was another one.
    """

    role: str
    old: str | None
    joins: tuple[Group, ...] = ()
    leaves: tuple[Group, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def moved(self) -> bool:
        """Is this another role than the one before?"""
        return self.old is not None and self.old != self.role

    @property
    def doubtful(self) -> bool:
        """Would groups go of which nobody knows whether the old post gave them?"""
        return self.old is None and bool(self.leaves)


def managed(settings: Directory) -> tuple[str, ...]:
    """The groups that a role or a department gives, as directory.yaml names them."""
    groups = [role.groups for role in settings.roles.values()]
    groups += [department.groups for department in settings.departments.values()]
    return tuple(dict.fromkeys(name for names in groups for name in names))


def post(
    role: str,
    old: str | None,
    account: Account,
    given: Sequence[Group],
    governed: Iterable[Group],
    granted: Collection[str],
) -> Post:
    """What this role does to the account: `given` are its groups, `granted` folded DNs that stand by name."""
    member = {fold(dn) for dn in account.groups}
    wanted = {group.guid for group in given}
    leaves = tuple(
        group
        for group in governed
        if group.guid not in wanted and fold(group.dn) in member and fold(group.dn) not in granted
    )
    gone = {fold(group.dn) for group in leaves} | {fold(group.dn) for group in given}
    kept = tuple(dn for dn in account.groups if fold(dn) not in gone)
    return Post(role, old, tuple(given), leaves, kept)


def as_it_stands(request: Request, account: Account) -> Request:
    """The row with the directorate that the directory knows, if the row does not name one."""
    has = account.attributes.get("department", "")
    if request.attributes.get("department") or not has:
        return request
    return replace(request, attributes={**request.attributes, "department": has})


def inferred(settings: Directory, account: Account, groups: Mapping[str, Group], listed: str) -> str | None:
    """The role that this account's place and groups speak of: the `listed` one if they do; None if none does.

    `groups` by the names that directory.yaml has for them.
    """
    member = {fold(dn) for dn in account.groups}
    fitting = []
    for name in settings.roles:
        role = role_of(settings, as_it_stands(Request("", "", name), account))
        dns = {fold(groups[one].dn) for one in role.groups if one in groups}
        if fold(account.parent) == fold(role.ou) and dns <= member:
            fitting.append((len(dns), name))
    if not fitting:
        return None
    return listed if listed in {name for _count, name in fitting} else max(fitting)[1]
