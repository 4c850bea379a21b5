"""MikroTik RouterOS, topic `dhcp,info`, and translations by a firewall rule that logs.

    NAME assigned IP for MAC HOST      NAME deassigned IP for MAC HOST     (RouterOS 7)
    NAME assigned IP to MAC            NAME deassigned IP from MAC         (RouterOS 6)

Both wordings are in MikroTik's own documentation and in public test data. A renewal writes nothing, so a
lease lasts from `assigned` until `deassigned`, with no length said. A translation (documentation: "Log"):

    srcnat: in:… out:…, …, proto TCP (SYN), 10.0.0.5:5100->198.51.100.7:443, NAT
        (10.0.0.5:5100->203.0.113.4:5100)->198.51.100.7:443, len 52
"""

from __future__ import annotations

import re

from bitools.iplog.decisions import addresses
from bitools.iplog.decisions.events import LONGEST, Action, Event, Flag, Meaning, Reader, Session, Word
from bitools.iplog.decisions.frames import unframe
from bitools.iplog.decisions.instants import MONTHS, NEVER, Clock, Instant

_LEASE = re.compile(
    r"(?P<server>.*?) ?\b(?P<de>de)?assigned (?P<ip>[0-9a-fA-F:.]+) (?:for|to|from) "
    r"(?P<mac>[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5})(?: (?P<host>.*))?$"
)
_GIVEN = re.compile(r"\d+\.\d+\.\d+\.\d+|\bassigned [0-9a-fA-F]*:")  # IPv6: its layout nobody has shown us
_NAT = re.compile(
    r".*?proto (?P<protocol>[A-Za-z]+)(?: \([^)]*\))?, (?:[\d.]+:\d+->[\d.]+:\d+), "
    r"NAT \((?P<inside>[\d.]+):(?P<inside_port>\d{1,5})->(?P<public>[\d.]+):(?P<public_port>\d{1,5})\)"
)
_PORTLESS = re.compile(r".*?proto [^,(]+(?: \([^)]*\))?, [\d.]+->[\d.]+, NAT \(")  # ICMP, GRE
_TOPICS = re.compile(r"(?:\S+: )?(?:[a-z0-9!-]+,)+[a-z0-9!,-]+:? ")
_OWN = re.compile(
    r"(?:(?P<date>[A-Za-z]{3}/\d\d/\d{4}|\d{4}-\d\d-\d\d|[A-Za-z]{3}/\d\d|\d\d-\d\d) )?"
    r"(?P<clock>\d\d:\d\d:\d\d) "
)
_NAMES = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_PROTOCOLS = {"TCP": 6, "UDP": 17}


def reader(clock: Clock) -> Reader:
    """Read RouterOS' lines, from a syslog server or from its own log files."""

    def read(line: str) -> Meaning:
        instant, program, text = unframe(line, clock)
        if instant is NEVER and (own := _OWN.match(line)):
            instant, text = _own(own, clock), line[own.end() :]
        if program:
            text = f"{program}: {text}"  # a prefix of an action's looks like a program
        if topics := _TOPICS.match(text):
            text = text[topics.end() :]
        if "assigned " in text:
            return _lease(text, instant)
        return _translation(text, instant) if "NAT (" in text else Word.IGNORED

    return read


def _own(found: re.Match[str], clock: Clock) -> Instant:
    """A time of RouterOS' own files; without a date it is of the day it was taken."""
    hour, minute, second = (int(part) for part in found["clock"].split(":"))
    date = found["date"] or ""
    if len(date) == 10 and date[0].isdigit():
        return clock.iso(f"{date} {found['clock']}")
    if len(date) == 11:
        month = MONTHS.get(date[:3].capitalize(), 0)
        return clock.local(int(date[7:]), month, int(date[4:6]), hour, minute, second)
    if len(date) == 6:  # of this year, by RouterOS 6
        return clock.yearless(date[:3].capitalize(), int(date[4:]), hour, minute, second)
    if len(date) == 5 and 1 <= int(date[:2]) <= 12:  # and by RouterOS 7
        return clock.yearless(_NAMES[int(date[:2]) - 1], int(date[3:]), hour, minute, second)
    return NEVER


def _lease(text: str, instant: Instant) -> Meaning:
    found = _LEASE.match(text)
    ip = addresses.address(found["ip"]) if found else None
    if found is None or ip is None:
        return Word.UNPARSED if _GIVEN.search(text) else Word.IGNORED
    if instant.flags & Flag.IMPOSSIBLE:
        return Word.IMPOSSIBLE
    action = Action.RELEASE if found["de"] else Action.ACK
    lease = None if found["de"] else LONGEST
    return Event(
        instant.at, action, ip, addresses.mac(found["mac"]), found["host"] or "", lease,
        "", "", instant.flags, instant.alternative,
    )  # fmt: skip


def _translation(text: str, instant: Instant) -> Meaning:
    found = _NAT.match(text)
    if found is None:
        return Word.IGNORED if _PORTLESS.match(text) else Word.UNPARSED
    inside, public = addresses.address(found["inside"]), addresses.address(found["public"])
    if inside is None or public is None:
        return Word.UNPARSED
    if inside == public:
        return Word.IGNORED
    if instant.flags & Flag.IMPOSSIBLE:
        return Word.IMPOSSIBLE
    ports = int(found["public_port"]), int(found["inside_port"])
    protocol = _PROTOCOLS.get(found["protocol"].upper(), 0)
    return Session(instant.at, instant.at, public, ports[0], inside, ports[1], protocol, instant.flags)
