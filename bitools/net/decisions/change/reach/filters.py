"""Would an access list let us in? Only where every line of it is understood; otherwise nobody knows. Pure."""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Sequence

from bitools import regex
from bitools.net.decisions.change.reach.crossing import Crossing, Us
from bitools.net.decisions.change.reach.networks import Address
from bitools.net.decisions.change.reach.reach import Reach

_NUMBER = regex.compile(r"^(?:rule |seq |sequence )?(?:\d+ )?")
_PROTOCOLS = ("tcp", "ip", "ipv4", "ipv6", "any-ip")
_OTHERS = ("udp", "icmp", "icmpv6", "ipv6-icmp", "igmp", "gre", "esp", "ospf", "eigrp", "pim", "ahp", "sctp")
_ALL = 0xFFFFFFFF
_PORTS = {"ssh": 22, "22": 22, "telnet": 23, "23": 23, "www": 80, "https": 443, "domain": 53, "snmp": 161}


class NotUnderstood(Exception):
    """A line that nobody has taught us."""


def seen_to_let_in(was: Sequence[str] | None, now: Sequence[str], case: Crossing) -> bool:
    """Is a filter seen to let us in, that had other lines before, or was not asked (None)?

    One that only lets in more, or changes what does not concern us, does as it did.
    """
    us = case.us
    if was == now or (was and now and _no_narrower(was, now, us)):
        return True
    if us.source is None or us.address is None or not now:
        return False
    try:
        return _lets_in(now, us.source, us.address, us.port)
    except NotUnderstood:
        return False


def _no_narrower(was: Sequence[str], now: Sequence[str], us: Us) -> bool:
    gone, come = Counter(was) - Counter(now), Counter(now) - Counter(was)
    if [line for line in was if line not in gone] != [line for line in now if line not in come]:
        return False
    closes = [line for line in gone if not line.startswith("deny")]
    closes += [line for line in come if not line.startswith("permit")]
    return not any(concerns(line, us) for line in closes)


def concerns(line: str, us: Us) -> bool:
    """Is an entry about us, or not understood?"""
    if us.source is None or us.address is None:
        return True
    try:
        return _verdict(line, us.source, us.address, us.port) is not None
    except NotUnderstood:
        return True


def _lets_in(lines: Sequence[str], ours: Address, theirs: Address, port: int) -> bool:
    """Does the list let TCP from `ours` to `theirs` and its port pass? Raise NotUnderstood."""
    verdicts = (_verdict(line, ours, theirs, port) for line in lines)
    return next((verdict for verdict in verdicts if verdict is not None), False)


def entries(reach: Reach, name: str) -> list[str]:
    """The lines of a list, in order, without their numbers."""
    found = []
    for line in reach.lists.get(name, ()):
        text = _NUMBER.sub("", line.line) if line.path else line.line.removeprefix(f"access-list {name} ")
        found.append(text.removeprefix("extended ").removeprefix("standard "))
    lines = [line for line in found if not line.startswith(_SAYS_NOTHING)]
    return [one for line in lines for one in _spelled_out(line, reach)]


def _spelled_out(line: str, reach: Reach) -> list[str]:
    """The line with the members of the things that it refers to in their place, one line each."""
    words = line.split()
    for place, word in enumerate(words):
        if place and (members := _members(word, reach)):
            first = place - 1 if words[place - 1] in _REFERS else place
            each = [" ".join((*words[:first], one, *words[place + 1 :])) for one in members]
            return [one for text in each for one in _spelled_out(text, reach)]
    return [line]


def _members(name: str, reach: Reach) -> list[str]:
    """The addresses of a thing that filters refer to; none if there is none, or one is no address."""
    lines = [line.line for line in reach.objects.get(name, ())]
    texts = [_MEMBER.sub("", line) for line in lines if not line.startswith("description ")]
    return texts if all(map(_ONE.search, texts)) else []


_REFERS = ("object-group", "net-group", "addrgroup", "object")
_MEMBER = regex.compile(
    r"^(?:\d+ (?:permit |deny )?)?(?:network-object |subnet |network subnet |network host address )?"
)
_ONE = regex.compile(
    r"^(?:host )?(?:[0-9]+(?:\.[0-9]+){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:]+)(?:/\d+| [0-9]+(?:\.[0-9]+){3})?$"
)


_SAYS_NOTHING = ("remark ", "description ", "statistics", "step ")


def _verdict(line: str, ours: Address, theirs: Address, port: int) -> bool | None:
    """What one line says of us: yes, no, or nothing."""
    words = line.split()
    if words[:1] not in (["permit"], ["deny"]):
        raise NotUnderstood(line)
    permits, words = words[0] == "permit", words[1:]
    if words[:1] and words[0] in _OTHERS:
        return None
    extended = bool(words) and words[0] in _PROTOCOLS
    if extended and words[1:2] not in (["source"], ["destination"], []):
        fits = _extended(words[1:], ours, theirs, port)
    elif "source" in words or extended or not words:
        fits = _keyed(words[1:] if extended else words, ours, theirs, port)
    else:
        fits, rest = _address(words, ours)
        if [word for word in rest if word not in ("log", "log-input", "count")]:
            raise NotUnderstood(line)
    return permits if fits else None


def _extended(words: Sequence[str], ours: Address, theirs: Address, port: int) -> bool:
    source, words = _address(words, ours)
    if not source:
        return False
    if words[:1] and words[0] in ("eq", "range", "gt", "lt", "neq"):
        raise NotUnderstood(" ".join(words))  # of our port nobody knows anything
    target, words = _address(words, theirs)
    right, words = _port(words, port)
    if not (target and right) or "established" in words:  # a session that begins is none yet
        return False
    if left := [word for word in words if word not in ("log", "log-input", "count")]:
        raise NotUnderstood(" ".join(left))
    return True


def _keyed(words: Sequence[str], ours: Address, theirs: Address, port: int) -> bool:
    """Huawei, Comware: `source 10.0.0.0 0.0.0.255 destination-port eq 22`."""
    fits, words = True, list(words)
    while words:
        key, words = words[0], words[1:]
        if key in ("source", "destination"):
            one, words = _address(words, ours if key == "source" else theirs)
            fits &= one
        elif key == "destination-port":
            one, words = _port(words, port)
            fits &= one
        elif key not in ("logging", "counting"):
            raise NotUnderstood(key)
    return fits


def _address(words: Sequence[str], ours: Address) -> tuple[bool, list[str]]:
    """Does the address at the beginning hold for us? And what follows it."""
    if not words:
        raise NotUnderstood("")
    first, rest = words[0], list(words[1:])
    if first == "any":
        return True, rest
    if first == "host" and rest:
        first, rest = rest[0], rest[1:]
        return _within(first, "", ours), rest
    wild = rest[0] if rest and ("." in rest[0] or rest[0] == "0") and "/" not in first else ""
    return _within(first, wild, ours), rest[1:] if wild else rest


def _within(address: str, wild: str, ours: Address) -> bool:
    try:
        if not wild:
            return ours in ipaddress.ip_network(address, strict=False)
        mask = int(ipaddress.IPv4Address(0 if wild == "0" else wild))
        value = int(ipaddress.IPv4Address(address))
    except ValueError as error:
        raise NotUnderstood(f"{address} {wild}") from error
    if not value and mask in (0, _ALL):
        if not mask:
            raise NotUnderstood(f"{address} {wild}")  # one address for a switch, all for a firewall
        return True
    if mask >> 31:  # a mask, not a wild card: as firewalls write it
        mask ^= _ALL
    return int(ours) & ~mask == value & ~mask


def _port(words: Sequence[str], port: int) -> tuple[bool, list[str]]:
    if not words or words[0] not in ("eq", "range", "gt", "lt", "neq"):
        return True, list(words)
    how, wanted = words[0], words[1 : 3 if words[0] == "range" else 2]
    try:
        bounds = [_PORTS.get(word) or int(word) for word in wanted]
    except ValueError as error:
        raise NotUnderstood(" ".join(words)) from error
    if not bounds or (how == "range" and len(bounds) < 2):
        raise NotUnderstood(" ".join(words))
    first, last = bounds[0], bounds[-1]
    right = {
        "eq": port == first,
        "neq": port != first,
        "gt": port > first,
        "lt": port < first,
        "range": first <= port <= last,
    }
    return right[how], list(words[1 + len(wanted) :])
