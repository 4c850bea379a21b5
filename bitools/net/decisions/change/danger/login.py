"""Who is let in over the network, and how: rules 4 and 5. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bitools import regex
from bitools.i18n import _
from bitools.net.decisions.change.danger.device import Found
from bitools.net.decisions.change.reach.crossing import Crossing
from bitools.net.decisions.change.reach.filters import entries, seen_to_let_in
from bitools.net.decisions.change.reach.networks import Address, Network, interface
from bitools.net.decisions.change.reach.reach import Reach
from bitools.net.decisions.change.reach.signs import PathLine

_VTY = regex.compile(r"^(?:line (?:vty|ssh|default|class vty|\d+ \d+)|user-interface vty|management ssh)")
_FILTERED = regex.compile(
    r"/ (?:no |undo )?(?:(?:ip |ipv6 )?access-class|acl(?: inbound)?|ip access-group) (?:ipv[46] )?\S+"
    r"|^(?:ip )?ssh (?:server )?(?:vrf \S+ )?(?:ipv[46] )?(?:acl|access-(?:list|class|group)) \S+"
    r"|^configure ssh2 access-profile \S+|^apply access-list (?:ip|ipv6) \S+ control-plane\b",
    lines=True,
)
_CLASS = regex.compile(
    r"/ (?:no |undo )?(?:(?:ip |ipv6 )?access-class|acl(?: inbound)?|ip access-group) (?:ipv[46] )?"
    r"(?P<name>\S+)"
    r"|^(?:ip )?ssh (?:server )?(?:vrf \S+ )?(?:ipv[46] )?(?:acl|access-(?:list|class|group)) (?P<list>\S+)"
    r"|^configure ssh2 access-profile (?P<profile>\S+)"
    r"|^apply access-list (?:ip|ipv6) (?P<control>\S+) control-plane\b"
)
_SERVED = regex.compile(r"^ssh server vrf \S+")
_TRANSPORT = regex.compile(r"/ (?:transport input|protocol inbound) (?P<value>.+)$")
_TRANSPORTS = regex.compile(r"/ (?:transport input|protocol inbound) .+$", lines=True)
_ALLOWACCESS = regex.compile(r"/ set allowaccess(?P<value>.*)$")
_ALLOWACCESSES = regex.compile(r"/ set allowaccess", lines=True)
_METHODS = regex.compile(r"^aaa authentication login (?:default|\S+) (?P<methods>.+)$")
_LOCAL = frozenset("local local-case enable line none group".split())


# -- rule 4


def management(case: Crossing) -> Iterator[Found]:
    """Log-in over the network: protocols, ports, filters."""
    for lines, goes in ((case.gone, True), (case.come, False)):
        for line in (*lines.fitting(_TRANSPORTS), *lines.having("management")):
            if reason := _management(line, goes, case):
                yield 4, line.whole, reason, True
    yield from _classes(case)
    yield from _managers(case)
    yield from _allowed(case)


def _management(line: PathLine, goes: bool, case: Crossing) -> str:
    whole, signs = line.whole, case.after.signs
    if found := _TRANSPORT.search(whole):
        return _transport(line, found["value"], goes, case)
    if _about_others(line, case) or _trusted_still(line, case):
        return ""
    if goes and (served := _SERVED.search(whole)):
        left = case.after.fitting(regex.compile(rf"^{re.escape(served[0])}(?: |$)", lines=True))
        return "" if left else _("how one logs in over the network changes")
    if _CLASS.search(whole) or signs.fits("harmless", whole):
        return ""
    if rest := _besides(line):
        others = (case.after if goes else case.before).having("managers")
        if rest in {_besides(one) for one in others} or "=" not in rest:
            return ""
    lets_in = signs.fits("opens", whole)
    if lets_in != goes and (lets_in or _negative(whole)):
        return ""
    if lets_in and goes:
        alike = [one.whole for one in case.after.having("opens") if _keyed(one.whole) == _keyed(whole)]
        if any(" vrf " not in f"{whole} {one}" for one in alike):
            return ""
    return _("how one logs in over the network changes")


def _about_others(line: PathLine, case: Crossing) -> bool:
    """Is it an entry of a list of who may manage, and lets in neither us nor by our protocol?"""
    found, us = _ENTRY.search(line.whole), case.us
    if found is None:
        return False
    service = found["service"]
    if service and service not in (us.protocol, "any", "all"):
        return True
    told = f"{found['address']}/{found['mask']}" if found["mask"] else found["address"] or ""
    one = interface(told)
    return bool(one and us.source and us.source.version == one.version and us.source not in one.network)


_ENTRY = regex.compile(
    r"^(?:management access-list \S+|control-plane / management-plane\b.*) / (?:permit|deny|address ipv[46])"
    r"(?: ip-source)?(?: (?P<address>[0-9A-Fa-f.:]+(?:/\d+)?))?(?: mask (?P<mask>[0-9.]+))?"
    r"(?:.* service (?P<service>\S+))?"
)


def _trusted_still(line: PathLine, case: Crossing) -> bool:
    """FortiOS: is it one of the networks that an account may come from, and may we come all the same?"""
    source = case.us.source
    if source is None or not _TRUSTED.search(line.whole):
        return False
    now = [
        found
        for one in case.after.fitting(_TRUSTED_LINES)
        if one.path == line.path and (found := _TRUSTED.search(one.whole))
    ]
    networks = [
        interface(f"{one['address']}/{one['mask']}" if one["mask"] else one["address"]) for one in now
    ]
    return not now or any(one and source in one.network for one in networks)


_TRUSTED = regex.compile(
    r"/ set (?:ip6-)?trusthost\d+ (?P<address>[0-9A-Fa-f.:]+(?:/\d+)?)(?: (?P<mask>[0-9.]+))?$"
)
_TRUSTED_LINES = regex.compile(r"/ set (?:ip6-)?trusthost\d+ ", lines=True)


def _besides(line: PathLine) -> str:
    """RouterOS: what a line says beside the addresses that may manage."""
    if "address=" not in line.line:
        return ""
    return " ".join(word for word in line.line.split() if not word.startswith("address="))


def _negative(whole: str) -> bool:
    return whole.rpartition(" / ")[2].startswith(("no ", "undo "))


def _keyed(whole: str) -> str:
    return whole.removeprefix("no ").removeprefix("undo ").split(" ")[0]


def _transport(line: PathLine, value: str, goes: bool, case: Crossing) -> str:
    """`transport input`: what counts is whether our protocol is still there."""
    wanted = case.us.protocol
    if goes:
        left = [one for one in case.after.fitting(_TRANSPORTS) if one.path == line.path]
        if left or line.path[-1] not in case.after.headers:
            return ""
        return _("what the lines take then is not known")
    if not {wanted, "all"} & set(value.split()):
        return _("the lines take {protocol} no more").format(protocol=wanted)
    return ""


def _classes(case: Crossing) -> Iterator[Found]:
    """Filters of the log-in lines: new ones, and those whose lines change."""
    had = {line.whole for line in case.before.fitting(_FILTERED)}
    for rule, name, line in _filtered(case.after):
        was = entries(case.before, name) if line.whole in had else None
        if not seen_to_let_in(was, entries(case.after, name), case):
            reason = _("filter {name} would keep us out, or is not understood").format(name=name)
            yield rule, line.whole, reason, True


def filters_of_lines(reach: Reach) -> Iterator[tuple[int, str]]:
    """The names of the filters of the log-in lines, each with the rule that is about it."""
    for rule, name, _line in _filtered(reach):
        yield rule, name


def _filtered(reach: Reach) -> Iterator[tuple[int, str, PathLine]]:
    for line in reach.fitting(_FILTERED):
        found = _CLASS.search(line.whole) if _VTY.search(line.whole) or not line.path else None
        if not found or " / no " in line.whole or line.whole.endswith((" out", " outbound")):
            continue
        name = next((group for group in found.groupdict().values() if group), "")
        yield 6 if found["control"] else 4, name, line


def _managers(case: Crossing) -> Iterator[Found]:
    """Whose addresses may manage; where no line says so everybody's, or nobody's."""
    was, now = _listed(case.before), _listed(case.after)
    changed = [whole for whole in (*was, *now) if (whole in was) != (whole in now)]
    if not changed:
        return
    source, zone = case.us.source, case.bearer.value("zone") if case.sure and case.bearer else ""
    if not now:
        if case.before.signs.nobody:
            yield 4, changed[0], _("our address is not among those that may manage"), True
        return
    if source is None and was and not was.keys() - now.keys():
        return  # only more may
    there = [some for some in now.values() if not zone or some.port in ("", zone)]
    if source is None or not any(_within(source, some.networks) for some in there):
        yield 4, changed[0], _("our address is not among those that may manage"), True


class _Managers(NamedTuple):
    """Networks from which one may manage, and the port by which, where it matters."""

    networks: list[Network]
    port: str


def _listed(reach: Reach) -> dict[str, _Managers]:
    found: dict[str, _Managers] = {}
    for line, match in reach.matches("managers"):
        told = match.groupdict()
        mask = told.get("mask") or ""
        texts = (told.get("list") or told.get("address") or "").split(",")
        networks = [interface(f"{text}/{mask}" if mask else text) for text in texts]
        found[line.whole] = _Managers([one.network for one in networks if one], told.get("device") or "")
    return found


def _within(source: Address, networks: Sequence[Network]) -> bool:
    return any(source in network for network in networks)


def _allowed(case: Crossing) -> Iterator[Found]:
    """FortiOS: what a port takes."""
    wanted, bearer = case.us.protocol, case.bearer
    now = {line.path: line for line in case.after.fitting(_ALLOWACCESSES)}
    for line in case.before.fitting(_ALLOWACCESSES):
        if wanted not in line.line.split():
            continue
        if bearer and line.path[-1].removeprefix("edit ").strip('"') != bearer.name:
            continue
        new = now.get(line.path)
        if new is None or wanted not in new.line.split():
            reason = _("the port takes {protocol} no more").format(protocol=wanted)
            yield 4, (new or line).whole, reason, True


# -- rule 5


def admission(case: Crossing) -> Iterator[Found]:
    """Who is let in: accounts, method lists, servers, the password of privilege."""
    signs, asked = case.after.signs, _asked(case)
    gone, come = case.gone.having("admission"), case.come.having("admission")
    keys = {_keyed(line.whole) for line in gone}
    for lines, comes in ((gone, False), (come, True)):
        for line in lines:
            if signs.fits("harmless", line.whole) or _elsewhere(line.whole, asked, case):
                continue
            only_comes = comes and signs.fits("servers", line.whole)
            replaced = _keyed(line.whole) in keys
            yield 5, line.whole, _("who is let in changes"), not only_comes or replaced
    yield from _accounts(case)


def _asked(case: Crossing) -> frozenset[str] | None:
    """Whom log-in asks, before and after: words of method lists; None where not all are known."""
    found = [
        match["methods"].split()
        for reach in (case.before, case.after)
        for line in reach.having("admission")
        if (match := _METHODS.search(line.whole))
    ]
    asked = frozenset(word for words in found for word in words) - _LOCAL
    return asked if found and asked <= {"tacacs+", "tacacs", "radius"} else None


def _elsewhere(whole: str, asked: frozenset[str] | None, case: Crossing) -> bool:
    """Is this about a server that nobody asks at log-in?"""
    if asked is None or not case.after.signs.fits("servers", whole):
        return False
    word = whole.removeprefix("encrypted ").split("-")[0].split(" ")[0]
    return word in ("tacacs", "radius") and not any(one.startswith(word) for one in asked)


def _accounts(case: Crossing) -> Iterator[Found]:
    was, now, user = _users(case.before), _users(case.after), case.us.user
    for reach, comes in ((case.gone, False), (case.come, True)):
        for line, names in _of_accounts(reach):
            if user and user not in names:
                continue
            if not user and comes and not names & was:
                continue
            if (case.us.new_credential and names <= now) or _trusted_still(line, case):
                continue
            reason = _("our own account changes") if user else _("an account changes, maybe ours")
            yield 5, line.whole, reason, True
    if was and not now:
        first = case.gone.lines[0].whole if case.gone.lines else ""
        yield 5, first, _("no local account is left"), True


def _users(reach: Reach) -> set[str]:
    return {name for _line, names in _of_accounts(reach) for name in names}


def _of_accounts(reach: Reach) -> Iterator[tuple[PathLine, set[str]]]:
    """The lines about accounts, with their names."""
    for line in reach.accounts:
        forms = {" / ".join((*line.path, line.line)), line.whole}
        found = (one.search(form) for form in forms for one in reach.signs.accounts)
        if names := {match["account"] for match in found if match}:
            yield line, names
