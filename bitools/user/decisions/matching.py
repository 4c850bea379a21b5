"""From a staff list and the accounts that exist to what is to be done. Pure.

People are matched by employee id and by nothing else; a person who is not in the list is left alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from bitools.errors import BitoolsError, Refused
from bitools.i18n import _
from bitools.inventory.accounts import Directory
from bitools.user.decisions.account import Account, Change, Flag
from bitools.user.decisions.account_control import expiring, flags
from bitools.user.decisions.change import Plan, Right, Write
from bitools.user.decisions.membership import Group, joining
from bitools.user.decisions.names import fold
from bitools.user.decisions.person import Person, texts

Kind = Literal["add", "complete", "change", "disable", "adopt", "none"]


@dataclass(frozen=True, slots=True)
class Match:
    """A row, the account it is about, and what is to be done with it; `error` if that is refused."""

    person: Person
    kind: Kind
    account: Account | None = None
    error: BitoolsError | None = None
    note: str = ""


def match(people: Sequence[Person], accounts: Iterable[Account], *, adopt: bool = False) -> list[Match]:
    """Say for each row what is to be done; with `adopt` only which account it belongs to."""
    by_number: dict[str, list[Account]] = defaultdict(list)
    by_name: dict[str, list[Account]] = defaultdict(list)
    for account in accounts:
        number = fold(account.attributes.get("employeeID", "").strip())
        if number:
            by_number[number].append(account)
        elif names := _names(account.attributes.get("givenName", ""), account.attributes.get("sn", "")):
            by_name[names].append(account)
    namesakes: dict[str, int] = defaultdict(int)
    for person in people:
        if not by_number.get(fold(person.number)):
            namesakes[_names(person.request.given, person.request.surname)] += 1
    found = []
    for person in people:
        own = by_number.get(fold(person.number), [])
        names = _names(person.request.given, person.request.surname)
        strangers = by_name.get(names, [])
        if len(own) > 1:
            found.append(_refused(person, _("several accounts have this employee id: {names}"), own))
        elif own:
            found.append(Match(person, "none" if adopt else _kind(person, own[0]), own[0]))
        elif adopt:
            found.append(_adopted(person, strangers, namesakes[names]))
        else:
            found.append(_new(person, strangers))
    return found


def _kind(person: Person, account: Account) -> Kind:
    if person.leaving:
        return "disable"
    return "complete" if account.pending else "change"


def _new(person: Person, strangers: Sequence[Account]) -> Match:
    """Nobody has this number. An account of the same name without one may be this very person's."""
    if person.leaving:
        return Match(person, "none", note=_("nobody has this employee id"))
    if strangers:
        why = _("{names} has this name and no employee id: is it the same person?")
        hint = _("then: bitools user sync FILE --adopt; if not, give that account its own employee id")
        return _refused(person, why, strangers, hint)
    return Match(person, "add")


def _adopted(person: Person, strangers: Sequence[Account], namesakes: int) -> Match:
    mail = fold(person.request.attributes.get("mail", ""))
    same_mail = [one for one in strangers if mail and fold(one.attributes.get("mail", "")) == mail]
    if len(same_mail) == 1:
        return Match(person, "adopt", same_mail[0])
    if len(strangers) == 1 and namesakes == 1:
        return Match(person, "adopt", strangers[0])
    if strangers:
        why = _("it cannot be known which of {names} it is; write the employee id by hand")
        return _refused(person, why, strangers)
    return Match(person, "none", note=_("no account of this name is without an employee id"))


def _refused(person: Person, why: str, accounts: Sequence[Account], hint: str = "") -> Match:
    names = ", ".join(account.sam_account_name for account in accounts)
    error = Refused(why.format(names=names), target=person.number, hint=hint, reason="ambiguous")
    return Match(person, "none", error=error)


def as_listed(
    person: Person, account: Account, settings: Directory, groups: Sequence[Group], zone: ZoneInfo
) -> Plan:
    """What the row asks of an account that exists, but for its place in the tree.

    Its login, its name in the tree and its UPN stay: a new surname changes what is shown. Groups are only
    added; what somebody has beside the role was given on purpose.
    """
    wanted = texts(person.request)
    changes = [
        Change(name, account.attributes.get(name), value)
        for name, value in sorted(wanted.items())
        if account.attributes.get(name) != value
    ]
    decision = Plan()
    if changes:
        write = Write(
            f"<GUID={account.guid}>", {change.attribute: ("REPLACE", [change.new]) for change in changes}
        )
        rights = tuple(Right(account.dn, change.attribute) for change in changes)
        decision = Plan(tuple(changes), (write,), rights)
    last_day = person.request.expires
    until = expiring(account, last_day, zone) if last_day or person.for_ever else Plan()
    return decision.then(joining(account, groups), until)


def leaver(account: Account) -> Plan:
    """A person who leaves is disabled; the rest is `offboard`."""
    return flags(account, account.flags | Flag.DISABLED)


def adopted(person: Person, account: Account) -> Plan:
    """The account learns whose it is."""
    if account.attributes.get("employeeID") == person.number:
        return Plan()
    write = Write(f"<GUID={account.guid}>", {"employeeID": ("REPLACE", [person.number])})
    change = Change("employeeID", account.attributes.get("employeeID"), person.number)
    return Plan((change,), (write,), (Right(account.dn, "employeeID"),))


def _names(given: str, surname: str) -> str:
    """A person's name as it is compared; empty if either part is."""
    first, last = fold(" ".join(given.split())), fold(" ".join(surname.split()))
    return f"{first}\n{last}" if first and last else ""
