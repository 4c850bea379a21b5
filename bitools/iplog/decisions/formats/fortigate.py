"""FortiGate's event and traffic logs: `key=value`, quoted or not, in any order (FortiOS Log Message
Reference).

DHCP: 26001 `dhcp_msg="Ack"` with lease seconds, 26002 `Release`. Traffic: a session's end, with `transip` and
`transport`, where it was translated, and its duration. `eventtime` is nanoseconds since FortiOS 6.2, seconds
before, absent in 5.x; where it is not of about the line's own date and time, these count, with `tz`.
"""

from __future__ import annotations

import re

from bitools.iplog.decisions import addresses
from bitools.iplog.decisions.events import LONGEST, Action, Event, Flag, Meaning, Reader, Session, Word
from bitools.iplog.decisions.frames import unframe
from bitools.iplog.decisions.instants import NEVER, Clock, Instant

_FIELD = re.compile(r'(?<![\w-])([A-Za-z_][\w-]*)=("(?:[^"\\]|\\.)*"|[^\s",]*)')  # a comma: `set format csv`
_CEF = re.compile(r"CEF: ?0\|Fortinet\|")
_CEF_FIELD = re.compile(r"(?:^|[ |])(?:FTNTFGT)?([A-Za-z_][\w-]*)=((?:[^\\=]|\\.)*?)(?=$| [A-Za-z_][\w-]*=)")
_CEF_ESCAPED = re.compile(r"\\(.)")
_FRAME = " line"  # no key: the whole line, where only the frame around it says when
_CEF_NAMES = {
    "src": "srcip", "spt": "srcport", "sourceTranslatedAddress": "transip",
    "sourceTranslatedPort": "transport", "dhost": "hostname", "deviceInboundInterface": "interface",
}  # fmt: skip
_GLUED = re.compile(r"(\d+)([A-Za-z_]\w*)=(.*)")  # `eventtime=1528223575srcip=…`: in Fortinet's own samples
_ACTIONS = {"ack": Action.ACK, "release": Action.RELEASE, "decline": Action.DECLINE}
_QUIET = frozenset({"discover", "offer", "request", "nak", "inform"})
_NUMBERS = {"0100026001": "ack", "0100026002": "release"}
_WORDS = ("dhcp_msg", "transip", "DHCP", "sourceTranslatedAddress")
_SAID = {"dhcp_msg", "transip"}  # a line with one of these was read, whatever else it quotes
_TOLD = re.compile(
    r"\b(?:FTNTFGT)?(?:dhcp_msg|transip|sourceTranslatedAddress)\b|DHCP ?(?:Ack|Release)", re.IGNORECASE
)
_DAY = 86_400_000


def reader(clock: Clock) -> Reader:
    """Read FortiGate's lines; what is neither DHCP nor a translated session is ignored."""

    def read(line: str) -> Meaning:
        if not any(word in line for word in _WORDS):
            return Word.IGNORED if "=" in line or not line.strip() else Word.UNPARSED
        cef = _CEF.search(line)
        fields = _cef(line[cef.end() :]) if cef else _fields(line)
        if "date" not in fields and "eventtime" not in fields:
            fields[_FRAME] = line
        said = fields.get("dhcp_msg", _NUMBERS.get(fields.get("logid", ""), "")).lower()
        if said:
            return _lease(said, fields, clock)
        if fields.get("transip"):
            return _session(fields, clock)
        return Word.UNPARSED if _TOLD.search(line) and not fields.keys() & _SAID else Word.IGNORED

    return read


def _fields(line: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for key, value in _FIELD.findall(line):
        if value.startswith('"'):
            value = value[1:-1]
        elif "=" in value and (glued := _GLUED.match(value)):
            fields.setdefault(glued[2], glued[3])
            value = glued[1]
        fields.setdefault(key, value)
    return fields


def _cef(line: str) -> dict[str, str]:
    """The same in ArcSight's layout: FortiGate's own keys are prefixed, blanks end no value."""
    fields: dict[str, str] = {}
    for key, value in _CEF_FIELD.findall(line):
        fields.setdefault(_CEF_NAMES.get(key, key), _CEF_ESCAPED.sub(r"\1", value))
    return fields


def _lease(said: str, fields: dict[str, str], clock: Clock) -> Meaning:
    action = _ACTIONS.get(said)
    if action is None:
        return Word.IGNORED if said in _QUIET else Word.UNPARSED
    ip = addresses.address(fields.get("ip", ""))
    if ip is None:
        return Word.UNPARSED
    instant = _instant(fields, clock)
    if instant.flags & Flag.IMPOSSIBLE:
        return Word.IMPOSSIBLE
    name = fields.get("hostname", "")
    lease = _number(fields.get("lease", "")) or (LONGEST if fields.get("lease") == "0" else None)  # no end
    return Event(
        instant.at, action, ip, addresses.mac(fields.get("mac", "")), "" if name == "N/A" else name, lease,
        "", fields.get("interface", ""), instant.flags, instant.alternative,
    )  # fmt: skip


def _session(fields: dict[str, str], clock: Clock) -> Meaning:
    public, inside = addresses.address(fields["transip"]), addresses.address(fields.get("srcip", ""))
    ports = _number(fields.get("transport", "")), _number(fields.get("srcport", ""))
    if public is None or inside is None:
        return Word.UNPARSED
    if public == 0:
        return Word.IGNORED  # 0.0.0.0: not translated
    if ports[0] is None or ports[1] is None:
        return Word.IGNORED  # ICMP, or a translation without ports
    instant = _instant(fields, clock)
    if instant.flags & Flag.IMPOSSIBLE:
        return Word.IMPOSSIBLE
    lasted = (_number(fields.get("duration", "")) or 0) * 1000
    protocol = _number(fields.get("proto", "")) or 0
    begun = max(0, instant.at - lasted)
    return Session(begun, instant.at, public, ports[0], inside, ports[1], protocol, instant.flags)


def _number(text: str) -> int | None:
    """A number as DHCP and TCP have them; a longer one is none, whoever wrote it."""
    return min(int(text), LONGEST) if text.isdecimal() and len(text) <= 10 else None


def _instant(fields: dict[str, str], clock: Clock) -> Instant:
    if line := fields.get(_FRAME):
        return unframe(line, clock).instant
    zone = fields.get("tz", "")
    zone = zone if re.fullmatch(r"[+-]\d\d:?\d\d", zone) else ""
    written = NEVER
    if "date" in fields and "time" in fields:
        written = clock.iso(f"{fields['date']}T{fields['time']}{zone}")
    digits = fields.get("eventtime", "")
    if digits.isdecimal() and 10 <= len(digits) <= 19:
        at = int(digits[:13].ljust(13, "0"))
        if written is NEVER or abs(at - written.at) < _DAY:
            return clock.exact(at)
    return written
