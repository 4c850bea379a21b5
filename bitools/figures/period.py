"""The month or the year a report is about. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bitools import moments
from bitools.errors import Usage
from bitools.i18n import _, month_name

_LATE = {"month": timedelta(days=5), "year": timedelta(days=59)}


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to, not including, `end`, in the inventory's zone. `kind`: `month` or `year`."""

    kind: str
    start: datetime
    end: datetime

    @property
    def name(self) -> str:
        """`2026` or `2026-11`."""
        return f"{self.start:%Y}" if self.kind == "year" else f"{self.start:%Y-%m}"

    @property
    def title(self) -> str:
        """`2026` or `Kasım 2026`."""
        year = str(self.start.year)
        return year if self.kind == "year" else f"{month_name(self.start.month)} {year}"

    def holds(self, moment: datetime) -> bool:
        """Is this moment in it?"""
        return self.start <= moment < self.end

    @property
    def parts(self) -> tuple[str, ...]:
        """Its months (`01` to `12`) or days (`01` to `31`)."""
        count = 12 if self.kind == "year" else (self.end - timedelta(hours=12)).day
        return tuple(f"{number:02}" for number in range(1, count + 1))

    def named(self, part: str) -> str:
        """One of its parts as people say it: `Kasım`, or the `5` of a month."""
        return month_name(int(part)) if self.kind == "year" else str(int(part))

    def part(self, moment: datetime) -> str:
        """Which of its parts this moment is in."""
        local = moment.astimezone(self.start.tzinfo)
        return f"{local.month if self.kind == 'year' else local.day:02}"


def period(kind: str, name: str, now: datetime, zone: ZoneInfo) -> Period:
    """The period of this name; without one the current one, or for a while the one just ended.

    A month is reported in the first five days after it, a year until the end of February: that is when its
    report is due. The name is any that `moments` reads as just that. Raise Usage if it is none.
    """
    local = now.astimezone(zone)
    if not name:
        moment = local - _LATE[kind]
        return _of(kind, moment.year, moment.month, zone)
    if not (found := _named(kind, name, now, zone)):
        example = f"{local:%Y}" if kind == "year" else f"{local:%Y-%m}"
        message = _('"{name}" is no year') if kind == "year" else _('"{name}" is no month')
        raise Usage(message.format(name=name), hint=_("for example: {example}").format(example=example))
    return found


def _named(kind: str, name: str, now: datetime, zone: ZoneInfo) -> Period | None:
    try:
        found = moments.stretch(name, now, zone)
    except Usage:
        return None
    if not 2000 <= found.first.year < 2100:
        return None
    whole = _of(kind, found.first.year, found.first.month, zone)
    if found.first != whole.start or found.last != whole.end - timedelta(microseconds=1):
        return None
    return whole


def _of(kind: str, year: int, month: int, zone: ZoneInfo) -> Period:
    if kind == "year":
        return Period(kind, datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone))
    after = (year + 1, 1) if month == 12 else (year, month + 1)
    return Period(kind, datetime(year, month, 1, tzinfo=zone), datetime(*after, 1, tzinfo=zone))
