"""A plan: what to type, what it leads to and back, and what was not planned. Pure.

What the commands lead to is predicted apart from what made them; where the two do not agree there is no plan.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from bitools.net.decisions.change.language import set_lines
from bitools.net.decisions.change.language.assumed import silent, spoken_out
from bitools.net.decisions.change.language.dialect import Dialect, dialect
from bitools.net.decisions.change.language.forbidden import forbidden
from bitools.net.decisions.change.language.number_lists import singly
from bitools.net.decisions.change.language.numbered import in_order
from bitools.net.decisions.change.language.typed import shown
from bitools.net.decisions.change.prediction.predict import predict
from bitools.net.decisions.change.remediation.contradiction import contradiction, said_twice, stand_together
from bitools.net.decisions.change.remediation.remediate import remedy
from bitools.net.decisions.change.remedy import Command, Question, Remedy
from bitools.net.decisions.comparison.diff import Change, apply, changes, compare
from bitools.net.decisions.node import Node
from bitools.net.decisions.rules import Key
from bitools.platforms.model import Platform


class Mispredicted(Exception):
    """The commands would not lead to what is wanted: a bug of ours."""

    def __init__(self, predicted: str, wanted: str, left: Sequence[Command], other: Sequence[Change]) -> None:
        super().__init__("predicted is not intended")
        self.predicted, self.wanted, self.left, self.other = predicted, wanted, left, other


@dataclass(frozen=True, slots=True)
class Plan:
    """What to type on one device, what it has then, and what leads back.

    `before`, `after`, `wanted`: what it has, has then, and has with all questions answered, as trees.
    `unanswered`: what the way back would need and nobody kept.
    """

    commands: Sequence[Command]
    before: Node
    after: Node
    wanted: Node
    predicted: str
    inverse: Sequence[Command]
    questions: Sequence[Question]
    unanswered: Sequence[Question]


def plan(running: str, wanted: str, platform: Platform, *, back: bool = True) -> Plan:
    """Plan the way from one masked configuration to another, and back if that is wanted too.

    Raise Mispredicted; Contradiction where the wanted one says two things at once; Forbidden for a line that
    would act or that no terminal takes; ValueError if nobody has said how the platform is configured.
    """
    spoken = dialect(platform)
    flat = any(set_lines.is_flat(text, platform) for text in (running, wanted))
    trees = (set_lines.read(text, platform, flat=flat) for text in (running, wanted))
    before, after = (in_order(singly(tree, spoken), spoken) for tree in trees)
    there, made = _way(before, after, platform)
    forbidden(there.commands, spoken)
    predicted = silent(made, before, spoken)
    home = _way(predicted, before, platform)[0] if back else Remedy((), ())
    text = shown(predicted, platform)
    return Plan(
        there.commands, before, predicted, after, text, home.commands, there.questions, home.questions
    )


def _way(before: Node, after: Node, platform: Platform) -> tuple[Remedy, Node]:
    """The way from one tree to the other, and what it leads to. Raise Mispredicted."""
    spoken = dialect(platform)
    before, after = spoken_out(before, after, spoken)
    there = remedy(before, after, spoken)
    return there, verified(before, after, there.commands, there.questions, platform)


def verified(
    before: Node, after: Node, commands: Sequence[Command], questions: Sequence[Question], platform: Platform
) -> Node:
    """What the commands lead to, if it is what is wanted but for what is asked. Raise Mispredicted."""
    spoken = dialect(platform)

    def several() -> frozenset[Key]:
        return said_twice(after, spoken) | stand_together((before, after), spoken)

    found = predict(before, commands, platform, several)
    if spoken.change.style == "yaml":
        found = found._replace(tree=singly(found.tree, spoken))
    steps = compare(found.tree, after, spoken.rules)
    unseen = {_place((*path, line), spoken) for path, line in found.unseen}
    seen = [
        step
        for step in steps
        if step.new and step.kind == "added" and _place((*step.path, step.new.text), spoken) in unseen
    ]
    tree = apply(found.tree, seen, spoken.rules) if seen else found.tree
    left = changes([step for step in steps if step not in seen]) if seen else changes(steps)
    asked = {_place((*one.path, one.line), spoken) for one in questions}
    other = [change for change in left if not _excused(change, asked, spoken)]
    if other or found.left:
        contradiction(after, spoken)
        raise Mispredicted(shown(tree, platform), shown(after, platform), found.left, other)
    return tree


def _place(path: Sequence[str], spoken: Dialect) -> tuple[str, ...]:
    return tuple(spoken.rules.spelled(text).removesuffix(" {}") for text in path)


def _excused(change: Change, asked: Set[tuple[str, ...]], spoken: Dialect) -> bool:
    """Is it a difference that was not to be planned away: asked for, an emptied port, an order of a set?"""
    if change.kind == "reordered":
        return True
    if change.kind == "removed" and "permanent" in spoken.marks[change.line]:
        return True
    place = _place((*change.path, change.line), spoken)
    may_hold = change.kind == "added" or change.line.endswith(" {}")
    inside = may_hold and any(one[: len(place)] == place for one in asked)
    return inside or any(place[: depth + 1] in asked for depth in range(len(place)))


def plan_id(plan: Mapping[str, object]) -> str:
    """The SHA-256 of the canonical JSON: sorted keys, no blanks, UTF-8 (RFC 8785 for what is in a plan)."""
    return hashlib.sha256(canonical_json(plan)).hexdigest()


def canonical_json(plan: Mapping[str, object]) -> bytes:
    """One spelling for one plan."""
    return json.dumps(plan, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
