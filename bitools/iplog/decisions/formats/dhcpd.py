"""ISC dhcpd's messages in a system log (4.1 to 4.4; OPNsense and pfSense before Kea).

    DHCPACK on IP to MAC (HOST) via INTERFACE       given or renewed; how long for is not said
    DHCPACK to IP (MAC) via INTERFACE               answer to an INFORM: no lease
    DHCPRELEASE of IP from MAC (HOST) via … (found) given back; "not found": it was not this client's
    DHCPDECLINE of IP from MAC (HOST) via …: abandoned
    Reply NA: address IP to client with duid DUID iaid = N valid for SECONDS seconds     (DHCPv6)

Infoblox' server is one: it says more behind `via` (`relay`, `lease-duration`), and `DHCPEXPIRE on IP to MAC`.
Tried with dhcpd 4.4.3. What a client chose, its name, stands behind what matters and cannot move it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from bitools.iplog.decisions import addresses
from bitools.iplog.decisions.events import LONGEST, Action, Event, Flag, Meaning, Reader, Word
from bitools.iplog.decisions.frames import Framed, unframe
from bitools.iplog.decisions.instants import Clock

_IP, _MAC = r"(?P<ip>[0-9a-fA-F:.]+)", r"(?P<mac>[0-9a-fA-F]{1,2}(?::[0-9a-fA-F]{1,2}){5})"
_HOST = r"(?: \((?P<host>.*)\))?"
_ACK = re.compile(
    rf"DHCPACK on {_IP} to {_MAC}{_HOST}"
    r" via (?P<via>\S+)(?: relay (?P<relay>\S+))?(?: lease-duration (?P<lease>\d{1,10}))?"
)
_BARE = re.compile(rf"DHCPACK on {_IP} to {_MAC}{_HOST}$")
_EXPIRED = re.compile(rf"DHCPEXPIRE on {_IP} to {_MAC}")
_DUID = r"(?P<duid>[0-9a-fA-F]{1,2}(?::[0-9a-fA-F]{1,2})+)"
_REPLY = re.compile(
    rf"Reply NA: address {_IP} to client with duid {_DUID} iaid = \S+"
    r"(?: valid for (?P<lease>\d{1,10}) seconds)?"
)
_SIXTH = re.compile(rf"Client {_DUID} (?P<did>releases|declines) address {_IP}")
_RELEASE = re.compile(rf"DHCPRELEASE of {_IP} from {_MAC}{_HOST} via (?P<via>\S+) \((?P<not>not )?found\)")
_DECLINE = re.compile(rf"DHCPDECLINE of {_IP} from {_MAC}{_HOST} via (?P<via>[^\s:]+)(?P<said>.*)")
_BOOTP = re.compile(rf"BOOTREPLY (?:for|on) {_IP} to (?P<host>.*?) ?\(?{_MAC}\)? via (?P<via>\S+)")
_ABANDON = re.compile(rf"Abandoning IP address {_IP}: (?:declined|pinged before offer)")
_REUSED = re.compile(rf"reuse_lease: lease age .*existing lease for {_IP}")
_KNOWN = {  # by their first eight letters: most lines are none of these, and there are many
    "DHCPACK ": ("DHCPACK on ", _ACK, Action.ACK),
    "DHCPEXPI": ("DHCPEXPIRE ", _EXPIRED, Action.EXPIRE),
    "Reply NA": ("Reply NA: ", _REPLY, Action.ACK),
    "DHCPRELE": ("DHCPRELEASE of ", _RELEASE, Action.RELEASE),
    "DHCPDECL": ("DHCPDECLINE ", _DECLINE, Action.DECLINE),
    "BOOTREPL": ("BOOTREPLY ", _BOOTP, Action.ACK),
    "Abandoni": ("Abandoning IP address ", _ABANDON, Action.DECLINE),
}
_PATIENCE = 86_400  # seconds an abandoned address rests: `abandon-lease-time` of dhcpd.conf(5)
_SHORT = 256  # characters of a message that is remembered
_PROGRAM = re.compile(r"(?:.*/)?(?:isc-)?dhcp(?:d|-server)[\w.@-]*", re.IGNORECASE)
_EVENT = re.compile(
    r"\b(?:DHCPACK on|DHCPEXPIRE on|DHCPRELEASE of|DHCPDECLINE of|Reply [NTP][AD]: address|"
    r"Client [0-9a-fA-F:]+ (?:releases|declines) \w+) [0-9a-fA-F]"
)
# "DHCPACK to IP" answers an INFORM; the rest offers, asks or refuses, and gives nobody an address
_CHATTER = re.compile(
    r"DHCP(?:DISCOVER|OFFER|REQUEST|NAK|INFORM|LEASE\w+)\b|DHCPACK to |BOOTREQUEST |ICMP Echo |uid lease |"
    r"pool |peer |balanc|failover|reuse_lease|Reclaiming |Unable |Wrote |Added |removed |Listening |Sending |"
    r"DDNS|Forward map|Server starting|Config file|Database file|PID file|Internet Systems|Copyright|"
    r"All rights|For info|\*\*|No subnet|Not (?:searching|configured)|Multiple interfaces|Dynamic and static|"
    r"you want|in your dhcpd|to which interface|lease .* is duplicate|client \S+ has duplicate leases|"
    r"bind update |DHCPRELEASE from |lease [\d.]+: no subnet|if \S+ IN "
)
_ADDRESS = re.compile(
    r"\d{1,3}(?:\.\d{1,3}){3}|\bReply [NTP][AD]: |\bClient \S+ (?:releases|declines) ", re.IGNORECASE
)


def reader(clock: Clock) -> Reader:
    """Read dhcpd's lines; those of other programs are ignored."""
    say = teller()

    def read(line: str) -> Meaning:
        framed = unframe(line, clock)
        return say(framed) if not framed.program or is_its(framed.program) else of_another_program(line)

    return read


@lru_cache(maxsize=256)
def is_its(program: str) -> bool:
    """Is this one of the names that dhcpd is started under?"""
    return _PROGRAM.fullmatch(program) is not None


def of_another_program(line: str) -> Word:
    """Another program's line is none of ours, unless it says what only dhcpd says: under which name?"""
    return Word.UNPARSED if _EVENT.search(line) else Word.IGNORED


def teller() -> Callable[[Framed], Meaning]:
    """Tells messages in a row: that a young lease stays as it is (`dhcp-cache-threshold`) is said before."""
    kept: set[str] = set()

    def tell(framed: Framed) -> Meaning:
        if framed.message.startswith("reuse_lease") and (found := _REUSED.match(framed.message)):
            kept.add(found["ip"])
            return Word.IGNORED
        said = message(framed)
        if kept and isinstance(said, Event) and (ip := addresses.shown(said.ip)) in kept:
            kept.discard(ip)
            return said._replace(flags=said.flags | Flag.KEPT) if said.action == Action.ACK else said
        return said

    return tell


def message(framed: Framed) -> Meaning:
    """What one message of dhcpd's says."""
    (at, flags, alternative), _program, text = framed
    said = _event(text) if len(text) <= _SHORT else _event.__wrapped__(text)
    if isinstance(said, Word):
        return said
    if flags & Flag.IMPOSSIBLE:
        return Word.IMPOSSIBLE
    return said.then(at, flags, alternative)


@lru_cache(maxsize=32_768)
def _event(text: str) -> Event | Word:
    """The same at no time. A lease that is renewed says it again, word by word: it is read once."""
    known = _KNOWN.get(text[:8])
    if known is None and (sixth := _SIXTH.match(text)):
        action = Action.RELEASE if sixth["did"] == "releases" else Action.DECLINE
        known = "", _SIXTH, action
    if known is None or not text.startswith(known[0]):
        return Word.UNPARSED if _ADDRESS.search(text) and not _CHATTER.match(text) else Word.IGNORED
    _begins, pattern, action = known
    found = pattern.match(text) or (_BARE.match(text) if pattern is _ACK else None)
    fields = found.groupdict() if found else {}
    ip = addresses.address(fields.get("ip", ""))
    if ip is None:
        return Word.UNPARSED
    if fields.get("not") or "not found" in (fields.get("said") or ""):
        return Word.IGNORED
    relay = next((by for by in (fields.get("relay"), fields.get("via")) if by and by.count(".") == 3), "")
    lease = _PATIENCE if action is Action.DECLINE else None
    if said := fields.get("lease"):
        lease = min(int(said), LONGEST)
    mac = addresses.client(fields.get("mac") or fields.get("duid") or "")
    return Event(0, action, ip, mac, fields.get("host") or "", lease, relay)
