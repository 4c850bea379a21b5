"""The syslog frame around a message: RFC 5424, RFC 3164 with its many habits, rsyslog's ISO times, or none.

The message begins where the frame ends and nowhere else: a host name that a client chose may look like a
whole line of the server's.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from bitools.iplog.decisions.instants import MONTHS, NEVER, Clock, Instant

_ISO = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?"
_BSD = (  # with a weekday it is the C library's `asctime`, as OpenWrt writes it: the year stands behind
    r"(?P<weekday>[A-Z][a-z]{2} )?(?P<month>[^\W\d_]{3}) {1,2}(?P<day>\d{1,2})(?: (?P<year>\d{4}))?,? "
    r"(?P<clock>\d\d:\d\d:\d\d)(?:\.\d+)?(?(weekday) (?P<after>\d{4})|)"
)
_LEVEL = (
    r"(?:[a-z]+\d?\.(?:emerg|alert|crit|err|error|warn|warning|notice|info|debug) )?"  # busybox writes it
)
_FIVE = re.compile(
    rf"(?:<\d{{1,3}}>)?1 (?P<iso>{_ISO}) \S+ (?P<program>\S+) \S+ \S+ "
    r"(?:-|(?:\[(?:[^\]\\\"]|\\.|\"(?:[^\"\\]|\\.)*\")*\])+) ?(?:\ufeff)?"
)
_THREE = re.compile(
    rf"(?:<\d{{1,3}}>)?(?:(?P<iso>{_ISO})|{_BSD}):? "
    rf"(?:(?P<host>[^\s:\[\]]+|[0-9a-fA-F:.]+) )??{_LEVEL}(?:(?P<program>[A-Za-z][\w./-]*)(?:\[\d+\])?: )"
)
_SENDER = r"[^\s:\[\]]+ (?P<program>[A-Za-z][\w./-]*)(?:\[\d+\])?"
_HEAD, _COMMON = re.compile(_SENDER), re.compile(rf"(?P<iso>{_ISO}) {_SENDER}: ")  # rsyslog's
_LONGEST = 256  # characters of a sender that is remembered
_BARE = re.compile(rf"(?:<\d{{1,3}}>)?(?:(?P<iso>{_ISO})|{_BSD}):? ")
_RELAYED = re.compile(r"\S+ (?=<?\d|[A-Z])")  # who sent a line on that has a frame of its own
_NIL = "-"  # a program that nobody named (RFC 5424 §6)
_AGAIN = re.compile(r"message repeated \d+ times: \[ ?(.*)\]$")  # rsyslog's word for lines that are alike


class Framed(NamedTuple):
    """When, which program, and the message."""

    instant: Instant
    program: str
    message: str


def unframe(line: str, clock: Clock) -> Framed:
    """Take the frame off. A line without one is all message, at no time (`NEVER`).

    A relay may have put a frame of its own around it: the server's counts.
    """
    framed = _framed(line, clock)
    if framed.message.startswith("message repeated ") and (again := _AGAIN.match(framed.message)):
        return framed._replace(message=again[1])
    return framed


def _framed(line: str, clock: Clock) -> Framed:
    stamp, _blank, behind = line.partition(" ")
    if instant := clock.known(stamp):
        sender, colon, message = behind.partition(": ")
        if colon and len(sender) <= _LONGEST and (program := _program(sender)):
            return Framed(instant, program, message)
    if found := _COMMON.match(line):
        return Framed(clock.iso(found["iso"]), found["program"], line[found.end() :])
    found = _FIVE.match(line) if line[:1] in ("1", "<") else None
    found = found or _THREE.match(line) or _BARE.match(line)
    if found is None:
        return Framed(NEVER, "", line)
    program = found.groupdict().get("program") or ""
    if program and program != _NIL:
        return Framed(_instant(found, clock), program, line[found.end() :])
    sent = _RELAYED.match(line, found.end())
    for begin in (found.end(), sent.end() if sent else found.end()):
        if inner := _THREE.match(line, begin) or _FIVE.match(line, begin) or _BARE.match(line, begin):
            named = inner.groupdict().get("program") or ""
            return Framed(_instant(inner, clock), "" if named == _NIL else named, line[inner.end() :])
    return Framed(_instant(found, clock), "", line[found.end() :])


@lru_cache(maxsize=1024)
def _program(sender: str) -> str | None:
    """Which program wrote it, by what rsyslog writes between time and message; there are few of them."""
    found = _HEAD.fullmatch(sender)
    return found["program"] if found else None


def _instant(found: re.Match[str], clock: Clock) -> Instant:
    if iso := found["iso"]:
        return clock.iso(iso)
    fields = found.groupdict()
    hour, minute, second = (int(part) for part in fields["clock"].split(":"))
    if year := fields["year"] or fields["after"]:
        month = MONTHS.get(fields["month"], 0)
        return clock.local(int(year), month, int(fields["day"]), hour, minute, second)
    return clock.yearless(fields["month"], int(fields["day"]), hour, minute, second)
