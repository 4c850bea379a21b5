"""How long a day is kept: by the calendar, counted from the day after (Turkish Code of Obligations art. 92).

`2y` from 29 November 2024 ends with 28 November 2026; a month without that day ends with its last one.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

_SPAN = re.compile(r"(\d{1,4})(d|w|mo|y)$")


def last_day(day: date, span: str) -> date:
    """The last day on which lines taken on `day` are kept. Raise ValueError for a span that is none."""
    found = _SPAN.match(span)
    if found is None:
        raise ValueError(span)
    count, unit = int(found[1]), found[2]
    if unit in ("d", "w"):
        return day + timedelta(days=count * (7 if unit == "w" else 1))
    months = day.year * 12 + day.month - 1 + count * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def over(day: date, span: str, today: date) -> bool:
    """May lines taken on `day` go? The whole last day must have passed."""
    return last_day(day, span) < today
