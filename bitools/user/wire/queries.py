"""Questions to the directory, answered in our words. Nothing here writes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from bitools.errors import NotFound, Rejected
from bitools.i18n import _
from bitools.inventory.accounts import Directory
from bitools.user.decisions.account import MARK, Account
from bitools.user.decisions.checks import DOMAIN_ADMINS, GuardFacts, Taken, bare
from bitools.user.decisions.names import fold
from bitools.user.decisions.person import Request, number_key, same_name, same_person
from bitools.user.wire import attributes
from bitools.user.wire.attributes import READ, READ_ONE, guid_text, moment, sid_text
from bitools.user.wire.directory import Domain, Entry, literal

PERSON = "(&(objectCategory=person)(objectClass=user)"
IN_CHAIN = "1.2.840.113556.1.4.1941"  # members of members too
_BIT_AND = "1.2.840.113556.1.4.803"
MARKED = f"{literal(MARK)}*"
_AMBIGUOUS = frozenset("cgiosuaıIİçğöşüâîûCGOSUAÇĞÖŞÜÂÎÛ")


def account(domain: Domain, sam_account_name: str) -> Account:
    """The account of this name, with its nested groups. Raise NotFound if there is none."""
    found = domain.search(domain.base, f"(sAMAccountName={literal(sam_account_name)})", READ)
    exact = [
        entry for entry in found if first(entry, "samaccountname").casefold() == sam_account_name.casefold()
    ]
    if not exact:
        hint = _("look for it: bitools user show {name}").format(name=sam_account_name)
        raise NotFound(_("the directory has no such account"), target=sam_account_name, hint=hint)
    return by_guid(domain, guid_text(exact[0]["objectguid"][0]))


def find_again(domain: Domain, target: str, before: object) -> Account | None:
    """The account that a ledger entry is about, by GUID, else by name; None if there is none any more."""
    guid = before.get("guid") if isinstance(before, dict) else None
    try:
        return by_guid(domain, guid) if isinstance(guid, str) and guid else account(domain, target)
    except NotFound:
        return None


def decoded(entry: Entry) -> Account:
    """An account from a search result."""
    return attributes.account(first(entry, "dn"), entry)


def by_guid(domain: Domain, guid: str) -> Account:
    """One account by its GUID, which no rename or move changes. Raise NotFound."""
    entry = domain.read(f"<GUID={guid}>", READ_ONE)
    if not entry:
        raise NotFound(_("the directory has no such account any more"), target=guid, reason="gone")
    return decoded(entry)


def people(domain: Domain, word: str) -> list[Account]:
    """Accounts by sAMAccountName, UPN, mail, employee id or GUID; if none, by a part of the name.

    The part of a name may be typed without Turkish letters: what the server compares byte by byte is left
    open in the filter and compared, folded, here.
    """
    exact = "".join(
        f"({name}={literal(word)})" for name in ("sAMAccountName", "userPrincipalName", "mail", "employeeID")
    )
    found = domain.search(domain.base, f"{PERSON}(|{exact}))", READ)
    if not found:
        loose = "".join(f"({name}=*{_loose(word)}*)" for name in ("displayName", "cn", "sAMAccountName"))
        found = domain.search(domain.base, f"{PERSON}(|{loose}))", READ)
        found = [entry for entry in found if _holds(entry, word)]
    return sorted((decoded(entry) for entry in found), key=lambda account: account.sam_account_name)


def everybody(domain: Domain, query: str = "", attributes: Sequence[str] = READ) -> list[Account]:
    """Every person's account to which the filter applies, by name. Computers are no persons."""
    found = [decoded(entry) for entry in domain.search(domain.base, f"{PERSON}{query})", attributes)]
    return sorted(found, key=lambda account: account.sam_account_name.casefold())


def pending(domain: Domain, request: Request) -> list[Account]:
    """Accounts of this person that an earlier run began and did not finish."""
    query = f"{PERSON}(info={MARKED}))"
    found = [decoded(entry) for entry in domain.search(domain.base, query, READ)]
    return [account for account in found if account.pending and same_person(account, request)]


def guard_facts(domain: Domain, settings: Directory, operator: str, now: datetime) -> GuardFacts:
    """What the guards must know."""
    login = domain.principal.rpartition("\\")[2]
    query = f"(|(userPrincipalName={literal(login)})(sAMAccountName={literal(login.partition('@')[0])}))"
    own = domain.search(domain.base, query, ["objectSid"])
    if not own:
        message = _("bitools' own account is not in the directory it speaks to")
        raise Rejected(message, target=domain.principal, reason="bind")
    return GuardFacts(
        operator, sid_text(own[0]["objectsid"][0]), settings.guards.protected, _domain_admins(domain, now)
    )


def effective(domain: Domain, dn: str) -> tuple[frozenset[str], frozenset[str]]:
    """What we may write: attributes of the object, classes of new children; in small letters."""
    entry = domain.read(dn, ["allowedAttributesEffective", "allowedChildClassesEffective"])
    return _lower(entry, "allowedattributeseffective"), _lower(entry, "allowedchildclasseseffective")


def names_below(domain: Domain, ou: str) -> set[str]:
    """The names directly below an OU, folded."""
    return {fold(first(entry, "cn")) for entry in domain.search(ou, "(cn=*)", ["cn"], scope="LEVEL")}


def of_name(domain: Domain, ou: str, name: str) -> set[str]:
    """GUIDs of what has this name directly below an OU, as Windows compares: `Ayse` and `Ayşe` are one."""
    found = domain.search(ou, f"(cn={_loose(name)})", ["cn", "objectGUID"], scope="LEVEL")
    return {guid_text(one["objectguid"][0]) for one in found if fold(first(one, "cn")) == fold(name)}


def _loose(word: str) -> str:
    """For a filter: letters that one server takes for another, and the next does not, are left open.

    Blanks beside them too: a piece of a filter that is nothing but a blank fits nothing (Samba).
    """
    letters = "".join("*" if letter in _AMBIGUOUS else literal(letter) for letter in word)
    return re.sub(r"[* ]*\*[* ]*", "*", letters)


def exists(domain: Domain, dn: str) -> bool:
    """Is there an object of this DN? One that cannot be parsed is not there."""
    try:
        return bool(domain.read(dn, ["objectClass"]))
    except Rejected as error:
        if error.reason != "dn":
            raise
        return False


def taken(domain: Domain) -> Taken:
    """Every login and address of the domain; of deleted objects too, as far as readable."""
    query = "(|(sAMAccountName=*)(userPrincipalName=*)(mail=*)(proxyAddresses=*))"
    names = ["sAMAccountName", "userPrincipalName", "mail", "proxyAddresses"]
    logins: dict[str, str] = {}
    mails: dict[str, str] = {}
    for entry in domain.search(domain.base, query, names, deleted=True):
        principal = first(entry, "userprincipalname")
        for login in (first(entry, "samaccountname"), principal.partition("@")[0]):
            logins.setdefault(fold(login), first(entry, "dn"))
        addresses = [first(entry, "mail"), *(value.decode() for value in entry.get("proxyaddresses", []))]
        for address in (*addresses, principal):
            mails.setdefault(fold(bare(address)), first(entry, "dn"))
    for found in (logins, mails):
        found.pop("", None)
    return Taken(logins, mails)


def namesakes(domain: Domain, given: str, surname: str) -> list[Account]:
    """Accounts of persons of this name, as names are compared."""
    first_name, family = _loose(" ".join(given.split())), _loose(" ".join(surname.split()))
    query = f"(|(&(givenName={first_name})(sn={family}))(displayName={first_name} {family}))"
    return [one for one in everybody(domain, query) if same_name(one, Request(given, surname, ""))]


def employee(domain: Domain, number: str) -> tuple[Account, ...]:
    """Who has this personnel number, with or without leading zeros."""
    if not number.strip():
        return ()
    found = domain.search(domain.base, f"(employeeID=*{literal(number_key(number))})", READ)
    accounts = [decoded(entry) for entry in found if "samaccountname" in entry]
    return tuple(
        one for one in accounts if number_key(one.attributes.get("employeeID", "")) == number_key(number)
    )


def _domain_admins(domain: Domain, now: datetime) -> frozenset[str]:
    """SIDs of those that can log on, through nested groups and by primary group: an expired one is none."""
    top = domain.read(domain.base, ["objectSid"])
    group = f"{sid_text(top['objectsid'][0])}-{DOMAIN_ADMINS}"
    entry = domain.read(f"<SID={group}>", ["cn"])
    dn = literal(first(entry, "dn"))
    member = f"(|(memberOf:{IN_CHAIN}:={dn})(primaryGroupID={DOMAIN_ADMINS}))"
    query = f"{PERSON}{member}(!(userAccountControl:{_BIT_AND}:=2)))"
    found = domain.search(domain.base, query, ["objectSid", "accountExpires"])
    ends = {sid_text(one["objectsid"][0]): moment(one.get("accountexpires", [b"0"])[0]) for one in found}
    return frozenset(sid for sid, end in ends.items() if end is None or end > now)


def addresses(domain: Domain, guid: str) -> list[str]:
    """The proxy addresses of an account, as they are written: `SMTP:` before the primary one."""
    entry = domain.read(f"<GUID={guid}>", ["proxyAddresses"])
    return [value.decode("utf-8", "replace") for value in entry.get("proxyaddresses", [])]


def guid_of(domain: Domain, dn: str) -> str:
    """The GUID of any object; empty if it is not there."""
    entry = domain.read(dn, ["objectGUID"])
    return attributes.guid_text(entry["objectguid"][0]) if entry else ""


def moved(domain: Domain, guid: str, dn: str) -> str:
    """Where the object of this GUID is now; `dn`, where it was, if it is gone or was never noted."""
    entry = domain.read(f"<GUID={guid}>", ["objectGUID"]) if guid else {}
    return first(entry, "dn") or dn


def time_limited(domain: Domain) -> bool:
    """Can this forest end a membership by itself? Its Privileged Access Management feature must be on."""
    entry = domain.read(
        f"CN=Partitions,{first(domain.root, 'configurationnamingcontext')}", ["msDS-EnabledFeature"]
    )
    return any(
        dn.startswith(b"CN=Privileged Access Management") for dn in entry.get("msds-enabledfeature", [])
    )


def nearest(domain: Domain, dn: str) -> str:
    """The DN itself, or the nearest of its parents that exists."""
    while dn and not exists(domain, dn):
        dn = dn.partition(",")[2]
    return dn or domain.base


def _holds(entry: Entry, word: str) -> bool:
    return any(fold(word) in fold(first(entry, name)) for name in ("displayname", "cn", "samaccountname"))


def _lower(entry: Entry, name: str) -> frozenset[str]:
    return frozenset(value.decode().lower() for value in entry.get(name, []))


def first(entry: Entry, name: str) -> str:
    """The first value of an attribute, as text; empty if there is none."""
    values = entry.get(name, [])
    return values[0].decode("utf-8", "replace") if values else ""
