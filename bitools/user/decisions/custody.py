"""Whether something is still registered to a leaver: it is cleared only by what is understood (article 14.3).

A row of the hand-over list is settled by a day of return that has come, and by nothing else. What is left is
held against the leaver: theirs, not theirs, or not to be known, and what cannot be known holds back too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bitools.i18n import _
from bitools.user.decisions import days
from bitools.user.decisions.account import Account
from bitools.user.decisions.names import fold

_NOTHING = frozenset("yok none na bilinmiyor belirsiz bos unknown".split())  # written where nothing is known
_IDENTITY_NUMBER = re.compile(r"[1-9]\d{10}")  # a citizen's, which no personnel number is


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list, as written: who has it (as far as there are columns), what, when it came back.

    `dated` are cells of columns that hold nothing but days of return, `given` the days it was handed out.
    `rest` are cells that stand under no heading: then nobody knows which cell is which.
    """

    line: int
    numbers: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    item: str = ""
    returned: tuple[str, ...] = ()
    dated: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaver:
    """What a list can call a person by."""

    number: str
    logins: frozenset[str]
    name: str

    @classmethod
    def of(cls, account: Account) -> Leaver:
        """The person of this account."""
        has = account.attributes
        addresses = [fold(has.get(name, "")) for name in ("userPrincipalName", "mail")]
        logins = {fold(account.sam_account_name), *addresses, *(one.partition("@")[0] for one in addresses)}
        name = has.get("displayName") or f"{has.get('givenName', '')} {has.get('sn', '')}"
        return cls(has.get("employeeID", "").strip(), frozenset(logins - {""}), name)


def held(rows: Iterable[Row], leaver: Leaver, today: date) -> list[str]:
    """What is registered to this person, or may be; a line that is not understood is named."""
    found = []
    for row in rows:
        if not row.rest and settled(row, today):
            continue
        if (why := _against(row, leaver)) is not None:
            place = _("line {line}: {item}").format(line=row.line, item=row.item or "?")
            found.append(f"{place} ({why})" if why else row.item or place)
    return found


def settled(row: Row, today: date) -> bool:
    """Has it come back? Every cell that says so must hold a day, and none a day to come."""
    back = [days.day(cell) for cell in row.returned if cell.strip()]
    back += [days.day(cell) or days.serial(cell) for cell in row.dated if cell.strip()]
    if not back or not all(one is not None and days.FIRST <= one <= today for one in back):
        return False
    # what was given out after it came back is out again
    out = [one for cell in row.given if (one := days.day(cell) or days.serial(cell))]
    return not out or max(out) <= max(filter(None, back))


def _against(row: Row, leaver: Leaver) -> str | None:
    """Why this row holds the leaver back: empty, it is theirs; None, it is not."""
    keys = [one for one in (*row.numbers, *row.accounts) if _said(one)]
    if any(same_number(one, leaver.number) or same_login(one, leaver.logins) for one in keys):
        return ""
    names = [one for one in row.names if _said(one)]
    if row.rest:
        cells = (*keys, *names, row.item, *row.returned, *row.dated, *row.given, *row.rest)
        theirs = any(same_number(one, leaver.number) or same_login(one, leaver.logins) for one in cells)
        return _("more cells than headings") if theirs or not keys else None
    names += [one for one in row.accounts if _said(one) and not _login_like(one)]
    if any(_login_like(one) for one in row.accounts) or any(_comparable(one, leaver) for one in row.numbers):
        return None
    if names:
        return _("only a name is there") if any(alike(one, leaver.name) for one in names) else None
    if keys and not leaver.number:
        return _("the list goes by employee id, and this account has none")
    if keys:
        return _("the number is none")
    return _("nobody is named here") if row.item else None


def _said(cell: str) -> bool:
    """Does the cell say something at all?"""
    return "".join(_words(cell)) not in {"", *_NOTHING}


def _login_like(cell: str) -> bool:
    """May this be a login, and somebody's? Not a name, not a number that stands in the wrong column."""
    text = cell.strip()
    return _said(cell) and not re.search(r"[\s,]", text) and any(map(str.isalpha, text))


def _comparable(cell: str, leaver: Leaver) -> bool:
    """Is this a number like theirs, so that it can be said to be another's?"""
    if not leaver.number or not _tokens(cell):
        return False
    other_kind = _IDENTITY_NUMBER.fullmatch(_compact(cell)) and len(_compact(leaver.number)) != 11
    return not other_kind


def same_number(cell: str, number: str) -> bool:
    """Does the cell hold this personnel number, whatever a spreadsheet made of it?

    Leading zeros do not count, nor do blanks and points; `42.0`, `42 / 57` and `Sicil: 0042` hold 42. One
    that was shortened (`1,2346E+10`) is every number that it may have been.
    """
    if not number or not cell.strip():
        return False
    if shortened := re.fullmatch(r"(\d)(?:[.,](\d+))?E\+?(\d+)", cell.strip(), re.IGNORECASE):
        digits = len(shortened[2] or "")
        wanted = f"{int(number):.{digits}e}" if number.isdigit() else ""
        return wanted == f"{float(shortened[0].replace(',', '.')):.{digits}e}"
    whole = re.sub(
        r"(?<=\d)[.,]0{1,2}$", "", cell.strip()
    )  # 42.0, 42,00; but 42.000 may be a thousand times it
    thousands = re.fullmatch(r"\d{1,3}([.,]\d{3})+", whole)
    ours, theirs = _tokens(number), set[str]() if thousands else _tokens(whole)
    if _compact(number) in (_compact(whole), _compact(re.sub(r"[.,]0+$", "", whole))):
        return True
    return (len(ours) == 1 or len(theirs) == 1) and bool(ours & theirs)


def same_login(cell: str, logins: frozenset[str]) -> bool:
    """Does the cell hold this login: bare, with a domain before or after it, or as a mail address?

    The parts of it in another order, or with another sign between them, are the same: `kaya_ayse`.
    """
    for word in re.split(r"[\s,;/()<>\[\]|:]+", fold(cell)):
        login = word.rpartition("\\")[2]
        bare = login.partition("@")[0]
        if {login, bare} & logins or any(_parts(bare) == _parts(one) for one in logins if _parts(bare)):
            return True
    return False


def _parts(login: str) -> list[str]:
    """The parts of a login of more than one."""
    found = sorted(filter(None, re.split(r"[._-]+", login)))
    return found if len(found) > 1 else []


def alike(cell: str, name: str) -> bool:
    """May these be one person's names? One holds the other, or shares a word and shortens another."""
    ours, theirs = set(_words(name)), set(_words(cell))
    if not ours or not theirs:
        return True
    shared = ours & theirs
    short = any(
        one.startswith(other) or other.startswith(one) for one in ours - shared for other in theirs - shared
    )
    return shared in (ours, theirs) or bool(shared and short)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))


def _compact(text: str) -> str:
    return "".join(_words(text)).lstrip("0")


def _tokens(text: str) -> set[str]:
    return {word.lstrip("0") for word in _words(text) if any(map(str.isdigit, word))} - {""}
