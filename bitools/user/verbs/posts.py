"""Which post somebody has, and which groups posts give: by directory.yaml, the ledger, the directory."""

from __future__ import annotations

from functools import cached_property

from bitools.errors import NotFound
from bitools.inventory.accounts import Directory
from bitools.run import Run
from bitools.user.decisions import movers
from bitools.user.decisions.account import Account
from bitools.user.decisions.group import Group
from bitools.user.decisions.person import Request, role_of
from bitools.user.verbs.past import AccountPast
from bitools.user.wire.directory_cache import DirectoryCache


class Posts:
    """One run's view of roles and departments."""

    def __init__(self, run: Run, settings: Directory, cache: DirectoryCache) -> None:
        self.run, self.settings, self.cache = run, settings, cache

    @cached_property
    def past(self) -> AccountPast:
        """What the ledger knows of accounts."""
        return AccountPast.of(self.run.ledger.entries())

    @cached_property
    def managed(self) -> dict[str, Group]:
        """The groups that any role or department names, by their names there; those that exist."""
        names = movers.managed(self.settings)
        return {name: group for name in names for group in self.cache.groups([name])[0]}

    def role(self, account: Account, listed: str = "") -> str | None:
        """The role it has: as the ledger wrote it last, else as place and groups say; None if none fits."""
        known = self.past.roles.get(account.guid)
        return known or movers.inferred(self.settings, account, self.managed, listed)

    def given(self, account: Account, role: str | None) -> list[Group]:
        """The groups that this role gives the account, with those of its directorate."""
        if role is None or role not in self.settings.roles:
            return []
        try:
            post = role_of(self.settings, movers.as_it_stands(Request("", "", role), account))
        except NotFound:
            return []
        return [self.managed[name] for name in post.groups if name in self.managed]
