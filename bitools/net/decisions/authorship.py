"""Who changed it: only those who can be shown to have done so since the device was last seen. Pure.

A header names the last one who configured the device, whenever that was: it is believed if it is another than
before, and not older. The log names all of them. Two people are `several`, and both are named. Somebody whom
nobody names (a console without log-in, a log that lost its beginning, a clock that goes ahead) may be another
one: beside him a single name proves nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any

from bitools import regex
from bitools.net.decisions.configuration import plain_author
from bitools.platforms.model import ConfigLog

ACTS = ("net.apply", "net.restore")
SEVERAL = "several"
SOMEBODY = ""  # configured it, and the device does not say who
_SKEW = timedelta(minutes=5)  # a device's clock may be ahead
_SECOND = timedelta(seconds=1)
_MONTHS = {
    name: number for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)
}
_CLOCK = re.compile(
    r"(?P<clock>\d\d:\d\d:\d\d)(?:\.\d+)?(?P<offset>[+-]\d\d:?\d\d)?(?: (?P<zone>[A-Z]{1,5}\b))?"
)
_DAY = re.compile(
    r"(?P<y>\d{4})[-/](?P<m>\d\d)[-/](?P<d>\d\d)"
    r"|(?P<name>[A-Z][a-z]{2}) +(?P<d2>\d{1,2})(?:.*? (?P<y2>\d{4}))?"
)


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of a device's log that says who configured it, and when; most devices count in whole seconds.

    `user` is empty if it says only that somebody did.
    """

    at: datetime
    user: str

    def __str__(self) -> str:
        return f"{self.at.isoformat()} {self.user}"


@dataclass(frozen=True, slots=True)
class LastSeen:
    """When a device was last seen, and what its header said then; empty if that is not known.

    `heard` are the lines of its log that were read then and are not older than `at`; None if it was not read.
    """

    at: datetime
    header: str = ""
    heard: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Log:
    """What was read of a device's log; `lost`: it may have lost what came first."""

    lines: tuple[LogLine, ...] = ()
    lost: bool = False


def read_log(text: str, journal: ConfigLog, seen: LastSeen, now: datetime, zone: tzinfo) -> Log:
    """What a log says, and whether it reaches back to when the device was last seen."""
    return Log(tuple(read_journal(text, journal, seen, now, zone)), lost(text, journal, seen, now, zone))


def read_journal(text: str, journal: ConfigLog, seen: LastSeen, now: datetime, zone: tzinfo) -> list[LogLine]:
    """What the log says since the device was last seen; a clock without offset is in `zone`.

    Lines of the future are among them: they are remembered, so that nobody believes them once it is there.
    """
    lines = []
    for pattern in journal.lines:
        for found in regex.compile(pattern, lines=True).finditer(text):
            when, user = _time(found["time"], journal.times, now, zone), plain_author(found["user"] or "")
            if when and seen.at.replace(microsecond=0) <= when:
                lines.append(LogLine(when, user))
    return lines


def from_journal(log: Log, seen: LastSeen, now: datetime) -> frozenset[str]:
    """The people whom the log names for what was done since the device was last seen.

    A line that was read then says nothing anew. If the log was not read, a line of that very second may tell
    of what had been done before: it is not believed. Nor is any, if the device's clock goes ahead of ours.
    """
    heard = Counter(seen.heard or ())
    fresh = []
    for line in log.lines:
        if heard[str(line)]:
            heard[str(line)] -= 1
        else:
            fresh.append(line)
    if any(line.at > now + _SKEW for line in fresh):
        return frozenset({SOMEBODY})
    if seen.heard is None:
        fresh = [line for line in fresh if line.at - seen.at.replace(microsecond=0) >= _SECOND]
    return frozenset(line.user for line in fresh)


def lost(text: str, journal: ConfigLog, seen: LastSeen, now: datetime, zone: tzinfo) -> bool:
    """Does a log begin only after the device was last seen? Then what came first may have been overwritten.

    Nobody can tell of one that has nothing in it but lines of who configured the device.
    """
    patterns = [regex.compile(pattern) for pattern in journal.lines]
    others = 0
    for line in text.splitlines():
        when = _begins(line, now, zone)
        if when is None:
            continue
        if when <= seen.at:
            return False
        others += not any(pattern.search(line) for pattern in patterns)
    return others > 0


def _begins(line: str, now: datetime, zone: tzinfo) -> datetime | None:
    """When a line of a log was written; it says so at its beginning, often without the year."""
    when = header_time(line[:40], now.year, zone)
    if when is None or when <= now + timedelta(days=1):
        return when
    return when - timedelta(days=365) if when.year == now.year else None


def still_heard(lines: Iterable[str], at: datetime) -> tuple[str, ...]:
    """Those of the lines that were read which a device seen at this time could still be asked about."""
    return tuple(line for line in lines if _spoken_at(line) >= at.replace(microsecond=0))


def _spoken_at(line: str) -> datetime:
    try:
        return datetime.fromisoformat(line.split(" ", 1)[0]).astimezone()
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _time(text: str, forms: Sequence[str], now: datetime, zone: tzinfo) -> datetime | None:
    """A device's time. Without a year it is the last time that this day was."""
    plain = " ".join(text.split())
    for form in forms:
        dated = "%Y" in form or "%y" in form
        try:
            found = datetime.strptime(
                plain if dated else f"{now.year} {plain}", form if dated else f"%Y {form}"
            )
        except ValueError:
            continue
        when = found if found.tzinfo else found.replace(tzinfo=zone)
        if not dated and when > now + timedelta(days=1):
            when = when.replace(year=when.year - 1)
        return when
    return None


def from_ledger(entries: Iterable[Mapping[str, Any]], device: str, after: datetime) -> frozenset[str]:
    """Who changed the device with bitools since `after`."""
    return frozenset(
        plain_author(str(entry["actor"]))
        for entry in entries
        if entry.get("action") in ACTS
        and entry.get("target") == device
        and entry.get("outcome") == "done"
        and datetime.fromisoformat(str(entry["time"])) >= after
    )


def from_header(author: str, changed_at: str, seen: LastSeen, zone: tzinfo) -> frozenset[str]:
    """Whom the header names, if it tells of a change since the device was last seen."""
    if not author or (seen.header and seen.header == header(author, changed_at)):
        return frozenset()
    when = header_time(changed_at, seen.at.year, zone)
    if when is None:  # then only that it is another one than before says that it is new
        return frozenset({author}) if seen.header else frozenset()
    return frozenset({author}) if when >= seen.at - _SKEW else frozenset()


def header(author: str, changed_at: str) -> str:
    """What is remembered of a header."""
    return f"{author} {changed_at}".strip()


def header_time(text: str, year: int, zone: tzinfo) -> datetime | None:
    """When a header says that it was; None if it cannot be read. A clock without offset is in `zone`."""
    clock, day = _CLOCK.search(text), _DAY.search(text)
    if not clock or not day:
        return None
    try:
        month = int(day["m"]) if day["m"] else _MONTHS[day["name"]]
        date = (int(day["y"] or day["y2"] or year), month, int(day["d"] or day["d2"]))
        found = datetime.combine(datetime(*date), time.fromisoformat(clock["clock"]))
    except (KeyError, ValueError):
        return None
    if clock["offset"]:
        return datetime.fromisoformat(f"{found.isoformat()}{clock['offset']}")
    return found.replace(tzinfo=UTC if clock["zone"] in ("UTC", "GMT", "Z") else zone)


def combined(
    by_header: frozenset[str], by_log: frozenset[str], by_ledger: frozenset[str], *, account: str, lost: bool
) -> frozenset[str]:
    """Who a header, a log and our ledger name. Who typed with our account is known from the ledger alone.

    `lost`: the log may have lost its beginning; then it proves nothing but beside a header.
    """
    people = by_header | by_log
    if by_ledger:
        people -= {plain_author(account)}
    if lost and not by_header:
        people |= {SOMEBODY}
    return people | by_ledger


def naming(people: frozenset[str]) -> tuple[str, tuple[str, ...]]:
    """The author of a change, and everybody's names: one, `several`, or nobody."""
    names = tuple(sorted(people - {SOMEBODY}))
    if len(names) > 1:
        return SEVERAL, names
    return (names[0] if names and SOMEBODY not in people else ""), names
