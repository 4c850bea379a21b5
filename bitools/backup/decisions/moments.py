"""Times and spans as people write them on a command line."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bitools.errors import Usage
from bitools.i18n import _

_SPAN = re.compile(r"^([1-9][0-9]{0,4})([hdwmy])$")
_DAYS = {"h": 1 / 24, "d": 1, "w": 7, "m": 30.4375, "y": 365.25}
LONGEST = timedelta(days=30 * 366)


def moment(text: str, zone: ZoneInfo, *, end_of_day: bool = False) -> datetime:
    """Read ISO 8601; without an offset it is in this zone. A bare date is its first moment, or its last.

    Raise Usage.
    """
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise Usage(
            _('"{text}" is no time').format(text=text), hint=_("for example 2026-11-22 or 2026-11-22T14:30")
        ) from None
    if end_of_day and re.fullmatch(r"\d{4}-?\d\d-?\d\d", text):
        value = value.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return value if value.tzinfo else value.replace(tzinfo=zone)


def span(text: str) -> timedelta:
    """Read `36h`, `10d`, `8w`, `6m`, `3y`. Raise Usage."""
    found = _SPAN.match(text)
    if not found or timedelta(days=int(found[1]) * _DAYS[found[2]]) > LONGEST:
        raise Usage(
            _('"{text}" is no span of time').format(text=text),
            hint=_("for example 10d, 8w, 6m or 3y; 30 years at most"),
        )
    return timedelta(days=int(found[1]) * _DAYS[found[2]])
