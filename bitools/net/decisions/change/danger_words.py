"""Who is let in, and how, by the words of single lines: rules 4 to 7. Pure.

A line that came, went or changed is looked at; the words are data (`platforms/access.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from bitools import regex
from bitools.i18n import _
from bitools.net.decisions.change.danger_links import understood
from bitools.net.decisions.change.filters import entries
from bitools.net.decisions.change.reach import Address, Interface, Line, Reach, interface
from bitools.platforms import access
from bitools.platforms.model import ACCOUNTS

Found = tuple[int, str, str, bool]  # rule, line, reason; does it refuse?
NAME = regex.compile(
    r"^(?:hostname|sysname|system host-name|set system host-name|/system identity / set name=|"
    r"(?:.*/ )?config system global / set hostname)\b"
)
_VTY = regex.compile(r"^(?:line (?:vty|ssh|default|class vty|\d+ \d+)|user-interface vty|management ssh)")
_CLASS = regex.compile(
    r"/ (?:no |undo )?(?:access-class|acl|ip access-group|ipv6 access-class) (?P<name>\S+)"
    r"|^(?:ip )?ssh (?:server )?(?:vrf \S+ )?(?:ipv4 )?(?:acl|access-(?:list|class|group)) (?P<list>\S+)"
)
_TRANSPORT = regex.compile(r"/ (?:transport input|protocol inbound) (?P<value>.+)$")
_MANAGERS = regex.compile(r"^ip authorized-managers (?P<address>[0-9.]+)(?: (?P<mask>[0-9.]+))?")
_ALLOWACCESS = regex.compile(r"/ set allowaccess(?P<value>.*)$")


def only(one: Reach, other: Reach) -> list[Line]:
    """The lines of the one that the other does not have so often, in order."""
    left = Counter(line.whole for line in one.lines)
    left -= Counter(line.whole for line in other.lines)
    found = []
    for line in one.lines:
        if left[line.whole] > 0:
            left[line.whole] -= 1
            found.append(line)
    return found


def _any(patterns: Sequence[str], text: str) -> bool:
    return any(regex.compile(pattern).search(text) for pattern in patterns)


# -- rule 4


def management(
    before: Reach, after: Reach, address: Address | None, source: Address | None, port: int, telnet: bool
) -> Iterator[Found]:
    """Log-in over the network: protocols, ports, filters."""
    gone, come = only(before, after), only(after, before)
    for lines, goes in ((gone, True), (come, False)):
        for line in lines:
            if reason := _management(line, goes, before, after, telnet):
                yield 4, line.whole, reason, True
    yield from _classes(before, after, address, source, port)
    yield from _managers(before, after, source)
    yield from _allowed(before, after, address, telnet)


def _management(line: Line, goes: bool, before: Reach, after: Reach, telnet: bool) -> str:
    whole = line.whole
    if found := _TRANSPORT.search(whole):
        return _transport(line, found["value"], goes, after, telnet)
    if not _any(access.MANAGEMENT, whole) or _CLASS.search(whole) or _any(access.HARMLESS, whole):
        return ""
    lets_in = _any(access.OPENS, whole)
    if lets_in != goes and (lets_in or _negative(whole)):
        return ""
    key = _keyed(whole)
    alike = [one.whole for one in after.lines if _any(access.OPENS, one.whole) and _keyed(one.whole) == key]
    if lets_in and goes and any(" vrf " not in f"{whole} {one}" for one in alike):
        return ""
    return _("how one logs in over the network changes")


def _negative(whole: str) -> bool:
    return whole.rpartition(" / ")[2].startswith(("no ", "undo "))


def _keyed(whole: str) -> str:
    return whole.removeprefix("no ").removeprefix("undo ").split(" ")[0]


def _transport(line: Line, value: str, goes: bool, after: Reach, telnet: bool) -> str:
    """`transport input`: what counts is whether our protocol is still there."""
    wanted = "telnet" if telnet else "ssh"
    if goes:
        left = [one for one in after.lines if one.path == line.path and _TRANSPORT.search(one.whole)]
        if left or line.path[-1] not in {one.line for one in after.lines}:
            return ""
        return _("what the lines take then is not known")
    if not {wanted, "all"} & set(value.split()):
        return _("the lines take {protocol} no more").format(protocol=wanted)
    return ""


def _classes(
    before: Reach, after: Reach, address: Address | None, source: Address | None, port: int
) -> Iterator[Found]:
    """Filters of the log-in lines: new ones, and those whose lines change."""
    had = {line.whole for line in before.lines}
    for line in after.lines:
        found = _CLASS.search(line.whole) if _VTY.search(line.whole) or not line.path else None
        if not found or " / no " in line.whole or line.whole.endswith((" out", " outbound")):
            continue
        name = found.groupdict()["name"] or found.groupdict()["list"] or ""
        was, now = entries(before, name), entries(after, name)
        if line.whole in had and was == now:
            continue
        if line.whole in had and source is None and _only_permits(was, now):
            continue
        if not understood(after, name, source, address, port):
            yield (
                4,
                line.whole,
                _("filter {name} would keep us out, or is not understood").format(name=name),
                True,
            )


def _only_permits(was: Sequence[str], now: Sequence[str]) -> bool:
    """Did nothing come but lines that permit, and nothing go?"""
    left = Counter(now) - Counter(was)
    return not Counter(was) - Counter(now) and all(line.startswith("permit") for line in left)


def _managers(before: Reach, after: Reach, source: Address | None) -> Iterator[Found]:
    """ProCurve: whose addresses may manage; everybody's where no line says so."""

    def listed(reach: Reach) -> dict[str, Interface | None]:
        found = [(line.whole, _MANAGERS.search(line.whole)) for line in reach.lines]
        return {
            whole: interface(f"{one['address']}/{one.groupdict()['mask'] or '255.255.255.255'}")
            for whole, one in found
            if one
        }

    was, now = listed(before), listed(after)
    changed = [whole for whole in (*was, *now) if (whole in was) != (whole in now)]
    if not changed or not now:
        return
    if source is None and not was.keys() - now.keys() and was:
        return
    if source is None or not any(one and source in one.network for one in now.values()):
        yield 4, changed[0], _("our address is not among those that may manage"), True


def _allowed(before: Reach, after: Reach, address: Address | None, telnet: bool) -> Iterator[Found]:
    """FortiOS: what a port takes."""
    bearer = before.bearer(address) if address else None
    wanted = "telnet" if telnet else "ssh"
    now = {line.path: line for line in after.lines if _ALLOWACCESS.search(line.whole)}
    for line in before.lines:
        found = _ALLOWACCESS.search(line.whole)
        if not found or wanted not in found["value"].split():
            continue
        if bearer and line.path[-1].removeprefix("edit ").strip('"') != bearer.name:
            continue
        new = now.get(line.path)
        if new is None or wanted not in new.line.split():
            yield 4, (new or line).whole, _("the port takes {protocol} no more").format(protocol=wanted), True


# -- rule 5


def admission(before: Reach, after: Reach, user: str, new_credential: bool) -> Iterator[Found]:
    """Who is let in: accounts, method lists, servers, the password of privilege."""
    gone, come = only(before, after), only(after, before)
    for line in (*gone, *come):
        if _any(access.ADMISSION, line.whole):
            only_comes = line in come and _any((access.SERVERS,), line.whole)
            replaced = any(_keyed(one.whole) == _keyed(line.whole) for one in gone)
            yield 5, line.whole, _("who is let in changes"), not only_comes or replaced
    yield from _accounts(before, after, gone, come, user, new_credential)


def _accounts(
    before: Reach,
    after: Reach,
    gone: Sequence[Line],
    come: Sequence[Line],
    user: str,
    new_credential: bool,
) -> Iterator[Found]:
    was, now = _users(before), _users(after)
    for line in (*gone, *come):
        names = _users_of(line)
        if not names or (user and user not in names):
            continue
        if not user and line in come and not names & was:
            continue
        if new_credential and names <= now:
            continue
        yield (
            5,
            line.whole,
            _("our own account changes") if user else _("an account changes, maybe ours"),
            True,
        )
    if was and not now:
        yield 5, gone[0].whole if gone else "", _("no local account is left"), True


def _users(reach: Reach) -> set[str]:
    forms = [" / ".join((*line.path, line.line)) for line in reach.lines]
    texts = {"\n".join(forms), "\n".join(line.whole for line in reach.lines)}
    found = set()
    for text in texts:
        lines = text.split("\n")
        for pattern in ACCOUNTS:
            single = regex.compile(pattern)
            for number in regex.compile(pattern, lines=True).line_numbers(text):
                if match := single.search(lines[number]):
                    found.add(match["account"])
    return found


def _users_of(line: Line) -> set[str]:
    patterns = [regex.compile(pattern) for pattern in ACCOUNTS]
    forms = {" / ".join((*line.path, line.line)), line.whole}
    return {found["account"] for form in forms for one in patterns if (found := one.search(form))}


# -- rules 6 and 7


def control_plane(before: Reach, after: Reach) -> Iterator[Found]:
    """What the device lets reach itself; that more passes is no cut."""
    gone, come = only(before, after), only(after, before)
    policies = _policies(before) | _policies(after)
    for line in (*gone, *come):
        own = _any(access.CONTROL_PLANE, line.whole)
        if not own and not any(_of_policy(line, name) for name in policies):
            continue
        passes = regex.compile(access.PASSES).search(line.whole)
        if passes and line in come:
            continue
        if not passes and line in gone and "action=" in line.whole:
            continue
        yield 6, line.whole, _("what the device lets reach itself changes"), True
    if _order(before) != _order(after) and not gone and not come:
        yield 6, "", _("what the device lets reach itself changes its order"), True


def _order(reach: Reach) -> list[str]:
    found = {line for pattern in access.CONTROL_PLANE for line, _match in reach.fitting(pattern)}
    return [line.whole for line in reach.lines if line in found] if found else []


_POLICY = regex.compile(
    r"^(?:system )?control-plane.*"
    r"(?:service-policy(?: input)?(?: type \S+)?|access-group|apply policy|filter input) (?P<name>\S+)"
    r"|^interfaces lo0 unit \d+ family inet6? filter input(?:-list)? (?P<filter>\S+)"
    r"|^cpu-defend-policy (?P<policy>\S+)"
)


def _policies(reach: Reach) -> set[str]:
    """The policies and filters that guard the device itself, by name."""
    found = [match for _line, match in reach.fitting(_POLICY.pattern)]
    names = {match.groupdict()[key] or "" for match in found for key in ("name", "filter", "policy")}
    return {name for name in names if name and name not in ("in", "out")}


def _of_policy(line: Line, name: str) -> bool:
    header = line.path[0] if line.path else line.line
    words = line.whole.split() if header.startswith("firewall") else header.split()
    kinds = ("policy-map", "filter", "access-list", "class-map", "policy", "acl")
    return name in words and any(word in kinds for word in words)


def way_back(before: Reach, after: Reach) -> Iterator[Found]:
    """What the device needs to come back by itself: archive, jobs, clock, boot."""
    for line in (*only(before, after), *only(after, before)):
        if _any(access.WAY_BACK, line.whole):
            yield 7, line.whole, _("the way back itself, or what it needs, changes"), True
