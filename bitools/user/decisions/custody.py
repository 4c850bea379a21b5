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
from bitools.user.decisions.cells import clean
from bitools.user.decisions.keys import (
    KnownAs,
    Whom,
    by_login,
    by_name,
    by_number,
    filled,
    may_name,
    named_in,
    same_login,
)
from bitools.user.decisions.numbers import same_number
from bitools.user.decisions.remarks import doubted, fewer, understood


@dataclass(frozen=True, slots=True)
class CustodyRow:
    """One line of the list, as written: who has it (as far as there are columns), what, when it came back.

    `dated` are cells of columns that hold nothing but days of return, `given` the days it was handed out.
    `remarks` stand under a heading that says so, `notes` under headings that we do not know, `rest` under
    none: nobody knows which cell is which. `next_holders` are those whom it was passed on to.
    """

    line: int
    numbers: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    item: str = ""
    returned: tuple[str, ...] = ()
    dated: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    next_holders: tuple[str, ...] = ()


def on_record(rows: Iterable[CustodyRow], leaver: KnownAs, today: date) -> list[str]:
    """What is registered to this person, or may be; a line that is not understood is named."""
    found = []
    for row in rows:
        passed_on = any(_names(one, leaver) for one in row.next_holders)
        if not (passed_on or row.rest) and came_back(row, today):
            continue
        why = _("it was passed on to them, or to a namesake") if passed_on else _against(row, leaver)
        if why is not None:
            why = why or _unsettling(row)
            place = _("line {line}: {item}").format(line=row.line, item=row.item or "?")
            found.append(f"{place} ({why})" if why else row.item or place)
    return found


def came_back(row: CustodyRow, today: date) -> bool:
    """Has it come back? Every cell that says so must hold a day, none a day to come, and no note deny it."""
    back = [days.day(cell) for cell in row.returned if cell.strip()]
    back += [days.day(cell) or days.serial(cell) for cell in row.dated if cell.strip()]
    if not back or not all(one is not None and days.FIRST <= one <= today for one in back):
        return False
    if _unsettling(row):
        return False
    # what was given out after it came back is out again
    out = [one for cell in row.given if (one := days.day(cell) or days.serial(cell))]
    return not out or max(out) <= max(filter(None, back))


def _unsettling(row: CustodyRow) -> str:
    """The remark that a day of return does not stand against; none of a row without such a day."""
    if not any(days.day(cell) for cell in (*row.returned, *row.dated)):
        return ""
    doubts = [one for one in (*row.remarks, *row.notes) if doubted(one)]
    doubts += [one for one in row.remarks if not understood(one) or fewer(one, (row.item, *row.notes))]
    return _("beside the day of return: {remark}").format(remark=doubts[0].strip()) if doubts else ""


def _against(row: CustodyRow, leaver: KnownAs) -> str | None:
    """Why this row holds the leaver back: empty, it is theirs; None, it is not."""
    keys = [by_number(one, leaver.number) for one in row.numbers]
    keys += [by_login(one, leaver) for one in row.accounts]
    keys += [Whom.THEIRS for one in row.numbers if same_login(one, leaver.logins)]
    names = [by_name(one, leaver) for one in row.names]
    if Whom.THEIRS in (*keys, *names):
        return ""
    known = {*keys} - {Whom.NOBODY}
    if row.rest:
        cells = (row.item, *row.returned, *row.dated, *row.given, *row.remarks, *row.notes, *row.rest)
        theirs = any(same_number(one, leaver.number) or same_login(one, leaver.logins) for one in cells)
        return _("more cells than headings") if theirs or Whom.OTHERS not in known else None
    if Whom.OTHERS in keys:
        return _of_another(row, leaver)
    names += [by_name(one, leaver) for one in row.accounts if not _login_like(one)]
    names += [Whom.UNCLEAR for one in row.numbers if may_name(one, leaver)]
    if Whom.UNCLEAR in names:
        return _("only a name is there")
    if Whom.OTHERS in names:
        return _of_another(row, leaver)
    if known and not leaver.number:
        return _("the list goes by employee id, and this account has none")
    if known:
        return _("the number is none") if any(map(filled, row.numbers)) else _("the account may be theirs")
    something = any(map(filled, (row.item, *row.returned, *row.dated, *row.given, *row.remarks, *row.notes)))
    return _("nobody is named here") if something else None


def _of_another(row: CustodyRow, leaver: KnownAs) -> str | None:
    """Why a row whose key is another's holds back all the same."""
    named = any(named_in(one, leaver) for one in (row.item, *row.remarks, *row.notes))
    return _("it is another's, and the text names them") if named else None


def _names(cell: str, leaver: KnownAs) -> bool:
    """Does a cell that may hold a number, a login or a name name this person, or perhaps so?"""
    whom = {by_number(cell, leaver.number), by_name(cell, leaver)}
    return Whom.THEIRS in whom or same_login(cell, leaver.logins) or by_name(cell, leaver) is Whom.UNCLEAR


def _login_like(cell: str) -> bool:
    """Is this a word that a login may be? Not a name, not a number that stands in the wrong column."""
    text = clean(cell)
    return filled(text) and not re.search(r"[\s,(]|^mailto:", text) and any(map(str.isalpha, text))
