"""Whether something is still registered to a leaver: it is cleared only by what is understood (article 14.3).

A row of the hand-over list is settled by a day of return that has come, and by nothing else. What is left is
held against the leaver: theirs, not theirs, or not to be known, and what cannot be known holds back too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bitools.i18n import _
from bitools.user.decisions.account import Account
from bitools.user.decisions.names import fold

_DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y", "%d/%m/%y", "%Y/%m/%d", "%Y.%m.%d")
_FIRST = date(1990, 1, 1)  # what a spreadsheet shows for nothing is older: 30.12.1899, 01.01.1900
_MONTHS = ("ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik").split()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list, as written: who has it (as far as there are columns), what, when it came back.

    `rest` are cells that stand under no heading: then nobody knows which cell is which.
    """

    line: int
    numbers: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    item: str = ""
    returned: tuple[str, ...] = ()
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
        if settled(row.returned, today) and not row.rest:
            continue
        if (why := _against(row, leaver)) is not None:
            place = _("line {line}: {item}").format(line=row.line, item=row.item or "?")
            found.append(f"{place} ({why})" if why else row.item or place)
    return found


def settled(returned: Sequence[str], today: date) -> bool:
    """Has it come back? Every cell that says so must hold a day, and none a day to come."""
    days = [day(cell) for cell in returned if cell.strip()]
    return bool(days) and all(one is not None and _FIRST <= one <= today for one in days)


def day(cell: str) -> date | None:
    """The day that a cell holds, with or without a time of day; None if it holds none."""
    text = " ".join(cell.split())
    words = [fold(word) for word in text.split()]
    if len(words) == 3 and words[1] in _MONTHS:
        text = f"{words[0]}.{_MONTHS.index(words[1]) + 1}.{words[2]}"
    text = re.sub(r"[ T]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?$", "", text)
    for form in _DAYS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def _against(row: Row, leaver: Leaver) -> str | None:
    """Why this row holds the leaver back: empty, it is theirs; None, it is not."""
    numbers, accounts, names = ([one for one in cells if _words(one)] for cells in _keys(row))
    if any(same_number(one, leaver.number) for one in numbers):
        return ""
    if any(same_login(one, leaver.logins) for one in accounts):
        return ""
    if row.rest:
        cells = (*row.numbers, *row.accounts, *row.names, row.item, *row.returned, *row.rest)
        theirs = any(same_number(one, leaver.number) or same_login(one, leaver.logins) for one in cells)
        return _("more cells than headings") if theirs or not (numbers or accounts) else None
    if accounts or (leaver.number and any(_tokens(one) for one in numbers)):
        return None
    if names:
        return _("only a name is there") if any(alike(one, leaver.name) for one in names) else None
    if numbers and not leaver.number:
        return _("the list goes by employee id, and this account has none")
    if numbers:
        return _("the number is none")
    return _("nobody is named here") if row.item else None


def _keys(row: Row) -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
    return row.numbers, row.accounts, row.names


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
    ours, theirs = _tokens(number), _tokens(re.sub(r"[.,]0+$", "", cell.strip()))
    if _compact(number) in (_compact(cell), _compact(re.sub(r"[.,]0+$", "", cell.strip()))):
        return True
    return (len(ours) == 1 or len(theirs) == 1) and bool(ours & theirs)


def same_login(cell: str, logins: frozenset[str]) -> bool:
    """Does the cell hold this login: bare, with a domain before or after it, or as a mail address?"""
    for word in re.split(r"[\s,;/()<>\[\]|:]+", fold(cell)):
        login = word.rpartition("\\")[2]
        if {login, login.partition("@")[0]} & logins:
            return True
    return False


def alike(cell: str, name: str) -> bool:
    """May these be one person's names? One holds the other, or a surname is shared and an initial."""
    ours, theirs = set(_words(name)), set(_words(cell))
    if not ours or not theirs:
        return True
    shared = ours & theirs
    initials = {word[0] for word in ours - shared} & {word[0] for word in theirs - shared}
    return shared in (ours, theirs) or bool(shared and initials)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))


def _compact(text: str) -> str:
    return "".join(_words(text)).lstrip("0")


def _tokens(text: str) -> set[str]:
    return {word.lstrip("0") for word in _words(text) if any(map(str.isdigit, word))} - {""}
