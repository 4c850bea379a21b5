"""What the device lets reach itself, what it needs to come back, and its name: rules 6 to 8. Pure.

A line that came, went or changed is looked at; the words are data (`platforms/access.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Set

from bitools import regex
from bitools.i18n import _
from bitools.net.decisions.change.reach.crossing import Crossing
from bitools.net.decisions.change.reach.filters import concerns
from bitools.net.decisions.change.reach.reach import Reach
from bitools.net.decisions.change.reach.signs import PathLine

Found = tuple[int, str, str, bool]  # rule, line, reason; does it refuse?
_NAME = regex.compile(
    r"^(?:hostname|sysname|system host-?name|configure snmp sysName|/system identity / set name=|"
    r"(?:.*/ )?config system global / set hostname)\b",
    lines=True,
)
_TERM = regex.compile(r"^(firewall .*filter \S+ term \S+)(?: |$)")
_PROTOCOL = regex.compile(r"^(firewall .*filter \S+ term \S+) from protocol (\S+)$")
_OTHERS = frozenset(("icmp", "icmp6", "udp", "igmp", "ospf", "vrrp", "pim", "esp", "ah", "gre", "rsvp"))
_PASSES = regex.compile(r"\baction=(?:accept|log|passthrough)\b")


def control_plane(case: Crossing) -> Iterator[Found]:
    """Rule 6. That more passes is no cut."""
    policies = _policies(case.before) | _policies(case.after)
    for lines, goes in ((case.gone, True), (case.come, False)):
        for line in guards(lines, policies):
            if _of_another_protocol(line, case) or _of_others(line, case):
                continue
            passes = _PASSES.search(line.whole)
            if (passes and not goes) or (goes and not passes and "action=" in line.whole):
                continue
            yield 6, line.whole, _("what the device lets reach itself changes"), True
    if not case.gone.lines and not case.come.lines and _order(case.before) != _order(case.after):
        yield 6, "", _("what the device lets reach itself changes its order"), True
    for port in {one.name: one for one in (case.bearer, *case.egress) if one}.values():
        now = case.after.ports.get(port.name)
        if now and now.values("zone") != port.values("zone"):
            where = now.line("zone") or port.line("zone")
            text = _("{port} changes its zone").format(port=port.name)
            yield 6, where.whole if where else port.name, text, True


def guards(reach: Reach, policies: Set[str] | None = None) -> Iterator[PathLine]:
    """The lines of what guards the device itself; with `policies`, of those."""
    own = {line.whole for line in reach.having("control_plane")}
    names = _policies(reach) if policies is None else policies
    for line in reach.lines if own or names else ():
        if line.whole in own or any(_of_policy(line, name) for name in names):
            yield line


def _order(reach: Reach) -> list[str]:
    return [line.whole for line in reach.having("control_plane")]


def _policies(reach: Reach) -> set[str]:
    """The policies and filters that guard the device itself, by name."""
    names = {match["name"] for _line, match in reach.matches("policies")}
    inside = [line for line in reach.lines if line.path] if names else []
    referring = [(match["name"], line) for line in inside if (match := _REFERS.search(line.line))]
    for _depth in range(3):  # a policy, its classes, their lists
        names |= {other for other, line in referring if any(_of_policy(line, name) for name in names)}
    return {name for name in names if name and name not in ("in", "out", "class-default")}


_REFERS = regex.compile(
    r"^(?:\d+ )?(?:class(?:ifier)?(?: type \S+)?"
    r"|match (?:ip |ipv6 )?(?:access-group(?: name)?|access-list|address)"
    r"|if-match (?:ipv6 )?acl(?: name)?|class-map(?: type \S+)?) (?P<name>\S+)"
)


def _of_others(line: PathLine, case: Crossing) -> bool:
    """Is it an entry of an access list that says nothing of us?"""
    header = line.path[-1] if line.path else ""
    text = _NUMBER.sub("", line.line)
    listed = "access-list" in header or header.startswith("acl ")
    return listed and text.startswith(("permit ", "deny ")) and not concerns(text, case.us)


_NUMBER = regex.compile(r"^(?:rule |seq |sequence )?(?:\d+ )?")


def _of_policy(line: PathLine, name: str) -> bool:
    header = line.path[0] if line.path else line.line
    words = line.whole.split() if header.startswith("firewall") else header.split()
    kinds = ("policy-map", "filter", "access-list", "class-map", "policy", "acl")
    return name in words and any(word in kinds for word in words)


def _of_another_protocol(line: PathLine, case: Crossing) -> bool:
    """Is it of a term of a filter (Junos) that is only about others than TCP, before and after?"""
    term = _TERM.search(line.whole)
    if term is None:
        return False
    said = [
        {found[2] for one in reach.lines if (found := _PROTOCOL.search(one.whole)) and found[1] == term[1]}
        for reach in (case.before, case.after)
        if any(one.whole.startswith(f"{term[1]} ") for one in reach.lines)
    ]
    return all(protocols and protocols <= _OTHERS for protocols in said)


def coming_back(case: Crossing) -> Iterator[Found]:
    """Rule 7: what the device needs to come back by itself: archive, jobs, clock, boot."""
    for line in (*case.gone.having("way_back"), *case.come.having("way_back")):
        yield 7, line.whole, _("the way back itself, or what it needs, changes"), True


def renamed(case: Crossing) -> Iterator[Found]:
    """Rule 8: allowed, but the next session has to expect the new name."""
    for line in case.come.fitting(_NAME):
        yield 8, line.whole, _("its prompt will have another name"), False
