"""When a line was written: with its own offset, or by the source's zone, or without even a year.

A local time in the hour that clocks turned back happened twice: both instants are kept, and the order of the
lines decides later. A time that no clock showed, or that lies ahead of the moment the line was taken, is
impossible: the line stays, its time is not believed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from bitools.iplog.decisions.events import Flag

_AHEAD = 86_400_000  # ms a line may be ahead of the moment it was taken: zones that are set wrongly
_EARLIEST = 631_152_000_000  # 1990, before which no DHCP server wrote a log
_EPOCH, _MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)
_WITHIN = {f"{at // 60:02d}:{at % 60:02d}": at * 1000 for at in range(3600)}  # an hour, ms
_WHOLE = len("2026-11-28T03:00:00+03:00")
MONTHS = {  # as the C library writes them, in English and in Turkish
    name: number
    for names in (
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
        "Oca Şub Mar Nis May Haz Tem Ağu Eyl Eki Kas Ara",
    )
    for number, name in enumerate(names.split(), 1)
}


class Instant(NamedTuple):
    """Milliseconds since 1970 (UTC), what is doubtful about them, and the other instant they may mean."""

    at: int
    flags: int = 0
    alternative: int | None = None


NEVER = Instant(0, Flag.IMPOSSIBLE)


Quarter: TypeAlias = tuple[int, int | None]  # the instant it began, and the other one if it happened twice


class Clock:
    """Reads the times of one source. `taken` (ms) is when its lines were taken, or its file last written."""

    def __init__(self, zone: ZoneInfo, taken: int) -> None:
        self.zone = zone
        self.taken = taken
        self._quarters: dict[tuple[int, int, int, int], Quarter | None] = {}
        self._days: dict[tuple[int, int], int] = {}
        self._hours: dict[str, int] = {}  # as written, with the offset: lines come many an hour

    def exact(self, at: int) -> Instant:
        """An instant that the line names itself."""
        return Instant(at, 0, None) if _EARLIEST <= at <= self.taken + _AHEAD else NEVER

    def known(self, text: str) -> Instant | None:
        """The same for a time with an offset, of an hour that was read before: none other is understood."""
        begins, within = self._hours.get(text[:14] + text[-6:]), _WITHIN.get(text[14:19])
        if begins is None or within is None:
            return None
        if len(text) == _WHOLE:
            return self.exact(begins + within)
        fraction = text[20:-6]
        if len(text) == _WHOLE + 7 and text[19] == "." and fraction.isdecimal() and fraction.isascii():
            return self.exact(begins + within + int(fraction[:3]))
        return None

    def iso(self, text: str) -> Instant:
        """ISO 8601 with or without an offset; a space or a comma is as good as a T or a point."""
        if known := self.known(text):
            return known
        try:
            found = datetime.fromisoformat(text.replace(",", ".") if "," in text else text)
        except ValueError:
            return NEVER
        if found.tzinfo is not None:
            if text[-6] in "+-" and text[14:19] in _WITHIN:
                if len(self._hours) > 10_000:
                    self._hours.clear()
                self._hours[text[:14] + text[-6:]] = _milliseconds(
                    found.replace(minute=0, second=0, microsecond=0)
                )
            return self.exact(_milliseconds(found))
        return self.local(
            found.year,
            found.month,
            found.day,
            found.hour,
            found.minute,
            found.second,
            found.microsecond // 1000,
        )

    def named(self, text: str, zone: str) -> Instant:
        """ISO 8601 beside what its zone was called then (`%Z` of strftime(3)): an offset, UTC, or a name.

        A name that the source's zone did not have then is of another zone: nobody knows which.
        """
        if zone in ("UTC", "GMT") or (zone[:1] in ("+", "-") and zone[1:].isdecimal()):
            offset = zone if zone[:1] in ("+", "-") else "+00"
            return self.iso(f"{text}{offset[:3]}:{offset[3:5] or '00'}")
        here = self.iso(text)
        for at in (here.at, here.alternative):
            if at is not None and datetime.fromtimestamp(at / 1000, self.zone).tzname() == zone:
                return Instant(at, here.flags)
        return NEVER

    def local(
        self,
        year: int,
        month: int,
        day: int,
        hour: int,
        minute: int,
        second: int,
        milli: int = 0,
        flags: int = 0,
    ) -> Instant:
        """A time on the source's wall."""
        quarter = (year, month, day, hour * 4 + minute // 15)
        try:
            known = self._quarters[quarter]
        except KeyError:
            if len(self._quarters) > 10_000:
                self._quarters.clear()
            known = self._quarters[quarter] = self._quarter(year, month, day, hour, minute)
        if known is None or not (0 <= minute < 60 and 0 <= second <= 60):
            return NEVER
        within = (minute % 15) * 60_000 + second * 1000 + milli
        at = known[0] + within
        if not _EARLIEST <= at <= self.taken + _AHEAD:
            return NEVER
        other = None if known[1] is None else known[1] + within
        return Instant(at, flags | Flag.ZONE, other)

    def yearless(self, month: str, day: int, hour: int, minute: int, second: int) -> Instant:
        """A time without a year (RFC 3164): the last one that is not ahead of the moment of taking."""
        number = MONTHS.get(month)
        if number is None:
            return NEVER
        key = (number, day)
        if key not in self._days:
            self._days[key] = self._year(number, day)
        year = self._days[key]
        return self.local(year, number, day, hour, minute, second, flags=Flag.YEAR) if year else NEVER

    def _year(self, month: int, day: int) -> int:
        latest = datetime.fromtimestamp(self.taken / 1000, self.zone).date() + timedelta(days=1)
        for year in range(latest.year, latest.year - 9, -1):  # a leap day may be eight years back
            try:
                if latest.replace(year=year, month=month, day=day) <= latest:
                    return year
            except ValueError:
                continue
        return 0

    def _quarter(
        self, year: int, month: int, day: int, hour: int, minute: int
    ) -> tuple[int, int | None] | None:
        """The instant a quarter of an hour began, and the other if it happened twice; None if never."""
        try:
            wall = datetime(year, month, day, hour, minute - minute % 15, tzinfo=self.zone)
        except ValueError:
            return None
        first = wall.astimezone(UTC)
        if first.astimezone(self.zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
            return None
        second = wall.replace(fold=1).astimezone(UTC)
        return _milliseconds(first), _milliseconds(second) if second != first else None


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND
