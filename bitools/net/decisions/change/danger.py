"""What would cut us off: eight rules, held against the predicted configuration and the running one. Pure.

Nothing is typed to find out. What these rules cannot know: dynamic routing, spanning tree, the filters of
other devices, NAT. Where they do not know which way we come, they take the way that is likely, and say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bitools.i18n import _
from bitools.net.decisions.change import danger_links, danger_words
from bitools.net.decisions.change.reach import Address, Reach, read
from bitools.platforms.model import Platform

Weight = Literal["refuse", "warn"]
NAMES = {
    1: "address",
    2: "route",
    3: "uplink",
    4: "management",
    5: "admission",
    6: "control-plane",
    7: "way-back",
    8: "name",
}


@dataclass(frozen=True, slots=True)
class Us:
    """How we reach a device, as far as anybody knows: who, to which address and port, from where.

    `uplink`: the port towards us, where the device was asked for it. `source`: behind a jump host that one's.
    """

    user: str = ""
    address: Address | None = None
    source: Address | None = None
    port: int = 22
    telnet: bool = False
    uplink: str = ""
    new_credential: bool = False  # our own changed secret is known, and the new session will prove it


@dataclass(frozen=True, slots=True)
class Danger:
    """One rule that says no, or only warns: the line, and why."""

    rule: int
    line: str
    reason: str
    weight: Weight = "refuse"

    @property
    def name(self) -> str:
        """The rule's name, by which it may be lifted."""
        return NAMES[self.rule]


def dangers(running: str, predicted: str, platform: Platform, us: Us) -> list[Danger]:
    """Every danger of going from one masked configuration to the other, the refusals first."""
    if running == predicted:
        return []
    before, after = read(running, platform), read(predicted, platform)
    found = {(one.rule, one.line, one.reason): one for one in _all(before, after, us)}
    return sorted(found.values(), key=lambda one: (one.weight != "refuse", one.rule))


def _all(before: Reach, after: Reach, us: Us) -> Iterator[Danger]:
    yield from _weighed(danger_links.bearing(before, after, us.address))
    yield from _weighed(danger_links.routed(before, after, us.address, us.source))
    yield from _weighed(danger_links.uplinked(before, after, us.address, us.source, us.uplink, us.port))
    yield from _weighed(danger_words.management(before, after, us.address, us.source, us.port, us.telnet))
    yield from _weighed(danger_words.admission(before, after, us.user, us.new_credential))
    yield from _weighed(danger_words.control_plane(before, after))
    yield from _weighed(danger_words.way_back(before, after))
    yield from _renamed(before, after)


def _weighed(found: Iterator[tuple[int, str, str, bool]]) -> Iterator[Danger]:
    for rule, line, reason, refuses in found:
        yield Danger(rule, line, reason, "refuse" if refuses else "warn")


def _renamed(before: Reach, after: Reach) -> Iterator[Danger]:
    """Rule 8: allowed, but the next session has to expect the new name."""
    for line in danger_words.only(after, before):
        if danger_words.NAME.search(line.whole):
            yield Danger(8, line.whole, _("its prompt will have another name"), "warn")
