"""Dates, times and spans as people type them; whatever bitools prints is read as well.

A time without an offset is in the inventory's zone. What is named less exactly than to the second is a
stretch: `2026-11-28` begins at midnight and ends with its last moment, `14:30` is a whole minute.

    7d 2w 3mo 3m 1y 12h 30min   so long ago; m and mo are months
    2026-11-28  28.11.2026      a day; 2026-11 and 2026 are a month and a year, 2026-W47 -Q4 -H2 what they say
    … 14:30  … T14:30:05+03:00  with a time
    28 Kasım 2026 14:30         as mails write it, in Turkish or English; Kasım 2026 is a month
    28.11.2026-14:30:05         as the address log is handed over
    half-yearly 2026-H2         as a plan says why a backup is kept
    today yesterday now         bugün dün şimdi; dün 14:30, and 14:30 alone is today's
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache

from bitools.errors import Usage
from bitools.i18n import LANGUAGES, MONTHS, _, plain, spoken, tiers

LONGEST = timedelta(days=30 * 366)
_TICK = timedelta(microseconds=1)
_CALLED = {
    "min": "min minute minutes dk dakika",
    "h": "h hour hours saat",
    "d": "d day days gun",
    "w": "w week weeks hafta",
    "m": "m mo month months ay",
    "y": "y year years yil",
}
_UNITS = {word: unit for unit, words in _CALLED.items() for word in words.split()}
_DAYS = {"min": 1 / 1_440, "h": 1 / 24, "d": 1, "w": 7, "m": 30.4375, "y": 365.25}
_MONTHS = {"m": 1, "y": 12}
_SPAN = re.compile(rf"([1-9]\d{{0,4}}) ?({'|'.join(_UNITS)})(?: (?:ago|once))?")
_DAY = re.compile(
    r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)|(?P<d2>\d{1,2})\.(?P<m2>\d{1,2})\.(?P<y2>\d{4})"
    r"|(?P<d3>\d{1,2}) (?P<name>[a-z]+) (?P<y3>\d{4})"
)
_TIME = re.compile(
    r"(?:t|,? |(?<=\.\d{4})-)"
    r"(?P<hour>\d\d?)(?::(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<part>\d{1,6})\d*)?)?)? ?"
    r"(?P<offset>z|[+-]\d\d(?::?[0-5]\d)?)?"
)
_PERIOD = re.compile(
    r"(?P<year>\d{4})(?:-(?:(?P<month>\d\d)|w(?P<week>\d\d)|q(?P<quarter>\d)|h(?P<half>\d)))?"
)
_MONTH = re.compile(r"(?P<name>[a-z]+) (?P<year>\d{4})")
_CLOCK = re.compile(r"\d\d?:\d\d(?::\d\d)?")
_RUN = re.compile(r"(\d{8}T\d{6}Z)(?:-[0-9A-F]+)?")
_NAMES = {plain(name): number for names in MONTHS for number, name in enumerate(names, start=1)}
_WORDS = {"now": None, "simdi": None, "today": 0, "bugun": 0, "yesterday": 1, "dun": 1}


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a word names: its first moment and its last, to the microsecond."""

    first: datetime
    last: datetime


def moment(text: str, now: datetime, zone: tzinfo, *, end: bool = False, option: str = "") -> datetime:
    """The first moment of what is named, or with `end` its last.

    Raise Usage for what is no time, naming the option it was given to.
    """
    try:
        found = stretch(text, now, zone)
    except Usage as error:
        raise error.but(target=option) from error
    return found.last if end else found.first


def stretch(text: str, now: datetime, zone: tzinfo) -> Stretch:
    """From when to when that is which people call so. Raise Usage for what is no time."""
    typed = _typed(text)
    try:
        return (
            _word(typed, now.astimezone(zone))
            or _day_and_time(typed, zone)
            or _period(typed, zone)
            or _compact(typed.upper(), zone)
        )
    except (ValueError, OverflowError):
        raise Usage(
            _('"{text}" is no time').format(text=text),
            hint=_("for example 2026-11-28, 28.11.2026 14:30, or how long ago: 12h, 7d, 4w, 3mo"),
        ) from None


def day(text: str, now: datetime, zone: tzinfo) -> date:
    """The day that is named, by itself or with a time; so long ago is none. Raise Usage."""
    found = stretch(text, now, zone)
    if found.first == found.last or found.last - found.first > timedelta(hours=25):  # clocks may go back
        raise Usage(_('"{text}" is no day').format(text=text), hint=_("for example 2026-11-28 or 28.11.2026"))
    return found.first.astimezone(zone).date()


def span(text: str) -> timedelta:
    """A length: `36h`, `10d`, `8w`, `6mo`, `3y`; 30 years at most. Raise Usage."""
    found = _SPAN.fullmatch(plain(text))
    length = timedelta(days=int(found[1]) * _DAYS[_UNITS[found[2]]]) if found else LONGEST
    if not found or length > LONGEST:
        raise Usage(
            _('"{text}" is no span of time').format(text=text),
            hint=_("for example 10d, 8w, 6mo or 3y; 30 years at most"),
        )
    return length


def dated(text: str) -> bool:
    """Does this look like a time, and not like a commit?"""
    words = _typed(text)
    word, _blank, rest = words.partition(" ")
    by_word = _CLOCK.fullmatch(words) or (word in _WORDS and (not rest or _CLOCK.fullmatch(rest)))
    period = "-" in words and _PERIOD.fullmatch(words)
    month = (named := _MONTH.fullmatch(words)) and named["name"] in _NAMES
    return bool(by_word or _SPAN.fullmatch(words) or _DAY.match(words) or period or month)


def _typed(text: str) -> str:
    """As words are compared; the tier that a period is one of says nothing more of it."""
    typed = plain(text)
    tier, _blank, period = typed.rpartition(" ")
    return period if tier and tier in _tiers() else typed


@cache
def _tiers() -> frozenset[str]:
    """What tiers are called, in every language."""
    found: set[str] = set()
    for language in LANGUAGES:
        with spoken(language):
            found.update(map(plain, tiers().values()))
    return frozenset(found)


def _word(typed: str, now: datetime) -> Stretch | None:
    if found := _SPAN.fullmatch(typed):
        count, unit = int(found[1]), _UNITS[found[2]]
        if unit in _MONTHS:
            then = _months_before(now, count * _MONTHS[unit])
        else:
            then = (now.astimezone(UTC) - count * timedelta(days=_DAYS[unit])).astimezone(now.tzinfo)
        return Stretch(then, then)
    word, _blank, rest = typed.partition(" ")
    if _CLOCK.fullmatch(typed):
        word, rest = "today", typed
    if word not in _WORDS or (rest and not _CLOCK.fullmatch(rest)):
        return None
    if (days := _WORDS[word]) is None:
        return None if rest else Stretch(now, now)
    on = now.date() - timedelta(days=days)
    return _at(on, f" {rest}", now.tzinfo) if rest else _days(on, 1, now.tzinfo)


def _months_before(now: datetime, count: int) -> datetime:
    """The same day so many months before; the last of a month that is shorter."""
    year, month = divmod(now.year * 12 + now.month - 1 - count, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, monthrange(year, month + 1)[1]))


def _day_and_time(typed: str, zone: tzinfo) -> Stretch | None:
    if not (found := _DAY.match(typed)):
        return None
    month = found["m"] or found["m2"] or str(_NAMES.get(found["name"] or "", 0))
    on = date(
        int(found["y"] or found["y2"] or found["y3"]),
        int(month),
        int(found["d"] or found["d2"] or found["d3"]),
    )
    if found.end() == len(typed):
        return _days(on, 1, zone)
    return _at(on, typed, zone, found.end())


def _at(on: date, typed: str, zone: tzinfo | None, begin: int = 0) -> Stretch:
    """That day at the time that is written from `begin` on. Raise ValueError."""
    if not (clock := _TIME.fullmatch(typed, begin)):
        raise ValueError(typed)
    at = time(int(clock["hour"]), int(clock["minute"] or 0), int(clock["second"] or 0))
    offset = clock["offset"]
    first = datetime.combine(on, at, _offset(offset) if offset else zone)
    if part := clock["part"]:
        first = first.replace(microsecond=int(part.ljust(6, "0")))
        return Stretch(first, first + timedelta(microseconds=10 ** (6 - len(part))) - _TICK)
    unit = "seconds" if clock["second"] else "minutes" if clock["minute"] else "hours"
    return Stretch(first, first + timedelta(**{unit: 1}) - _TICK)


def _offset(text: str) -> tzinfo:
    if text == "z":
        return UTC
    found = datetime.fromisoformat(f"2000-01-01T00:00:00{text}").tzinfo
    if found is None:
        raise ValueError(text)
    return found


def _period(typed: str, zone: tzinfo) -> Stretch | None:
    if named := _MONTH.fullmatch(typed):
        typed = f"{named['year']}-{_NAMES.get(named['name'], 0):02}"
    if not (found := _PERIOD.fullmatch(typed)):
        return None
    year = int(found["year"])
    if found["week"]:
        return _days(date.fromisocalendar(year, int(found["week"]), 1), 7, zone)
    number, months = 1, 12
    for kind, length in (("month", 1), ("quarter", 3), ("half", 6)):
        if found[kind]:
            number, months = int(found[kind]), length
    begin = date(year, (number - 1) * months + 1, 1)
    after = divmod(begin.month - 1 + months, 12)
    return _days(begin, (date(year + after[0], after[1] + 1, 1) - begin).days, zone)


def _compact(text: str, zone: tzinfo) -> Stretch:
    """ISO 8601 without signs between, and the names of runs, which begin so. Raise ValueError."""
    run = _RUN.fullmatch(text)
    found = datetime.fromisoformat(run[1] if run else text)
    if "T" not in text and " " not in text:
        return _days(found.date(), 1, zone)
    first = found if found.tzinfo else found.replace(tzinfo=zone)
    return Stretch(first, first + timedelta(seconds=1) - _TICK)


def _days(first: date, count: int, zone: tzinfo | None) -> Stretch:
    after = datetime.combine(first + timedelta(days=count), time(), zone)
    # in UTC and back: the difference of two moments of one zone would not see a clock that was changed
    last = (after.astimezone(UTC) - _TICK).astimezone(zone)
    return Stretch(datetime.combine(first, time(), zone), last)
