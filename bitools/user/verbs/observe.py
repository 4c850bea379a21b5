"""Questions to the directory, answered in our words. Nothing here writes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bitools.errors import NotFound, Rejected
from bitools.i18n import _
from bitools.inventory.accounts import Directory
from bitools.user.decisions.account import MARK, READ, READ_ONE, Account, guid_text, sid_text
from bitools.user.decisions.guards import DOMAIN_ADMINS, Facts, privileged_sids
from bitools.user.decisions.names import fold
from bitools.user.decisions.passwords import Policy
from bitools.user.decisions.plan import Group, Request
from bitools.user.wire.directory import Domain, Entry, literal

_PERSON = "(&(objectCategory=person)(objectClass=user)"
_IN_CHAIN = "1.2.840.113556.1.4.1941"  # members of members too
_BIT_AND = "1.2.840.113556.1.4.803"
MARKED = f"{literal(MARK)}*"
_GROUP = ("objectGUID", "objectSid", "memberOf")
_DAY = 864_000_000_000  # in ticks of 100 ns
_AMBIGUOUS = frozenset("cgiosuaıIİçğöşüâîûCGOSUAÇĞÖŞÜÂÎÛ")


def account(domain: Domain, sam_account_name: str) -> Account:
    """The account of this name, with its nested groups. Raise NotFound if there is none."""
    found = domain.search(domain.base, f"(sAMAccountName={literal(sam_account_name)})", READ)
    exact = [
        entry for entry in found if _one(entry, "samaccountname").casefold() == sam_account_name.casefold()
    ]
    if not exact:
        hint = _("look for it: bitools user show {name}").format(name=sam_account_name)
        raise NotFound(_("the directory has no such account"), target=sam_account_name, hint=hint)
    return by_guid(domain, guid_text(exact[0]["objectguid"][0]))


def by_guid(domain: Domain, guid: str) -> Account:
    """One account by its GUID, which no rename or move changes. Raise NotFound."""
    entry = domain.read(f"<GUID={guid}>", READ_ONE)
    if not entry:
        raise NotFound(_("the directory has no such account any more"), target=guid)
    return decode(entry)


def decode(entry: Entry) -> Account:
    """An account from a search result."""
    return Account.decode(_one(entry, "dn"), entry)


def people(domain: Domain, word: str) -> list[Account]:
    """Accounts by sAMAccountName, UPN, mail, employee id or GUID; if none, by a part of the name.

    The part of a name may be typed without Turkish letters: what the server compares byte by byte is left
    open in the filter and compared, folded, here.
    """
    exact = "".join(
        f"({name}={literal(word)})" for name in ("sAMAccountName", "userPrincipalName", "mail", "employeeID")
    )
    found = domain.search(domain.base, f"{_PERSON}(|{exact}))", READ)
    if not found:
        loose = "".join(f"({name}=*{_loose(word)}*)" for name in ("displayName", "cn", "sAMAccountName"))
        found = domain.search(domain.base, f"{_PERSON}(|{loose}))", READ)
        found = [entry for entry in found if _holds(entry, word)]
    return sorted((decode(entry) for entry in found), key=lambda account: account.sam_account_name)


def everybody(domain: Domain, query: str = "", attributes: Sequence[str] = READ) -> list[Account]:
    """Every person's account to which the filter applies, by name. Computers are no persons."""
    found = [decode(entry) for entry in domain.search(domain.base, f"{_PERSON}{query})", attributes)]
    return sorted(found, key=lambda account: account.sam_account_name.casefold())


def in_group(domain: Domain, name: str) -> str:
    """The filter for the members of a group, through other groups and by primary group too.

    Raise NotFound if there is no such group.
    """
    found, _missing = find_groups(domain, [name])
    if not found:
        message = _("the directory has no group {names}").format(names=name)
        raise NotFound(message, target=name)
    [sid] = found[0].own or {"S-0"}
    rid = sid.rpartition("-")[2]
    return f"(|(memberOf:{_IN_CHAIN}:={literal(found[0].dn)})(primaryGroupID={rid}))"


def privileged_members(domain: Domain) -> dict[str, set[str]]:
    """The privileged groups that exist, and the SIDs of the persons in each, through other groups too."""
    top = sid_text(domain.read(domain.base, ["objectSid"])["objectsid"][0])
    members: dict[str, set[str]] = {}
    for sid in privileged_sids(top):
        entry = domain.read(f"<SID={sid}>", ["sAMAccountName"])
        if not entry:
            continue
        around = f"(memberOf:{_IN_CHAIN}:={literal(_one(entry, 'dn'))})"
        if not sid.startswith("S-1-5-32-"):
            around = f"(|{around}(primaryGroupID={sid.rpartition('-')[2]}))"
        found = domain.search(domain.base, f"{_PERSON}{around})", ["objectSid"])
        members[_one(entry, "samaccountname")] = {sid_text(one["objectsid"][0]) for one in found}
    return members


def pending(domain: Domain, request: Request) -> list[Account]:
    """Accounts of this person that an earlier run began and did not finish."""
    query = f"{_PERSON}(info={MARKED}))"
    found = [decode(entry) for entry in domain.search(domain.base, query, READ)]
    return [account for account in found if account.pending and same_person(account, request)]


def facts(domain: Domain, settings: Directory, operator: str) -> Facts:
    """What the guards must know."""
    login = domain.principal.rpartition("\\")[2]
    query = f"(|(userPrincipalName={literal(login)})(sAMAccountName={literal(login.partition('@')[0])}))"
    own = domain.search(domain.base, query, ["objectSid"])
    if not own:
        message = _("bitools' own account is not in the directory it speaks to")
        raise Rejected(message, target=domain.principal, reason="bind")
    return Facts(
        operator, sid_text(own[0]["objectsid"][0]), settings.guards.protected, _domain_admins(domain)
    )


def effective(domain: Domain, dn: str) -> tuple[frozenset[str], frozenset[str]]:
    """What we may write: attributes of the object, classes of new children; in small letters."""
    entry = domain.read(dn, ["allowedAttributesEffective", "allowedChildClassesEffective"])
    return _lower(entry, "allowedattributeseffective"), _lower(entry, "allowedchildclasseseffective")


def policy(domain: Domain, groups: Sequence[Group] = ()) -> Policy:
    """The password policy for members of these groups: the domain's and every fine-grained one.

    Which of several fine-grained ones wins is Windows's affair; a password that fits all of them fits.
    """
    rules = ["minPwdLength", "pwdProperties", "pwdHistoryLength", "minPwdAge"]
    entry = domain.read(domain.base, rules)
    complexity = bool(int(_one(entry, "pwdproperties") or 1) & 1)
    result = Policy(
        int(_one(entry, "minpwdlength") or 7),
        complexity,
        int(_one(entry, "pwdhistorylength") or 0),
        -int(_one(entry, "minpwdage") or 0) / _DAY,
        domain.base,
    )
    for other in _fine_grained(domain, groups):
        result = result.stricter(other)
    return result


def policy_of(domain: Domain, account: Account) -> Policy:
    """The password policy for an account that exists: the domain's, its groups', and its own."""
    around = [
        Group("", found, "") for sid in account.all_groups if (found := _one(_by_sid(domain, sid), "dn"))
    ]
    return policy(domain, [*around, Group("", account.dn, "")])


def _by_sid(domain: Domain, sid: str) -> Entry:
    return domain.read(f"<SID={sid}>", ["cn"])


def siblings(domain: Domain, ou: str) -> set[str]:
    """The names directly below an OU, folded."""
    return {fold(_one(entry, "cn")) for entry in domain.search(ou, "(cn=*)", ["cn"], scope="LEVEL")}


def namesakes(domain: Domain, ou: str, name: str) -> set[str]:
    """GUIDs of what has this name directly below an OU, as Windows compares: `Ayse` and `Ayşe` are one."""
    found = domain.search(ou, f"(cn={_loose(name)})", ["cn", "objectGUID"], scope="LEVEL")
    return {guid_text(one["objectguid"][0]) for one in found if fold(_one(one, "cn")) == fold(name)}


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


def _fine_grained(domain: Domain, groups: Sequence[Group]) -> Iterable[Policy]:
    """Fine-grained policies (MS-ADTS 3.1.1.4.5.36) for these groups; few are allowed to read them."""
    container = f"CN=Password Settings Container,CN=System,{domain.base}"
    names = ["msDS-MinimumPasswordLength", "msDS-PasswordComplexityEnabled", "cn"]
    around = {dn for group in groups for dn in (group.dn, *group.within)}
    applies = "".join(f"(msDS-PSOAppliesTo={literal(dn)})" for dn in sorted(around))
    for entry in domain.search(container, f"(|{applies})", names) if around else ():
        length = int(_one(entry, "msds-minimumpasswordlength") or 0)
        yield Policy(length, _one(entry, "msds-passwordcomplexityenabled") == "TRUE", name=_one(entry, "cn"))


def taken(domain: Domain) -> tuple[set[str], dict[str, str]]:
    """Every login and address of the domain, folded; of deleted objects too, as far as readable."""
    query = "(|(sAMAccountName=*)(userPrincipalName=*)(mail=*)(proxyAddresses=*))"
    names = ["sAMAccountName", "userPrincipalName", "mail", "proxyAddresses"]
    logins: set[str] = set()
    mails: dict[str, str] = {}
    for entry in domain.search(domain.base, query, names, deleted=True):
        principal = _one(entry, "userprincipalname")
        logins |= {fold(_one(entry, "samaccountname")), fold(principal.partition("@")[0])}
        addresses = [_one(entry, "mail"), *(value.decode() for value in entry.get("proxyaddresses", []))]
        for address in (*addresses, principal):
            mails[fold(address.removeprefix("SMTP:").removeprefix("smtp:"))] = _one(entry, "dn")
    mails.pop("", None)
    return logins - {""}, mails


def find_groups(domain: Domain, wanted: Iterable[str]) -> tuple[tuple[Group, ...], tuple[str, ...]]:
    """Groups by sAMAccountName, name or DN; and those names that fit none, or several."""
    found: dict[str, Group] = {}
    missing = []
    for name in wanted:
        value = literal(name)
        query = f"(&(objectClass=group)(|(sAMAccountName={value})(cn={value})(distinguishedName={value})))"
        entries = domain.search(domain.base, query, _GROUP)
        if len(entries) != 1:
            missing.append(name)
            continue
        one = group(domain, name, entries[0])
        found[one.guid] = one
    return tuple(found.values()), tuple(missing)


def group(domain: Domain, name: str, entry: Entry) -> Group:
    """A group from its GUID and SID, with the groups around it and our right to write its members."""
    dn = _one(entry, "dn")
    chain = _around(domain, entry)
    sids = frozenset(sid_text(found["objectsid"][0]) for found in (entry, *chain) if "objectsid" in found)
    own = frozenset(sid_text(value) for value in entry.get("objectsid", []))
    within = tuple(_one(parent, "dn") for parent in chain)
    writable = "member" in effective(domain, dn)[0]
    return Group(name, dn, guid_text(entry["objectguid"][0]), sids, own, within, writable)


def _around(domain: Domain, entry: Entry) -> list[Entry]:
    """The groups a group is in, through others too.

    Step by step: asked for them all at once, a controller first expands the group's thousands of members.
    """
    found: dict[bytes, Entry] = {}
    ahead = list(entry.get("memberof", []))
    while ahead:
        dn = ahead.pop()
        if dn not in found and (parent := domain.read(dn.decode(), _GROUP)):
            found[dn] = parent
            ahead += parent.get("memberof", [])
    return list(found.values())


def group_by_guid(domain: Domain, guid: str) -> Group | None:
    """One group by its GUID; None if it is gone."""
    entry = domain.read(f"<GUID={guid}>", _GROUP)
    return group(domain, _one(entry, "dn"), entry) if entry else None


def employee(domain: Domain, number: str) -> tuple[Account, ...]:
    """Who has this personnel number."""
    if not number:
        return ()
    found = domain.search(domain.base, f"(employeeID={literal(number)})", READ)
    return tuple(decode(entry) for entry in found if "samaccountname" in entry)


def _domain_admins(domain: Domain) -> frozenset[str]:
    """SIDs of the enabled ones, through nested groups and by primary group."""
    top = domain.read(domain.base, ["objectSid"])
    group = f"{sid_text(top['objectsid'][0])}-{DOMAIN_ADMINS}"
    entry = domain.read(f"<SID={group}>", ["cn"])
    dn = literal(_one(entry, "dn"))
    member = f"(|(memberOf:{_IN_CHAIN}:={dn})(primaryGroupID={DOMAIN_ADMINS}))"
    query = f"{_PERSON}{member}(!(userAccountControl:{_BIT_AND}:=2)))"
    return frozenset(
        sid_text(found["objectsid"][0]) for found in domain.search(domain.base, query, ["objectSid"])
    )


def nearest(domain: Domain, dn: str) -> str:
    """The DN itself, or the nearest of its parents that exists."""
    while dn and not exists(domain, dn):
        dn = dn.partition(",")[2]
    return dn or domain.base


def _holds(entry: Entry, word: str) -> bool:
    return any(fold(word) in fold(_one(entry, name)) for name in ("displayname", "cn", "samaccountname"))


def same_person(account: Account, request: Request) -> bool:
    """Has the account this name and this personnel number (or neither has one)?"""
    known = account.attributes
    return (
        fold(known.get("givenName", "")) == fold(" ".join(request.given.split()))
        and fold(known.get("sn", "")) == fold(" ".join(request.surname.split()))
        and known.get("employeeID", "") == request.employee_id.strip()
    )


def _lower(entry: Entry, name: str) -> frozenset[str]:
    return frozenset(value.decode().lower() for value in entry.get(name, []))


def _one(entry: Entry, name: str) -> str:
    values = entry.get(name, [])
    return values[0].decode("utf-8", "replace") if values else ""
