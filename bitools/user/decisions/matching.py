"""From a staff list and the accounts that exist to what is to be done. Pure.

People are matched by employee id and by nothing else; a person who is not in the list is left alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bitools.errors import BitoolsError, Refused
from bitools.i18n import _
from bitools.inventory.accounts import Role
from bitools.user.decisions.account import Account
from bitools.user.decisions.account_control import expiring
from bitools.user.decisions.change import Plan, replacing
from bitools.user.decisions.membership import joining, leaving
from bitools.user.decisions.movers import Post
from bitools.user.decisions.names import fold
from bitools.user.decisions.person import Person, Request, number_key, texts

Kind = Literal["add", "complete", "change", "disable", "adopt", "none"]
_OF_A_POST = frozenset(
    {"title", "department", "telephoneNumber", "description", "company", "physicalDeliveryOfficeName"}
)


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
        number = number_key(account.attributes.get("employeeID", ""))
        if number:
            by_number[number].append(account)
        elif names := _names(account.attributes.get("givenName", ""), account.attributes.get("sn", "")):
            by_name[names].append(account)
    namesakes: dict[str, int] = defaultdict(int)
    for person in people:
        if not by_number.get(number_key(person.number)):
            namesakes[_names(person.request.given, person.request.surname)] += 1
    found = []
    for person in people:
        own = _numbered(person, by_number.get(number_key(person.number), []))
        names = _names(person.request.given, person.request.surname)
        if own:
            found.append(_known(person, own, adopt=adopt))
        elif adopt:
            found.append(_adopted(person, by_name.get(names, []), namesakes[names]))
        else:
            found.append(_new(person, by_name.get(names, [])))
    return found


def _known(person: Person, own: Sequence[Account], *, adopt: bool) -> Match:
    """Somebody has this number; but is it this person?"""
    if len(own) > 1:
        return _refused(person, _("several accounts have this employee id: {names}"), own)
    if not may_be(own[0], person.request):
        why = _("the account of this employee id, {names}, has quite another name")
        hint = _("correct the list; if it is the same person: bitools user rename {name}, then sync")
        return _refused(person, why, own, hint.format(name=own[0].sam_account_name))
    return Match(person, "none" if adopt else _kind(person, own[0]), own[0])


def may_be(account: Account, request: Request) -> bool:
    """May the account be this person's: is the given name or the surname theirs, or has it neither?"""
    has = account.attributes
    given, surname = has.get("givenName", ""), has.get("sn", "")
    if not (given or surname):
        return True
    return bool(_parts(given) & _parts(request.given) or _parts(surname) & _parts(request.surname))


def _parts(name: str) -> set[str]:
    return set(fold(name).split())


def _numbered(person: Person, accounts: list[Account]) -> list[Account]:
    """Those with this number as it is written; if there is none, those with other zeros before it."""
    exact = [
        one for one in accounts if fold(one.attributes.get("employeeID", "").strip()) == fold(person.number)
    ]
    return exact or accounts


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
        why = _("it cannot be known which of {names} it is; then: bitools user set NAME --employee-id")
        return _refused(person, why, strangers)
    return Match(person, "none", note=_("no account of this name is without an employee id"))


def _refused(person: Person, why: str, accounts: Sequence[Account], hint: str = "") -> Match:
    names = ", ".join(account.sam_account_name for account in accounts)
    error = Refused(why.format(names=names), target=person.number, hint=hint, reason="ambiguous")
    return Match(person, "none", error=error)


def as_listed(person: Person, account: Account, role: Role, post: Post, now: datetime) -> Plan:
    """What the row asks of an account that exists, but for its place in the tree; `now` in the zone.

    Its login, its name in the tree and its UPN stay: a new surname changes what is shown. Groups follow the
    post. How long it works does too when the post is another one; what the row says of it goes before that.
    """
    wanted = texts(person.request)
    if number_key(person.number) == number_key(account.attributes.get("employeeID", "")):
        wanted.pop("employeeID", None)  # a spreadsheet has eaten its zeros
    if post.moved:
        wanted = {**{name: role.attributes[name] for name in _OF_A_POST & role.attributes.keys()}, **wanted}
    return replacing(account, wanted).then(
        joining(account, post.joins),
        leaving(account, post.leaves),
        _lasting(person, account, role, post, now),
    )


def _lasting(person: Person, account: Account, role: Role, post: Post, now: datetime) -> Plan:
    """Until when it works: as the row says; else, with a new post, as the role says."""
    zone = now.tzinfo
    assert isinstance(zone, ZoneInfo)
    if person.request.expires or person.for_ever:
        return expiring(account, person.request.expires, zone)
    if post.moved and role.expires_days is None:
        return expiring(account, None, zone)
    if role.expires_days is not None and (post.moved or account.expires is None):
        return expiring(account, now.date() + timedelta(days=role.expires_days), zone)
    return Plan()


def adopted(person: Person, account: Account) -> Plan:
    """The account learns whose it is."""
    return replacing(account, {"employeeID": person.number})


def _names(given: str, surname: str) -> str:
    """A person's name as it is compared; empty if either part is."""
    first, last = fold(" ".join(given.split())), fold(" ".join(surname.split()))
    return f"{first}\n{last}" if first and last else ""
