"""The audit log of Microsoft's DHCP server (`DhcpSrvLog-*.log`), every layout and language.

    ID,Date,Time,Description,IP Address,Host Name,MAC Address[,User Name,TransactionID,QResult,…]

7 columns (2008) to 19 (2016 and later); the first seven never moved. The number decides, never the words: the
description, the heading and the file's name follow the server's language. Dates are month/day/year, times
local. 10 and 20, 21: given; 11: renewed; 12: released; 13: in use by somebody else; 16, 17, 18, 23: over. How
long a lease lasts is not said. Commas in a host name shift what follows; a line where that is not clear is
not guessed at. (learn.microsoft.com: "Analyze DHCP server log files")

DHCPv6 has files of its own (`DhcpV6SrvLog-*.log`), numbers from 11000: `ID,Date,Time,Description,IPv6
Address,Host Name,Error Code,Duid Length,Duid Bytes(Hex),…`. An agent may put a syslog frame before either.
"""

from __future__ import annotations

import re

from bitools.iplog.decisions import addresses
from bitools.iplog.decisions.events import Action, Event, Flag, Meaning, Reader, Word
from bitools.iplog.decisions.frames import unframe
from bitools.iplog.decisions.instants import NEVER, Clock, Instant

_LINE = re.compile(r"\ufeff?\s*(\d{1,5}),([^,]*),([^,]*),(.*)$")
_DATE = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})$")
_TIME = re.compile(r"(\d{1,2}):(\d\d):(\d\d)$")
_ACTIONS = {
    10: Action.ACK, 11: Action.ACK, 20: Action.ACK, 21: Action.ACK, 12: Action.RELEASE, 13: Action.DECLINE,
    16: Action.EXPIRE, 17: Action.EXPIRE, 18: Action.EXPIRE, 23: Action.EXPIRE,
}  # fmt: skip
_SIXTH = {
    11002: Action.ACK, 11004: Action.ACK, 11005: Action.ACK, 11006: Action.DECLINE, 11007: Action.RELEASE,
    11015: Action.DECLINE, 11016: Action.EXPIRE, 11018: Action.EXPIRE, 11019: Action.EXPIRE,
}  # fmt: skip
_KNOWN = frozenset(
    {0, 1, 2, 14, 15, 22, 24, 25, *range(30, 37)}
)  # nobody gets or loses an address; 50 on: who may serve
_QUIET_SIXTH = frozenset(
    {11000, 11001, 11003, *range(11008, 11015), *range(11020, 11033)}
)  # asked, offered, full, started, names
_IP_SIXTH = re.compile(r"(?:^|,)[0-9a-fA-F]{0,4}:[0-9a-fA-F:]*:[0-9a-fA-F:.]*(?:,|$)")
_NUMBER_SIXTH = re.compile(r"110[0-3]\d\b")
_PATIENCE = 3600  # seconds an address in use by others rests: as BAD_ADDRESS
_IP = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
_HARDWARE = re.compile(r"(?:[0-9A-Fa-f]{2}[-:]?){5,}[0-9A-Fa-f]{2}")
_LAYOUTS = (7, 9, 13, 18, 19)  # numbers of columns that were seen; one more if the line ends in a comma


def reader(clock: Clock) -> Reader:
    """Read audit lines; the heading, in whatever language, is ignored."""

    def read(line: str) -> Meaning:
        found = _LINE.match(line) or _framed(line, clock)
        if found is None:
            return Word.UNPARSED if _IP.search(line) or _sixth_elsewhere(line) else Word.IGNORED
        number = int(found[1])
        if number in _KNOWN or 50 <= number < 1000:
            return Word.IGNORED
        if sixth := _SIXTH.get(number):
            return _sixth(sixth, found, clock)
        action = _ACTIONS.get(number)
        if action is None:
            strange = _IP.search(found[4]) or (number not in _QUIET_SIXTH and _IP_SIXTH.search(found[4]))
            return Word.UNPARSED if strange else Word.IGNORED
        return _event(action, number, found[2].strip(), found[3].strip(), found[4], clock)

    return read


def _sixth_elsewhere(line: str) -> bool:
    """Has a line in another layout the number of such an event, and what may be an address?"""
    return _NUMBER_SIXTH.search(line) is not None and ("::" in line or line.count(":") >= 7)


def _framed(line: str, clock: Clock) -> re.Match[str] | None:
    """The same behind a syslog frame, whose own time is the agent's."""
    framed = unframe(line, clock)
    if framed.instant is NEVER:
        return None
    return _LINE.match(framed.message) or _LINE.match(framed.message.partition(" ")[2])


def _sixth(action: Action, found: re.Match[str], clock: Clock) -> Meaning:
    """An event of DHCPv6: the identity is the client's DUID. A request that is logged was granted or denied:
    which, the error code says."""
    fields = [field.strip() for field in found[4].split(",")]
    ip = addresses.address(fields[1]) if len(fields) > 1 else None
    if not isinstance(ip, bytes):
        return Word.UNPARSED
    if action is Action.ACK and len(fields) > 3 and fields[3] not in ("", "0"):
        return Word.IGNORED
    instant = _instant(found[2].strip(), found[3].strip(), clock)
    if instant.flags & Flag.IMPOSSIBLE:
        return Word.IMPOSSIBLE
    host = fields[2] if len(fields) > 2 else ""
    identity = addresses.client(fields[5].removeprefix("0x")) if len(fields) > 5 else None
    rests = _PATIENCE if action is Action.DECLINE else None
    return Event(instant.at, action, ip, identity, host, rests, "", "", instant.flags, instant.alternative)


def _event(action: Action, number: int, date: str, time: str, rest: str, clock: Clock) -> Meaning:
    fields = _fields(rest)
    ip = addresses.address(fields[0]) if fields else None
    if fields is None or ip is None:
        return Word.UNPARSED
    instant = _instant(date, time, clock)
    if instant.flags & Flag.IMPOSSIBLE:
        return Word.IMPOSSIBLE
    flags = instant.flags | (Flag.BEGIN if number == 11 else 0)
    rests = _PATIENCE if action is Action.DECLINE else None
    mac = addresses.client(fields[2])
    return Event(instant.at, action, ip, mac, fields[1], rests, "", "", flags, instant.alternative)


def _fields(rest: str) -> tuple[str, str, str] | None:
    """Address, host name, hardware address of what follows the time: `Description,IP,Host,MAC,…`.

    None where it cannot be told which field is which.
    """
    fields = [field.strip() for field in rest.split(",")]
    first = next((at for at, field in enumerate(fields[1:4], 1) if _IP.fullmatch(field)), 0)
    if not first:
        return None
    ip, after = fields[first], fields[first + 1 :]
    columns = len(after) + 5
    if columns in _LAYOUTS or columns - 1 in _LAYOUTS:
        if len(after) >= 2 and (not after[1] or _HARDWARE.fullmatch(after[1])):
            return ip, after[0], after[1]
        if len(after) < 2:
            return ip, after[0] if after else "", ""
    hardware = [at for at, field in enumerate(after) if at and re.fullmatch(r"[0-9A-Fa-f]{12}", field)]
    if len(hardware) != 1:
        return None
    return ip, ",".join(after[: hardware[0]]), after[hardware[0]]


def _instant(date: str, time: str, clock: Clock) -> Instant:
    day, wall = _DATE.match(date), _TIME.match(time)
    if day is None or wall is None:
        return NEVER
    year = int(day[4]) + (2000 if len(day[4]) == 2 else 0)
    first, second = int(day[1]), int(day[3])
    month, number = (first, second) if day[2] == "/" else (second, first)
    return clock.local(year, month, number, int(wall[1]), int(wall[2]), int(wall[3]))
