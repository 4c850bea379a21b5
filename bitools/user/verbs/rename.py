"""Give a person another name: marriage, divorce, a court. The account, its GUID and its password stay.

First the name in the tree, then all else in one operation: names, login, principal, address. The old address
goes on arriving, as a proxy address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bitools.documents.user import UserSyncItem
from bitools.errors import NotFound
from bitools.inventory.accounts import Directory
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document
from bitools.user.decisions import names
from bitools.user.decisions.account import Account, Change
from bitools.user.decisions.change import Plan, Right, replacing
from bitools.user.decisions.checks import Taken, bare
from bitools.user.decisions.names import fold
from bitools.user.decisions.person import Request, texts
from bitools.user.verbs.changing import SILENT, ChangeKind, Consent, change
from bitools.user.verbs.move import moving_beside
from bitools.user.wire import queries
from bitools.user.wire.directory import Domain


def rename(
    run: Run,
    name: str,
    given: str = "",
    surname: str = "",
    consent: Consent = SILENT,
    *,
    keep_login: bool = False,
) -> Document[UserSyncItem]:
    """Give this account's person these names; what is empty stays. `keep_login`: only what is shown changes.

    Raise Usage for characters that have no place in a name. One that was renamed already, by a run that was
    killed, is found by its old name.
    """
    settings = run.inventory.require_directory()
    renaming = _Renaming(settings, given, surname, keep_login=keep_login)

    def find(domain: Domain, typed: str) -> Account:
        try:
            return queries.account(domain, typed)
        except NotFound:
            if guid := _renamed(run, typed):
                return queries.by_guid(domain, guid)
            raise

    kind = ChangeKind(
        acts.USER_RENAME, "renamed", renaming.decide, find=find, target=lambda _account: name, event="rename"
    )
    return change(run, [name], kind, consent)


def _renamed(run: Run, name: str) -> str:
    """The GUID of the account that had this login when it was renamed last; empty if none was."""
    found = ""
    for entry in run.ledger.entries():
        before = entry.get("before")
        if entry["action"] != acts.USER_RENAME.name or not isinstance(before, dict):
            continue
        if fold(str(before.get("sam_account_name", ""))) == fold(name):
            found = str(before.get("guid", ""))
    return found


@dataclass(slots=True)
class _Renaming:
    """What the new name asks of the account."""

    settings: Directory
    given: str
    surname: str
    keep_login: bool
    own: set[str] = field(default_factory=set)  # the DNs it has had since
    taken: Taken | None = None

    def decide(self, domain: Domain, account: Account) -> Plan:
        has = account.attributes
        request = Request(self.given or has.get("givenName", ""), self.surname or has.get("sn", ""), "")
        wanted = {name: texts(request)[name] for name in ("givenName", "sn", "displayName")}
        self.own.add(fold(account.dn))
        proxies = None
        if not self.keep_login:
            login = self._login(domain, request)
            wanted |= {"sAMAccountName": login, "userPrincipalName": f"{login}@{self.settings.domain}"}
            mail = has.get("mail", "")
            local, _at, at = mail.partition("@")
            if fold(local) == fold(account.sam_account_name):
                wanted["mail"] = f"{login}@{at}"
                proxies = _proxies(queries.addresses(domain, account.guid), mail, wanted["mail"])
        return self._moved(domain, account, wanted).then(_written(account, wanted, proxies))

    def _login(self, domain: Domain, request: Request) -> str:
        """The login that this name gets, if it is free or its own."""
        self.taken = self.taken or queries.taken(domain)
        others = {login for login, dn in self.taken.logins.items() if fold(dn) not in self.own}
        rule = self.settings.username
        return names.choose(
            names.username(request.given, request.surname, rule.pattern, rule.max), others, rule.max
        )

    def _moved(self, domain: Domain, account: Account, wanted: dict[str, str]) -> Plan:
        """The name in the tree; one of its own if somebody of that name is there."""
        sam = wanted.get("sAMAccountName", "")
        return moving_beside(account.parent, domain, account, wanted["displayName"], sam)


def _proxies(has: Sequence[str], old: str, new: str) -> list[str]:
    """The addresses that mail arrives at: the new one first among them, the old one too."""
    kept = [bare(one) for one in has if fold(bare(one)) not in (fold(old), fold(new))]
    others = dict.fromkeys([*kept, *([old] if old and fold(old) != fold(new) else [])])
    foreign = [one for one in has if ":" in one and not one.casefold().startswith("smtp:")]
    wanted = [f"SMTP:{new}", *(f"smtp:{one}" for one in others if one not in map(bare, foreign)), *foreign]
    return wanted if has or fold(old) != fold(new) else []


def _written(account: Account, wanted: dict[str, str], proxies: list[str] | None) -> Plan:
    plan = replacing(account, wanted)
    if not proxies or not any(one.attribute == "mail" for one in plan.changes):
        return plan
    [write] = plan.writes
    return Plan(
        (*plan.changes, *(Change("proxyAddresses", None, one) for one in proxies)),
        (replace(write, changes={**write.changes, "proxyAddresses": ("REPLACE", proxies)}),),
        (*plan.rights, Right(account.dn, "proxyAddresses")),
    )
