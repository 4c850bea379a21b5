"""A person as the personnel office knows them, and what their post gives. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bitools.errors import NotFound, Usage
from bitools.i18n import _
from bitools.inventory.accounts import Directory, Role
from bitools.user.decisions import names
from bitools.user.decisions.account import TEXTS, Account

_WORD = re.compile(r"[^\W_]+")
_DIRECTORATE = frozenset("mudurlugu mudurluk mudurlugunde mud md mdl mdr mudr".split())
_SHORT = {"isl": "isleri", "hizm": "hizmetleri", "hiz": "hizmetleri", "sos": "sosyal", "kult": "kultur"}


@dataclass(frozen=True, slots=True)
class Request:
    """A person who is to get an account, as typed; `attributes` are LDAP names and values."""

    given: str
    surname: str
    role: str
    employee_id: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """One row. `expires` is None if the row does not say; `for_ever` if it says so."""

    line: int
    request: Request
    leaving: bool = False
    for_ever: bool = False

    @property
    def number(self) -> str:
        """The employee id."""
        return self.request.employee_id


def texts(request: Request) -> dict[str, str]:
    """The person's own attributes, normalised and proven to fit.

    Raise Usage for characters that are refused, for what is longer than Windows takes, for a bad address.
    """
    given = names.normal(request.given, _("given name"))
    surname = names.normal(request.surname, _("surname"))
    names.username(given, surname)  # look-alikes have no place in a stored name either
    wanted = {"givenName": given, "sn": surname, "displayName": f"{given} {surname}"}
    wanted |= {"employeeID": request.employee_id, **request.attributes}
    found = {name: names.normal(value, name) for name, value in wanted.items() if value.strip()}
    for name, value in found.items():
        fits(name, value)
    if found.get("employeeID", "").startswith("-"):
        raise Usage(_("an employee id that begins with - would be an option to the programs that get it"))
    if "mail" in found and not re.fullmatch(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+\.[^@\s<>,;\"]+", found["mail"]):
        raise Usage(_('"{address}" is no mail address').format(address=found["mail"]))
    return found


def role_of(settings: Directory, request: Request) -> Role:
    """The person's role, with what everybody of their directorate gets. Raise NotFound."""
    if request.role not in settings.roles:
        hint = _("known roles: {names}").format(names=", ".join(settings.roles))
        message = _('directory.yaml knows no role "{name}"').format(name=request.role)
        raise NotFound(message, target=request.role, hint=hint)
    role = settings.roles[request.role]
    if not (name := department_of(settings, request.attributes.get("department", ""))):
        return role
    department = settings.departments[name]
    more = {
        "ou": department.ou or role.ou,
        "groups": tuple(dict.fromkeys((*role.groups, *department.groups))),
        "attributes": {**role.attributes, **department.attributes},
    }
    return role.model_copy(update=more)


def department_of(settings: Directory, written: str) -> str:
    """The directorate of directory.yaml that is meant: as written, else as `department_key` compares."""
    known = settings.departments
    exact = [name for name in known if names.fold(name) == names.fold(written)]
    near = [name for name in known if department_key(name) == department_key(written)]
    return (exact or (near if len(near) == 1 else [""]))[0]


def nearly(settings: Directory, written: str) -> str:
    """The directorate that a name which fits none was probably meant for; empty if none comes near."""
    keys = {department_key(name): name for name in settings.departments}
    if not written.strip() or department_of(settings, written):
        return ""
    close = difflib.get_close_matches(department_key(written), keys, n=1, cutoff=0.8)
    return keys[close[0]] if close else ""


def department_key(name: str) -> str:
    """A directorate's name as it is compared: `Fen İşleri Müdürlüğü` and `FEN İŞL. MÜD.` are one."""
    found = _WORD.findall(names.fold(name.replace("&", " ve ")))
    short = [_SHORT.get(word, word) for word in found if word not in _DIRECTORATE]
    return " ".join(short)


def same_name(account: Account, request: Request) -> bool:
    """Is the account a person's of this name?"""
    given, surname = (names.fold(" ".join(part.split())) for part in (request.given, request.surname))
    known = account.attributes
    if "givenName" in known or "sn" in known:
        has = names.fold(known.get("givenName", "")), names.fold(known.get("sn", ""))
        return has == (given, surname)
    return names.fold(known.get("displayName", "")) == f"{given} {surname}"


def same_person(account: Account, request: Request) -> bool:
    """Has the account this name and this personnel number (or neither has one)?"""
    number = number_key(account.attributes.get("employeeID", ""))
    return same_name(account, request) and number == number_key(request.employee_id)


def number_key(number: str) -> str:
    """A personnel number as it is compared: a spreadsheet eats leading zeros."""
    return names.fold("".join(number.split())).lstrip("0") or number.strip()[:1]


def fits(name: str, value: str) -> None:
    """Samba takes longer values; Windows refuses them after half the account is made."""
    limit = TEXTS.get(name, 1024)
    if len(value) > limit:
        message = _("{name} is {length} characters long; Windows takes {limit}")
        raise Usage(message.format(name=name, length=len(value), limit=limit))
