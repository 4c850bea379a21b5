"""Groups of the directory: found by any of their names, with what is around them and who is inside."""

from __future__ import annotations

from collections.abc import Iterable

from bitools.errors import NotFound
from bitools.i18n import _
from bitools.user.decisions.checks import privileged_sids
from bitools.user.decisions.group import Group
from bitools.user.wire.attributes import guid_text, sid_text
from bitools.user.wire.directory import Domain, Entry, literal
from bitools.user.wire.queries import IN_CHAIN, PERSON, effective, first

_READ = ("objectGUID", "objectSid", "sIDHistory", "memberOf")


def in_group(domain: Domain, name: str) -> str:
    """The filter for the members of a group, through other groups and by primary group too.

    Raise NotFound if there is no such group.
    """
    found, _missing = find(domain, [name])
    if not found:
        message = _("the directory has no group {names}").format(names=name)
        raise NotFound(message, target=name)
    [sid] = found[0].own or {"S-0"}
    rid = sid.rpartition("-")[2]
    return f"(|(memberOf:{IN_CHAIN}:={literal(found[0].dn)})(primaryGroupID={rid}))"


def privileged_members(domain: Domain) -> dict[str, set[str]]:
    """The privileged groups that exist, and the SIDs of the persons in each, through other groups too."""
    top = sid_text(domain.read(domain.base, ["objectSid"])["objectsid"][0])
    members: dict[str, set[str]] = {}
    for sid in privileged_sids(top):
        entry = domain.read(f"<SID={sid}>", ["sAMAccountName"])
        if not entry:
            continue
        around = f"(memberOf:{IN_CHAIN}:={literal(first(entry, 'dn'))})"
        if not sid.startswith("S-1-5-32-"):
            around = f"(|{around}(primaryGroupID={sid.rpartition('-')[2]}))"
        found = domain.search(domain.base, f"{PERSON}{around})", ["objectSid"])
        members[first(entry, "samaccountname")] = {sid_text(one["objectsid"][0]) for one in found}
    return members


def find(domain: Domain, wanted: Iterable[str]) -> tuple[tuple[Group, ...], tuple[str, ...]]:
    """Groups by sAMAccountName, name or DN; and those names that fit none, or several."""
    found: dict[str, Group] = {}
    missing = []
    for name in wanted:
        value = literal(name)
        query = f"(&(objectClass=group)(|(sAMAccountName={value})(cn={value})(distinguishedName={value})))"
        entries = domain.search(domain.base, query, _READ)
        if len(entries) != 1:
            missing.append(name)
            continue
        one = _group(domain, name, entries[0])
        found[one.guid] = one
    return tuple(found.values()), tuple(missing)


def _group(domain: Domain, name: str, entry: Entry) -> Group:
    """A group from its GUID and SID, with the groups around it and our right to write its members."""
    dn = first(entry, "dn")
    chain = _around(domain, entry)
    both = ("objectsid", "sidhistory")
    sids = frozenset(sid_text(sid) for one in (entry, *chain) for name in both for sid in one.get(name, ()))
    own = frozenset(sid_text(value) for value in entry.get("objectsid", []))
    within = tuple(first(parent, "dn") for parent in chain)
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
        if dn not in found and (parent := domain.read(dn.decode(), _READ)):
            found[dn] = parent
            ahead += parent.get("memberof", [])
    return list(found.values())


def by_guid(domain: Domain, guid: str) -> Group | None:
    """One group by its GUID; None if it is gone."""
    entry = domain.read(f"<GUID={guid}>", _READ)
    return _group(domain, first(entry, "dn"), entry) if entry else None


def known(domain: Domain, names: Iterable[str]) -> tuple[Group, ...]:
    """Groups by any of their names. Raise NotFound if one is not there."""
    found, missing = find(domain, names)
    if missing:
        message = _("the directory has no group {names}").format(names=", ".join(missing))
        hint = _("a group is named by its sAMAccountName, its name or its DN")
        raise NotFound(message, target=missing[0], hint=hint)
    return found
