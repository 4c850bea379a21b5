"""dhcpd.leases, ISC dhcpd's journal: blocks, later ones in force; times in UTC (dhcpd.leases(5)).

A block is one event: `active` given or renewed at its last transaction, until `ends`; `free`, `expired`,
`released` over at `ends`; `abandoned` declined, some time after it was given. The file is rewritten now and
then with the blocks that still matter. Names and identifiers are quoted, with `\\"` and octal escapes, and
end with their line. Tried with dhcpd 4.4.3. The journal of DHCPv6 (dhcpd6.leases) has a block a client,
`ia-na "IAID and DUID" {`, and in it one an address, `iaaddr IP {`; a prefix holds many, and is told.
"""

from __future__ import annotations

import re

from bitools.iplog.decisions import addresses
from bitools.iplog.decisions.events import LONGEST, Action, Event, Flag, Meaning, Reader, Word
from bitools.iplog.decisions.instants import NEVER, Clock, Instant

_OPEN = re.compile(r"lease ([0-9.]+) \{\s*$")
_CLIENT = re.compile(r'ia-[nt]a "(.*)" \{\s*$')
_SIXTH = re.compile(r"\s*iaaddr ([0-9a-fA-F:.]+) \{\s*$")
_STATEMENT = re.compile(
    r"\s*(starts|ends|cltt|binding state|hardware ethernet|client-hostname) (.*);(?:\s*#.*)?$"
)
_TIME = re.compile(r"\d (\d{4})/(\d\d)/(\d\d) (\d\d):(\d\d):(\d\d)$")
_STATES = {"active": Action.ACK, "free": Action.EXPIRE, "expired": Action.EXPIRE,
           "released": Action.RELEASE, "abandoned": Action.DECLINE}  # fmt: skip
_ESCAPED = re.compile(r"\\([0-7]{3}|.)")


def reader(clock: Clock) -> Reader:
    """Read a journal line by line; a block says its event at its closing brace."""
    block: dict[str, str] = {}
    client: dict[str, str] = {}  # of DHCPv6: whose addresses follow

    def read(line: str) -> Meaning:
        if line.startswith("ia-"):
            client.clear()
            if found := _CLIENT.match(line):
                client["hardware ethernet"] = (
                    _ESCAPED.sub(_unescaped, found[1])[4:].encode("latin-1", "replace").hex(":")
                )
            return Word.IGNORED
        if client and not block:
            return _within(line, client, block)
        if opened := _OPEN.match(line):
            torn = bool(block)
            block.clear()
            block["ip"] = opened[1]
            return Word.UNPARSED if torn else Word.IGNORED
        if not block:
            return Word.UNPARSED if line.startswith(("lease ", "  iaprefix ")) else Word.IGNORED
        if line.startswith("}") or (client and line.strip() == "}"):
            said = dict(block)
            block.clear()
            return _event(said, clock)
        if found := _STATEMENT.match(line):
            block[found[1]] = found[2]
        return Word.IGNORED

    return read


def _within(line: str, client: dict[str, str], block: dict[str, str]) -> Meaning:
    """A line of a DHCPv6 client outside the blocks of its addresses."""
    if opened := _SIXTH.match(line):
        block.update(client, ip=opened[1])
    elif line.startswith("}"):
        client.clear()
    elif "iaprefix " in line:
        return Word.UNPARSED
    elif found := _STATEMENT.match(line):
        client[found[1]] = found[2]
    return Word.IGNORED


def _event(block: dict[str, str], clock: Clock) -> Meaning:
    ip = addresses.address(block["ip"])
    state = block.get("binding state", "")
    if ip is None or state not in (*_STATES, "backup", "reset", "bootp"):
        return Word.UNPARSED
    action = Action.ACK if state == "bootp" else _STATES.get(state)
    if action is None:
        return Word.IGNORED
    began = _instant(block.get("cltt") or block.get("starts", ""), clock)
    ends = _instant(block.get("ends", ""), clock, future=True)
    at = began if action in (Action.ACK, Action.DECLINE) else ends
    if at.flags & Flag.IMPOSSIBLE:
        return Word.IMPOSSIBLE
    lease, flags = None, 0
    if action is Action.DECLINE:  # it begins with the lease that was declined; when that was is not said
        lease, flags = max(0, (ends.at - at.at) // 1000) if ends is not NEVER else None, Flag.UNTIMED
    if action is Action.ACK:
        never = block.get("ends") == "never"
        lease = LONGEST if never else max(0, (ends.at - at.at) // 1000) if ends is not NEVER else None
    host = _ESCAPED.sub(_unescaped, block.get("client-hostname", "").strip('"'))
    return Event(
        at.at, action, ip, addresses.client(block.get("hardware ethernet", "")), host, lease, flags=flags
    )


def _instant(text: str, clock: Clock, *, future: bool = False) -> Instant:
    """`4 2026/11/26 10:00:00` in UTC, or `epoch 1764150000`."""
    if text.startswith("epoch ") and text[6:].strip().isdecimal() and len(text) < 24:
        at = int(text[6:]) * 1000
        return Instant(at) if future else clock.exact(at)
    found = _TIME.match(text)
    if found is None:
        return NEVER
    iso = "{}-{}-{}T{}:{}:{}+00:00".format(*found.groups())
    return Clock(clock.zone, 1 << 53).iso(iso) if future else clock.iso(iso)


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 8) & 0xFF) if len(found[1]) == 3 else found[1]
