"""dnsmasq's messages (tried with 2.90).

    DHCPACK(INTERFACE) IP MAC HOST    DHCPRELEASE(INTERFACE) IP MAC    DHCPDECLINE(INTERFACE) IP MAC …
    DHCPREPLY(INTERFACE) IP DUID HOST     (DHCPv6; its RELEASE names no address: told as not understood)

With `log-dhcp` a transaction number stands before the message. How long a lease lasts is not in these lines:
the source's `lease:` says it. The answer to an INFORM is written like any other ACK, right after the
question: it is no lease.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bitools.iplog.decisions import addresses
from bitools.iplog.decisions.events import Action, Event, Flag, Meaning, Reader, Word
from bitools.iplog.decisions.frames import Framed, unframe
from bitools.iplog.decisions.instants import Clock, Instant

PROGRAMS = ("dnsmasq-dhcp", "dnsmasq")
_ASKED = re.compile(r"(?:\d+ )?DHCP(INFORM|REQUEST)\([^)]*\) (?P<ip>\S+) (?P<mac>\S+)")
_MESSAGE = re.compile(
    r"(?:\d+ )?(DHCP[A-Z]+)\([^)]*\) (?P<ip>[0-9a-fA-F:.]+) "
    r"(?P<mac>(?:[0-9a-fA-F]{2}-)?[0-9a-fA-F:]{17})(?: (?P<host>.*))?$"
)
_VERB = re.compile(r"(?:\d+ )?DHCP(?:ACK|RELEASE|DECLINE)\(")
_EVENT = re.compile(r"\bDHCP(?:ACK|RELEASE|DECLINE|REPLY)\([^)]*\) [0-9a-fA-F]")
_BOOTP = re.compile(r"(?:\d+ )?BOOTP\([^)]*\) [\d.]+ [0-9a-fA-F:-]+ *$")  # given for ever, or not: not said
_REPLY = re.compile(
    r"(?:\d+ )?DHCPREPLY\([^)]*\) (?P<ip>[0-9a-fA-F:.]*:[0-9a-fA-F:.]*) "
    r"(?P<duid>[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){2,})(?: (?P<said>.*))?$"
)
_ENDED = "abandoning lease to "  # somebody's, without a word of his: from when on, and whose it is now?
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|DHCP(?:ACK|REPLY)\(")
_ACTIONS = {"DHCPACK": Action.ACK, "DHCPRELEASE": Action.RELEASE, "DHCPDECLINE": Action.DECLINE}
_PATIENCE = 600  # seconds an address rests after a decline: DECLINE_BACKOFF in dnsmasq's config.h
_REFUSED = ("lease not found", "address unavailable", "not on link", "no addresses available")
_UNKNOWN = ("unknown lease", "wrong", "not leased")  # a release or decline that dnsmasq did not obey


def reader(clock: Clock) -> Reader:
    """Read dnsmasq's lines; those of other programs are ignored."""
    say = teller()

    def read(line: str) -> Meaning:
        framed = unframe(line, clock)
        return say(framed) if not framed.program or framed.program in PROGRAMS else of_another_program(line)

    return read


def of_another_program(line: str) -> Word:
    """Another program's line is none of ours, unless it says what only dnsmasq says: under which name?"""
    return Word.UNPARSED if _EVENT.search(line) else Word.IGNORED


def teller() -> Callable[[Framed], Meaning]:
    """Tells messages in a row: that an ACK only answers an INFORM is said before."""
    informed: set[tuple[str, str]] = set()

    def tell(framed: Framed) -> Meaning:
        if asked := _ASKED.match(framed.message):
            who = asked["ip"], asked["mac"]
            informed.add(who) if asked[1] == "INFORM" else informed.discard(who)
        elif informed and (given := _MESSAGE.match(framed.message)) and given[1] == "DHCPACK":
            who = given["ip"], given["mac"]
            if who in informed:
                informed.discard(who)
                return Word.IGNORED
        return message(framed)

    return tell


def message(framed: Framed) -> Meaning:
    """What one message of dnsmasq's says."""
    instant, program, text = framed
    if found := _REPLY.match(text):
        return _sixth(found, instant)
    if _BOOTP.match(text) or text.startswith(_ENDED):
        return Word.UNPARSED
    if not _VERB.match(text):  # without a frame it is not dnsmasq's log at all
        return Word.IGNORED if program or not _ADDRESS.search(text) else Word.UNPARSED
    found = _MESSAGE.match(text)
    ip = addresses.address(found["ip"]) if found else None
    if found is None or ip is None:
        return Word.UNPARSED
    action = _ACTIONS[found[1]]
    host = found["host"] or ""
    if action is not Action.ACK and host.startswith(_UNKNOWN):
        return Word.IGNORED
    if instant.flags & Flag.IMPOSSIBLE:
        return Word.IMPOSSIBLE
    name = host if action is Action.ACK else ""
    mac = addresses.mac(found["mac"][-17:])
    rests = _PATIENCE if action is Action.DECLINE else None
    return Event(instant.at, action, ip, mac, name, rests, "", "", instant.flags, instant.alternative)


def _sixth(found: re.Match[str], instant: Instant) -> Meaning:
    """A reply of DHCPv6 that names an address gives it, unless it says behind it that it does not."""
    ip = addresses.address(found["ip"])
    said = (found["said"] or "").strip()
    if ip is None:
        return Word.UNPARSED
    if said in _REFUSED:
        return Word.IGNORED
    if instant.flags & Flag.IMPOSSIBLE:
        return Word.IMPOSSIBLE
    action = Action.EXPIRE if said == "address invalid" else Action.ACK
    name = said if action is Action.ACK and said != "deprecated" else ""
    mac = addresses.client(found["duid"])
    return Event(instant.at, action, ip, mac, name, None, "", "", instant.flags, instant.alternative)
