"""What would cut us off: eight rules, held against the predicted configuration and the running one. Pure.

Nothing is typed to find out. What these rules cannot know: dynamic routing, spanning tree, the filters of
other devices, NAT. Where they do not know which way we come, they take the way that is likely, and say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bitools.net.decisions.change.danger import address, device, login, objects, route, uplink
from bitools.net.decisions.change.danger.device import Found
from bitools.net.decisions.change.language import activation
from bitools.net.decisions.change.reach.crossing import Crossing, Us
from bitools.net.decisions.change.reach.reach import read_both
from bitools.net.decisions.node import Node
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


def dangers(running: Node, predicted: Node, platform: Platform, us: Us) -> list[Danger]:
    """Every danger of going from one masked configuration to the other, the refusals first."""
    if running == predicted:
        return []
    if platform.change and (mark := platform.change.inactive):
        running, predicted = (activation.awake(tree, mark) for tree in (running, predicted))
    found: dict[tuple[int, str, str], Danger] = {}
    for rule, line, reason, refuses in _all(Crossing(*read_both(running, predicted, platform), us)):
        known = found.get((rule, line, reason))
        if known is None or refuses:  # what one port only warns of may be the end of another one
            found[rule, line, reason] = Danger(rule, line, reason, "refuse" if refuses else "warn")
    return sorted(found.values(), key=lambda one: (one.weight != "refuse", one.rule))


def _all(case: Crossing) -> Iterator[Found]:
    yield from address.bearing(case)
    yield from route.routed(case)
    yield from uplink.uplinked(case)
    yield from login.management(case)
    yield from login.admission(case)
    yield from device.control_plane(case)
    yield from objects.referred(case)
    yield from device.coming_back(case)
    yield from device.renamed(case)
