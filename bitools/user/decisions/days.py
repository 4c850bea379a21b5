"""Days as people and spreadsheets write them into lists; what is not understood is no day. Pure.

The day stands before the month, as in Turkey; a spreadsheet's serial number counts from 30.12.1899.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from bitools.user.decisions.names import fold

FIRST = date(1990, 1, 1)  # what a spreadsheet shows for nothing is older: 30.12.1899, 01.01.1900
_FORMS = ("%d.%m.%Y", "%d.%m.%y", "%Y.%m.%d")
_MONTHS = ("ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik").split()
_WEEKDAYS = "pazartesi sali carsamba persembe cuma cumartesi pazar"
# Words beside a day that say no more than that it is one of return.
_RETURNED = (
    "(?:(?:'?[dt][ae] |tarihinde )?"
    "(?:iade(?: edildi| edilmistir| alindi| tarihi)?|geri alindi|returned(?: on)?))"
)
_NAMED = re.compile(r"(\d{1,2})[ ./-]*([a-z]+)[ ./-]*(\d{4}|\d\d)")
_TIME = re.compile(r"[ t]\d{1,2}:\d{2}(:\d{2})?([.,]\d+)?(z|[+-]\d{2}:?\d{2})?$")
_EPOCH = date(1899, 12, 30)


def day(cell: str) -> date | None:
    """The day in a cell, with or without a time of day, or beside `iade edildi`; None if there is none."""
    text = " ".join(fold(cell.strip().removeprefix("'")).split())
    text = re.sub(r"(?<=\d) ?([./-]) ?(?=\d)", r"\1", text).rstrip(".")  # 5 / 3 / 2026, 5. 3. 2026.
    text = re.sub(
        rf"^{_RETURNED}[ :,-]+|[ ,]+(?:{'|'.join(_WEEKDAYS.split())})$|(?:[ ,-]+|(?='[dt])){_RETURNED}$",
        "",
        text,
    )
    text = _TIME.sub("", text)
    if (named := _NAMED.fullmatch(text)) and (month_number := month(named[2])):
        text = f"{named[1]}.{month_number}.{named[3]}"
    text = re.sub(r"(?<=\d)[/-](?=\d)", ".", text)
    for form in _FORMS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def serial(cell: str) -> date | None:
    """The day of a spreadsheet's serial number; for cells that hold nothing but days."""
    if not (found := re.fullmatch(r"(\d{5})(?:[.,]\d+)?", cell.strip())):
        return None
    return _EPOCH + timedelta(days=int(found[1]))


def month(word: str) -> int:
    """The number of a month by its Turkish name, or by three letters of it; 0 if it is none."""
    fitting = [at for at, name in enumerate(_MONTHS, start=1) if word in (name, name[:3])]
    return fitting[0] if fitting else 0
