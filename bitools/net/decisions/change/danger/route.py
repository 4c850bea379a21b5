"""Rule 2: the route back to us. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from bitools import regex
from bitools.i18n import _
from bitools.net.decisions.change.danger.device import Found
from bitools.net.decisions.change.reach.crossing import Crossing
from bitools.net.decisions.change.reach.networks import Address
from bitools.net.decisions.change.reach.reach import Reach
from bitools.net.decisions.change.reach.signs import PathLine
from bitools.net.decisions.change.reach.static_routes import Route

_PROCESS = (
    r"^(?:(?:vrf \S+ )?router (?:ospf|ospfv3|ospf6|bgp|isis|rip|eigrp)|(?:enable|configure) (?:ospf|bgp|isis)"
    r"|protocols (?:ospf|ospfv3|bgp|isis|rip|ripng)|(?:/?routing )?(?:ospf|bgp|isis|rip)"
    r"|config router (?:ospf|bgp|isis|rip))\b"
)
_PROCESSES = regex.compile(_PROCESS, lines=True)
_BRINGS = regex.compile(
    rf"{_PROCESS}|^(?:no )?(?:(?:ip|ipv6) )?(?:prefix-list|route-map|as-path|community-list|route-policy"
    r"|prefix-set|policy-options)\b",
    lines=True,
)
_STOPS = regex.compile(
    r" / (?:shutdown|disable)$|^disable (?:ospf|bgp|isis)$|^protocols \S+ disable$", lines=True
)
_ROUTING = regex.compile(r"^(?:no |undo )?ip routing$", lines=True)
_LOCAL_POLICY = regex.compile(
    r"^(?:no )?ip(?:v6)? local (?:policy|policy-based-route)\b|^policy local-route6? "
    r"|^/(?:routing rule|ip route rule) / (?:add|set)\b",
    lines=True,
)
_BEHIND_ALL = 254


def routed(case: Crossing) -> Iterator[Found]:
    """What happens to the best route to us; to the default route where nobody knows where we are."""
    yield from _policed(case)
    if case.us.source is None:
        yield from _defaults(case)
        return
    source, vrf = case.us.source, case.vrf
    was, will = case.before.best(source, vrf), case.after.best(source, vrf)
    hops, new = {route.hop for route in was}, {route.hop for route in will}
    if was and not hops & new and not _connected(was, will):
        line = next((route.line for route in (*was, *will) if route.line), "")
        yield 2, _line_to_show(was, will, line), _reason(hops, new, str(source)), True
    elif hops - new:
        yield (
            2,
            _line_to_show(was, will, ""),
            _("one of the ways to {address} goes").format(address=source),
            False,
        )
    elif not was:
        yield from _processes(case)
    if was and not _connected(was, was):
        yield from _stranded(was, case, source)
        yield from _switched(was, case)


def _connected(was: list[Route], will: list[Route]) -> bool:
    return was[0].distance == 0 and bool(will) and will[0].distance == 0


def _line_to_show(was: list[Route], will: list[Route], line: str) -> str:
    gone = [route.line for route in was if route not in will and route.line]
    come = [route.line for route in will if route not in was and route.line]
    return next(iter([*gone, *come]), line)


def _reason(hops: set[str], new: set[str], to: str) -> str:
    if not new:
        return _("the only route to {address} goes").format(address=to)
    text = _("the route to {address} goes by {new} then, not by {old}")
    return text.format(address=to, new=", ".join(sorted(new)), old=", ".join(sorted(hops)))


def _stranded(was: list[Route], case: Crossing, source: Address) -> Iterator[Found]:
    """No port leads to the next hop any more."""
    for route in was:
        if case.leads(case.before, route.hop) and not case.leads(case.after, route.hop):
            text = _("no port leads to {hop} then, by which the route to {address} goes")
            yield 2, route.line, text.format(hop=route.hop, address=source), True


def _switched(was: list[Route], case: Crossing) -> Iterator[Found]:
    """A gateway for hosts serves only where nothing routes, a route only where something does."""
    for line in (*case.gone.fitting(_ROUTING), *case.come.fitting(_ROUTING)):
        on = (line.line == "ip routing") == (line in case.come.lines)
        if was and on == (was[0].distance == _BEHIND_ALL):
            text = _("the way to us holds only while {line} is as it is")
            yield 2, line.whole, text.format(line="ip routing"), True


def _policed(case: Crossing) -> Iterator[Found]:
    for line in (*case.gone.fitting(_LOCAL_POLICY), *case.come.fitting(_LOCAL_POLICY)):
        yield 2, line.whole, _("what the device sends itself goes another way"), True


def _defaults(case: Crossing) -> Iterator[Found]:
    defaults = {(one.vrf, one.network.version) for one in case.before.routes if one.network.prefixlen == 0}
    if case.bearers:
        vrfs = {port.vrf for port in case.bearers}
        defaults = {one for one in defaults if one[0] in vrfs}
    if not defaults:
        yield from _processes(case)
    static = (one for one in case.before.routes if one.network.prefixlen == 0)
    yield from _switched(sorted(static, key=lambda one: one.distance)[:1], case)
    for vrf, version in sorted(defaults):
        was, will = (_hops(reach, vrf, version) for reach in (case.before, case.after))
        if was and not was.keys() & will.keys():
            everywhere = "::/0" if version == 6 else "0.0.0.0/0"
            yield 2, next(iter(was.values())), _reason(set(was), set(will), everywhere), True
    had, has = ({one for one in reach.routes if one.line} for reach in (case.before, case.after))
    for route in sorted(had ^ has, key=lambda one: one.line):
        if route.network.prefixlen:
            text = _("it may be the way to us: nobody knows where we come from")
            yield 2, route.line, text, False


def _hops(reach: Reach, vrf: str, version: int) -> dict[str, str]:
    routes = [
        one
        for one in reach.routes
        if one.network.prefixlen == 0 and one.vrf == vrf and one.network.version == version
    ]
    least = min((one.distance for one in routes), default=0)
    return {one.hop: one.line for one in routes if one.distance == least}


def _processes(case: Crossing) -> Iterator[Found]:
    """No static way: a routing process brings it. One that goes is a cut, one that changes may be."""
    ends: list[PathLine] = [line for line in case.gone.fitting(_PROCESSES) if not line.path and _headed(line)]
    ends += [line for line in case.come.fitting(_STOPS) if _of_a_process(line)]
    for line in ends:
        yield 2, line.whole, _("the routing process that may bring the route to us goes"), True
    told = {line.whole for line in ends}
    for line in (*case.gone.fitting(_BRINGS), *case.come.fitting(_BRINGS)):
        if line.whole not in told:
            yield 2, line.whole, _("the routing that may bring the route to us changes"), False


def _headed(line: PathLine) -> bool:
    return " / " not in line.whole and not line.whole.startswith(("protocols ", "configure ", "vrf "))


def _of_a_process(line: PathLine) -> bool:
    """Is it the process itself that stops, not one of its neighbours or areas?"""
    return len(line.path) <= 1 and bool(regex.compile(_PROCESS).search(line.whole))
