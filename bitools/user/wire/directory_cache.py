"""What must be known before accounts are made: asked once a run, however many accounts there are.

What the run itself makes is added here, so that two people of one name in one file get two names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

from bitools.inventory.accounts import Role
from bitools.user.decisions.account import Account
from bitools.user.decisions.checks import Taken, bare
from bitools.user.decisions.creation import Creation, Seen
from bitools.user.decisions.group import Group
from bitools.user.decisions.names import fold
from bitools.user.decisions.passwords import PasswordPolicy
from bitools.user.decisions.person import Request, number_key, same_name, same_person
from bitools.user.wire import groups, policies, queries
from bitools.user.wire.directory import Domain


class DirectoryCache:
    """One run's view of the directory. `accounts` are everybody's, if they have been read already."""

    def __init__(self, domain: Domain, accounts: Sequence[Account] | None = None) -> None:
        self.domain = domain
        self._accounts = accounts
        self._groups: dict[str, Group | None] = {}
        self._again: dict[str, Group | None] = {}
        self._places: dict[str, tuple[str, bool, set[str]]] = {}
        self._rights: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
        self._policies: dict[tuple[str, ...], PasswordPolicy] = {}

    @property
    def listed(self) -> bool:
        """Are the accounts those of a moment ago?"""
        return self._accounts is not None

    def forget(self) -> None:
        """Another run may have written since: ask again for names and places."""
        vars(self).pop("taken", None)
        self._places.clear()
        self._groups.clear()

    def before_creation(self, role: Role, request: Request) -> Seen:
        """What must be known before an account is made."""
        groups, missing = self.groups((*role.groups, *request.groups))
        nearest, may_create, common_names = self._place(role.ou)
        guids = tuple(group.guid for group in groups)
        if guids not in self._policies:
            self._policies[guids] = policies.policy(self.domain, groups)
        return Seen(
            logins=frozenset(self.taken.logins),
            common_names=frozenset(common_names),
            groups=groups,
            missing_groups=missing,
            nearest_parent=nearest,
            may_create=may_create,
            policy=self._policies[guids],
        )

    def employee(self, number: str) -> tuple[Account, ...]:
        """Who has this personnel number."""
        if self._accounts is None:
            return queries.employee(self.domain, number)
        return tuple(self._by_number.get(number_key(number), ())) if number.strip() else ()

    def namesakes(self, request: Request) -> list[Account]:
        """Accounts of persons of this name."""
        if self._accounts is None:
            return queries.namesakes(self.domain, request.given, request.surname)
        return [one for one in self._accounts if same_name(one, request)]

    def pending(self, request: Request) -> list[Account]:
        """Accounts of this person that an earlier run began and did not finish."""
        if self._accounts is None:
            return queries.pending(self.domain, request)
        return [one for one in self._unfinished if same_person(one, request)]

    def groups(self, names: Sequence[str]) -> tuple[tuple[Group, ...], tuple[str, ...]]:
        """Groups by any of their names, each once; and the names that fit none."""
        for name in dict.fromkeys(names):
            if name not in self._groups:
                found, _missing = groups.find(self.domain, [name])
                self._groups[name] = found[0] if found else None
        known = {group.guid: group for name in names if (group := self._groups[name])}
        return tuple(known.values()), tuple(name for name in names if self._groups[name] is None)

    def again(self, targets: Sequence[str]) -> tuple[Group, ...]:
        """Groups by what a write names them with (`<GUID=…>`), as they are now; each asked once a run."""
        for target in targets:
            if target not in self._again:
                self._again[target] = groups.by_guid(self.domain, target[6:-1])
        return tuple(group for target in targets if (group := self._again[target]))

    def took(self, creation: Creation) -> None:
        """These names are taken now."""
        self.taken.logins[fold(creation.sam_account_name)] = creation.sam_account_name
        for name in ("mail", "userPrincipalName", "proxyAddresses"):
            if address := creation.attributes.get(name):
                self.taken.mails[fold(bare(address))] = creation.dn
        self._place(creation.ou)[2].add(fold(creation.common_name))

    @cached_property
    def _by_number(self) -> dict[str, list[Account]]:
        found: dict[str, list[Account]] = defaultdict(list)
        for account in self._accounts or ():
            found[number_key(account.attributes.get("employeeID", ""))].append(account)
        return found

    @cached_property
    def _unfinished(self) -> list[Account]:
        return [account for account in self._accounts or () if account.pending]

    @cached_property
    def taken(self) -> Taken:
        """Every login and address of the domain."""
        return queries.taken(self.domain)

    def effective(self, dn: str) -> tuple[frozenset[str], frozenset[str]]:
        """What we may write there: attributes, and classes of new children."""
        if dn not in self._rights:
            self._rights[dn] = queries.effective(self.domain, dn)
        return self._rights[dn]

    def _place(self, ou: str) -> tuple[str, bool, set[str]]:
        """The nearest DN that exists, whether we may make users there, the names in use there."""
        if ou not in self._places:
            names = queries.names_below(self.domain, ou)
            may_create = "user" in self.effective(ou)[1]
            self._places[ou] = queries.nearest(self.domain, ou), may_create, names
        return self._places[ou]
