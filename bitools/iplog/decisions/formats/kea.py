"""Kea's three voices: its lease journal (memfile CSV), its log, and the legal log of its hook library.

CSV: `address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,…`; of DHCPv6
`address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,
hostname,hwaddr,state,…`. A row is one event: given or renewed at `expire - valid_lifetime`; a lifetime of 0
is an end whose time is not said; state 1 is a decline (nobody's), 2 expired, 3 released (Kea 2.7). Log:
`DHCP4_LEASE_ALLOC … lease IP has been allocated for N seconds` (Kea before 1.6 says no length). Legal log:
`Address: IP has been assigned|renewed for 1 hrs 52 min 15 secs to a device with hardware address: hwtype=1
MAC …` (`min` or `mins`, by version; Kea's own unit tests). CSV and log tried with Kea 2.2.
"""

from __future__ import annotations

import re

from bitools.iplog.decisions import addresses
from bitools.iplog.decisions.events import LONGEST, Action, Event, Flag, Meaning, Reader, Word
from bitools.iplog.decisions.frames import unframe
from bitools.iplog.decisions.instants import NEVER, Clock, Instant

_ROW = re.compile(r"[0-9a-fA-F:.]{3,45},")
_ETHERNET = re.compile(r"01(?::[0-9a-fA-F]{2}){6}")  # a client identifier made of a card's address
_ESCAPED = re.compile(r"&#x([0-9a-fA-F]{2})")  # what would end a field of the journal
_STRANGE = re.compile(
    r"Address: |Prefix: |(?:Administrator|HA partner) (?:added|updated|deleted) |"
    r"LEASE_CMDS_(?:ADD|UPDATE|DEL|WIPE|BULK_APPLY)[46] |"
    r"DHCP[46]_(?:LEASE_(?:ALLOC|RENEW|REUSE)|RELEASE|DECLINE)|V[46]_DECLINED_RECOVERED|"
    r"^[0-9a-fA-F]+[.:][0-9a-fA-F.:]+[;\t ]|"
    r"(?<![\w.:])[0-9a-fA-F]{1,4}[.:][0-9a-fA-F.:]{2,42}\"?[,;]"  # a row of the journal, behind something
    r"\"?[0-9a-fA-F:]{0,390}\"?[,;](?:\"?[0-9a-fA-F:]{0,390}\"?[,;])?\"?\d{1,10}\"?[,;]\"?\d{1,12}\"?[,;]"
)
HEADER = "address,"  # how the first line of a lease journal begins
_LOG = re.compile(
    r"(?:(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?) +)?(?:DEBUG|INFO|WARN|ERROR|FATAL) +"
    r"\[kea-dhcp[46]\.(?P<logger>[\w-]+)[^\]]*\] (?P<id>[A-Z0-9_]+) (?P<rest>.*)"
)
_CLIENT = re.compile(r"\[(?:hwtype=\d+ )?(?P<mac>[0-9a-fA-F:]{17}|no hwaddr info)?\]")
_GIVEN = re.compile(
    r".*?: lease (?:for address )?(?P<ip>[0-9a-fA-F:.]+)(?: and iaid=\d+)? has been "
    r"(?:allocated|renewed|reused)(?: for (?P<lease>\d{1,10}) seconds)?\.?$"
)
_RELEASED = re.compile(
    r".*?: (?:binding for |expired )?address (?P<ip>[0-9a-fA-F:.]+?)(?: and iaid=\d+)? "
    r"(?:was released properly|expired on release|was deleted on release)"
)
_DECLINED = re.compile(
    r"Received DHCPDECLINE for addr(?:ess)? (?P<ip>[0-9.]+) from client (?P<client>.*?)\. "
    r"The lease will be unavailable for (?P<lease>\d{1,10}) seconds"
)
_SIXTH_DECLINED = re.compile(
    r"Client (?P<client>.*?) sent DECLINE for address (?P<ip>[0-9a-fA-F:.]+) and the server marked it as "
    r"declined\. The lease will be recovered in (?P<lease>\d{1,10}) seconds"
)
_RECOVERED = re.compile(r"IPv[46] address (?P<ip>[0-9a-fA-F:.]+) was recovered after")
_DUID = re.compile(r"duid=\[(?P<duid>[0-9a-fA-F:]+)\]")
_MESSAGES = {
    "DHCP6_LEASE_ALLOC": (_GIVEN, Action.ACK),
    "DHCP6_LEASE_REUSE": (_GIVEN, Action.ACK),
    "DHCP6_LEASE_RENEW": (_GIVEN, Action.ACK),
    "DHCP6_RELEASE_NA": (_RELEASED, Action.RELEASE),
    "DHCP6_RELEASE_NA_EXPIRED": (_RELEASED, Action.RELEASE),
    "DHCP6_RELEASE_NA_DELETED": (_RELEASED, Action.RELEASE),
    "DHCP4_LEASE_ALLOC": (_GIVEN, Action.ACK),
    "DHCP4_LEASE_REUSE": (_GIVEN, Action.ACK),
    "DHCP4_LEASE_RENEW": (_GIVEN, Action.ACK),
    "DHCP4_RELEASE": (_RELEASED, Action.RELEASE),
    "DHCP4_RELEASE_EXPIRED": (_RELEASED, Action.RELEASE),
    "DHCP4_RELEASE_DELETED": (_RELEASED, Action.RELEASE),
    "DHCP4_DECLINE_LEASE": (_DECLINED, Action.DECLINE),
    "DHCP6_DECLINE_LEASE": (_SIXTH_DECLINED, Action.DECLINE),
    "ALLOC_ENGINE_V4_DECLINED_RECOVERED": (_RECOVERED, Action.EXPIRE),
    "ALLOC_ENGINE_V6_DECLINED_RECOVERED": (_RECOVERED, Action.EXPIRE),
}
_LEASES = re.compile(r"DHCP(?:4|6|6_PD)_LEASE_")
# somebody typed a lease in, or took one away: whose it is, the line does not say in every version
_COMMANDED = re.compile(r"LEASE_CMDS_(?:ADD|UPDATE|DEL|WIPE|BULK_APPLY)[46]")
_QUIET = (
    "DHCP4_LEASE_ADVERT",
    "DHCP4_LEASE_OFFER",
    "DHCP4_RELEASE_FAIL",
    "DHCP4_DECLINE_",
    "DHCP6_LEASE_ADVERT",
    "DHCP6_LEASE_DATA",
    "DHCP6_LEASE_ALLOC_FAIL",
    "DHCP4_LEASE_ALLOC_FAIL",
    "DHCP6_LEASE_NA",
)  # nobody gets or loses
_LEGAL = re.compile(
    r"(?:(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?) (?P<zone>[^ ]+) )?"
    r"(?P<who>Administrator |HA partner )?"
    r"(?:(?P<did>added|updated information on|deleted) (?:a|the) lease (?:of|for) address: ?|"
    r"Address: )(?P<ip>[0-9a-fA-F:.]+)(?P<rest>.*)"
)
_SPAN = re.compile(r" for ((?:\d{1,9} (?:days?|hrs?|mins?|secs?) ?)+|infinite)")
_PART = re.compile(r"(\d+) (day|hr|min|sec)")
_SECONDS = {"day": 86_400, "hr": 3_600, "min": 60, "sec": 1}
_LEGAL_DUID = re.compile(r"DUID: ([0-9a-fA-F:]+)")
_HARDWARE = re.compile(r"hardware address: (?:hwtype=\d+ |hardware)?([0-9a-fA-F:]{17})")
_RELAY = re.compile(
    r"connected via relay at address: ([0-9a-fA-F.:]+[0-9a-fA-F])"
    r"(?:, (?:identified by|for) (.*?))?(?:, client-id|$)"
)


def reader(clock: Clock) -> Reader:
    """Read Kea's lines, each by its own look."""

    def read(line: str) -> Meaning:
        if _ROW.match(line):
            return _row(line, clock)
        return entry(line, clock)

    return read


def entry(line: str, clock: Clock) -> Meaning:
    """A line of the log or the legal log, framed or not."""
    found, legal, instant = _LOG.match(line), None, NEVER
    if found is None and (legal := _LEGAL.match(line)) is None:
        framed = unframe(line, clock)
        instant = framed.instant
        if framed.program and not framed.program.startswith("kea"):
            return of_another_program(line)
        found = _LOG.match(framed.message)
        legal = None if found else _LEGAL.match(framed.message)
    if found is not None:
        return _logged(found, clock.iso(found["time"]) if found["time"] else instant)
    if legal is not None:
        return _legal(legal, clock.named(legal["time"], legal["zone"]) if legal["time"] else instant)
    return of_another_program(line)


def of_another_program(line: str) -> Word:
    """A line that is not as Kea writes it is none of ours, unless it says what only Kea says."""
    return Word.UNPARSED if _STRANGE.search(line) else Word.IGNORED


def _row(line: str, clock: Clock) -> Meaning:
    fields = line.split(",")
    ip = addresses.address(fields[0])
    held = None if ip is None else (_sixth if isinstance(ip, bytes) else _fourth)(fields)
    if ip is None or held is None:
        return Word.UNPARSED
    identity, length, until, name, said = held
    if not all(one.isdecimal() and len(one) <= 12 for one in (length, until, said)):
        return Word.UNPARSED
    lease, ends, state = int(length), int(until), int(said)
    if state > 3 or (lease == 0 and state in (1, 2)):
        return Word.IGNORED  # registered only (4); forgotten after its time: what ended it was said before
    action = (Action.ACK, Action.DECLINE, Action.EXPIRE, Action.RELEASE)[state]
    flags = 0
    if (
        lease == 0
    ):  # given back or removed: `expire` is still the client's last word, not the time of this row
        action, flags = Action.RELEASE, Flag.UNTIMED
    instant = clock.exact((ends if action is Action.EXPIRE else ends - lease) * 1000)
    if instant is NEVER:
        return Word.IMPOSSIBLE
    host = _ESCAPED.sub(lambda one: chr(int(one[1], 16)), name)
    if action is Action.DECLINE:
        identity = ""  # nobody holds it; DHCPv6 leaves a DUID of zeros
    return Event(instant.at, action, ip, addresses.client(identity), host, min(lease, LONGEST), flags=flags)


def _fourth(fields: list[str]) -> tuple[str, str, str, str, str] | None:
    """Whose, for how long, until when, name, state. Kea before 1.0 wrote no state."""
    if len(fields) < 9:
        return None
    hardware = fields[1] or (fields[2][3:] if _ETHERNET.fullmatch(fields[2]) else fields[2])
    return hardware, fields[3], fields[4], fields[8], fields[9] if len(fields) > 9 else "0"


def _sixth(fields: list[str]) -> tuple[str, str, str, str, str] | None:
    """The same of DHCPv6. A prefix (type 2) is no address, and holds many: None."""
    if len(fields) < 12 or fields[6] not in ("0", "1"):
        return None
    hardware = fields[12] if len(fields) > 12 else ""
    state = fields[13] if len(fields) > 13 else "0"
    return hardware or fields[1], fields[2], fields[3], fields[11], state


def _logged(found: re.Match[str], instant: Instant) -> Meaning:
    identity, rest = found["id"], found["rest"]
    known = _MESSAGES.get(identity)
    if known is None:
        strange = found["logger"] == "leases" and _LEASES.match(identity) and "lease " in rest
        strange = strange or _COMMANDED.fullmatch(identity)
        return Word.UNPARSED if strange and not identity.startswith(_QUIET) else Word.IGNORED
    pattern, action = known
    said = pattern.match(rest)
    ip = addresses.address(said["ip"]) if said else None
    if said is None or ip is None:
        return Word.UNPARSED
    if instant.flags & Flag.IMPOSSIBLE:
        return Word.IMPOSSIBLE
    fields = said.groupdict()
    client = _CLIENT.search(fields.get("client") or rest)
    mac = addresses.client(client["mac"] or "") if client else None
    if mac is None and (duid := _DUID.search(rest)):
        mac = addresses.client(duid["duid"])
    lease = int(fields["lease"]) if fields.get("lease") else None
    return Event(instant.at, action, ip, mac, "", lease, "", "", instant.flags, instant.alternative)


def _legal(found: re.Match[str], instant: Instant) -> Meaning:
    rest = found["rest"]
    ip = addresses.address(found["ip"])
    if ip is None:
        return Word.UNPARSED
    did = found["did"] or ("deleted" if " has been released" in rest else "")
    given = did in ("added", "updated information on") or re.match(r" has been (?:assigned|renewed)\b", rest)
    if not given and did != "deleted":
        return Word.UNPARSED
    if instant.flags & Flag.IMPOSSIBLE:
        return Word.IMPOSSIBLE
    hardware = _HARDWARE.search(rest)
    duid = _LEGAL_DUID.search(rest)
    mac = addresses.client(hardware[1] if hardware else duid[1] if duid else "")
    relay = _RELAY.search(rest)
    span = _SPAN.search(rest)
    lease = None
    if span:
        parts = _PART.findall(span[1])
        lease = sum(int(count) * _SECONDS[unit] for count, unit in parts) if parts else LONGEST
    return Event(
        instant.at, Action.ACK if given else Action.RELEASE, ip, mac, "", lease, relay[1] if relay else "",
        (relay[2] or "") if relay else "", instant.flags, instant.alternative,
    )  # fmt: skip
