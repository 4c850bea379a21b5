"""Dates as people type them. Pure; git would read any word at all as some date."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo

from bitools.errors import Usage
from bitools.i18n import _

_SPANS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_SPAN = re.compile(r"(\d{1,5})([hdw])")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def moment(text: str, now: datetime, zone: tzinfo, *, end: bool = False) -> datetime:
    """`2026-11-01` (its start, or with `end` its last second), `2026-11-01 14:30`, or `7d`: that long ago.

    Times without an offset are in `zone`. Raise Usage for anything else.
    """
    if span := _SPAN.fullmatch(text.strip()):
        return now - int(span[1]) * _SPANS[span[2]]
    try:
        if _DAY.fullmatch(text.strip()):
            edge = time(23, 59, 59) if end else time()
            return datetime.combine(date.fromisoformat(text.strip()), edge, zone)
        found = datetime.fromisoformat(text.strip())
    except (ValueError, OverflowError):
        raise Usage(
            _('"{text}" is no date').format(text=text),
            hint=_("2026-11-01, 2026-11-01T14:30, or how long ago: 12h, 7d, 4w"),
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def dated(text: str) -> bool:
    """Does this look like a date or a span, and not like a commit?"""
    return bool(_DAY.match(text) or _SPAN.fullmatch(text))
