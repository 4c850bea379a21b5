"""What filters refer to by a name: lists of addresses, groups, services. Pure.

A filter whose own lines stay as they are lets others in all the same once such a thing changes.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple

from bitools import regex
from bitools.i18n import _
from bitools.net.decisions.change.danger.address import below
from bitools.net.decisions.change.danger.device import Found, guards
from bitools.net.decisions.change.danger.login import filters_of_lines
from bitools.net.decisions.change.reach.crossing import Crossing
from bitools.net.decisions.change.reach.networks import Network
from bitools.net.decisions.change.reach.reach import Reach
from bitools.net.decisions.change.reach.signs import PathLine

_BETWEEN = regex.compile(r"[^\s\"'=,;\[\]]+")
_RULE = regex.compile(r"^(firewall .*?(?:term|rule) \S+)(?: |$)")
_LETS_IN = regex.compile(r"\b(?:permit|accept)\b")
_KEEPS_OUT = regex.compile(r"\b(?:deny|drop|discard|reject)\b")
_ADDRESSES = regex.compile(
    r"(?P<address>[0-9]+(?:\.[0-9]+){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:]+)"
    r"(?:/(?P<length>[0-9.]+)| (?:mask )?(?P<mask>[0-9]+(?:\.[0-9]+){3}))?"
)
_DEEP = 4  # groups of groups


class _Use(NamedTuple):
    """A line that refers to things by name, the rule that is about it, and what it does."""

    rule: int
    words: frozenset[str]
    lets_in: bool
    keeps_out: bool


def referred(case: Crossing) -> Iterator[Found]:
    """What changes of the things that the filters on our way, and of the device itself, refer to."""
    changed = [
        (line, match["name"], comes)
        for lines, comes in ((case.gone, False), (case.come, True))
        for line, match in lines.matches("objects")
    ]
    uses = [*_uses(case)] if changed else []
    members = _members(case) if uses else []
    for line, name, comes in changed if uses else ():
        names = _with_groups(name, members)
        for use in uses:
            if names & use.words and _closes(line, name, use, case, comes=comes):
                text = _("what a filter on our way lets in changes: {name}").format(name=name)
                yield use.rule, line.whole, text, True


def _words(text: str) -> frozenset[str]:
    return frozenset(found[0] for found in _BETWEEN.finditer(text))


def _members(case: Crossing) -> list[tuple[str, frozenset[str]]]:
    """What each thing says of itself: its name, and the words of one line."""
    return [
        (name, _words(line.line))
        for reach in (case.before, case.after)
        for name, lines in reach.objects.items()
        for line in lines
    ]


def _with_groups(name: str, members: Sequence[tuple[str, frozenset[str]]]) -> Set[str]:
    """It, and the groups that it is in."""
    names = {name}
    for _depth in range(_DEEP):
        names |= {group for group, words in members if words & names}
    return names


def _uses(case: Crossing) -> Iterator[_Use]:
    ports = {
        name: case.before.ports[name]
        for port in (*case.bearers, *case.egress)
        for name in below(port, case)
        if name in case.before.ports
    }
    filters = {value for port in ports.values() for value in port.values("filter")}
    for reach in (case.before, case.after):
        lines = [(6, line) for line in guards(reach)]
        lines += [(3, line) for name in filters for line in reach.lists.get(name, ())]
        lines += [
            (rule, line) for rule, name in filters_of_lines(reach) for line in reach.lists.get(name, ())
        ]
        for rule, line in lines:
            said = "\n".join(_said_with(line, reach))
            yield _Use(rule, _words(line.whole), bool(_LETS_IN.search(said)), bool(_KEEPS_OUT.search(said)))


def _said_with(line: PathLine, reach: Reach) -> Sequence[str]:
    """What its rule says beside it, where a rule has several lines."""
    if found := _RULE.search(line.whole):
        return [one.whole for one in reach.lines if one.whole.startswith(f"{found[1]} ")]
    if line.path and line.path[-1].startswith("edit "):
        return [one.line for one in reach.lines if one.path == line.path]
    return [line.line]


def _closes(line: PathLine, name: str, use: _Use, case: Crossing, *, comes: bool) -> bool:
    """Might we be kept out by it?"""
    if not _concerns(line.line, case):
        return False
    if use.lets_in and not use.keeps_out:
        return not comes and not _covered(name, case)
    return comes or not use.keeps_out or use.lets_in


def _concerns(text: str, case: Crossing) -> bool:
    """Is it about us, or not understood?"""
    found, us = _networks(text), case.us
    if not found or us.source is None:
        return True
    return any(us.source in network or (us.address and us.address in network) for network in found)


def _covered(name: str, case: Crossing) -> bool:
    """Is our address in it still?"""
    source = case.us.source
    return source is not None and any(
        source in network for line in case.after.objects.get(name, ()) for network in _networks(line.line)
    )


def _networks(text: str) -> list[Network]:
    """The networks that a line names; none where it is written otherwise."""
    found: list[Network] = []
    if "range" in text.split():
        return found
    for match in _ADDRESSES.finditer(text):
        length = match["length"] or match["mask"]
        try:
            found.append(
                ipaddress.ip_network(
                    f"{match['address']}/{length}" if length else match["address"], strict=False
                )
            )
        except ValueError:
            return []
    return found
