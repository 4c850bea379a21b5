"""What changed between two configurations, as changes of meaning and not of lines.

The order of siblings means something unless the platform's rules say that it does not: in a list that they
name a line has `moved`, where they are silent it was `reordered`. Two lines with the same key are one line
with two values. The difference proves itself: `apply(old, compare(old, new))` is `new`,
which `proven` checks, so that no caller has to believe it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from bitools.net.decisions.comparison.pairing import Handle, Item, identify, level
from bitools.net.decisions.node import Node
from bitools.net.decisions.rules import Comparison, Key, unknown

Identity = tuple[object, ...]
Name = Handle | int  # of a line while steps are applied: where it stood, or the number of what was added
Kind = Literal["added", "removed", "modified", "moved", "reordered"]


class Step(NamedTuple):
    """One change to one block: `where` leads to its parent in the old tree, `path` does for people.

    `after` is what it follows in its ordered group: a handle of the old tree, the number of an earlier added
    step of the same parent, or None for the first place. `group` is None where order means nothing.
    """

    path: tuple[str, ...]
    where: tuple[Handle, ...]
    kind: Kind
    old: Node | None = None
    new: Node | None = None
    handle: Handle | None = None
    after: Handle | int | None = None
    group: Key | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a change, for people and documents. Of `moved` and `reordered`, new is the line before it.

    `placed`: its place means something, or may; then `after` is the line that it now follows, None for the
    first place.
    """

    path: tuple[str, ...]
    kind: Kind
    line: str
    old: str | None = None
    new: str | None = None
    placed: bool = False
    after: str | None = None


def compare(old: Node, new: Node, rules: Comparison) -> list[Step]:
    """Every step from the old tree to the new one, in the new one's order. Linear in the number of lines."""
    steps: list[Step] = []
    if old.children != new.children:
        _compare(old, new, rules, (), (), steps)
    return steps


def _compare(
    old: Node,
    new: Node,
    rules: Comparison,
    path: tuple[str, ...],
    where: tuple[Handle, ...],
    steps: list[Step],
) -> None:
    before, after = level(old, rules), level(new, rules)
    identify(before, after, rules)
    was = {item.identity: item for item in before}
    wanted = {item.identity for item in after}
    for item in before:
        if item.identity not in wanted:
            steps.append(Step(path, where, "removed", old=item.node, handle=item.handle))
    moved = _moved(before, after)
    last: dict[Key, Handle | int] = {}
    for number, item in enumerate(after):
        twin = was.get(item.identity)
        previous = last.get(item.group) if item.group else None
        if twin is None:
            steps.append(
                Step(
                    path, where, "added", new=item.node, after=previous, group=item.group, handle=("", number)
                )
            )
        else:
            if twin.text != item.text or twin.node.body != item.node.body:
                steps.append(Step(path, where, "modified", twin.node, item.node, twin.handle))
            if item.identity in moved:
                kind: Kind = "reordered" if unknown(item.group) else "moved"
                steps.append(Step(path, where, kind, twin.node, item.node, twin.handle, previous, item.group))
            if twin.node.children != item.node.children:
                inside = rules.header(item.node) if item.repeated else item.node.text
                _compare(twin.node, item.node, rules, (*path, inside), (*where, twin.handle), steps)
        if item.group:
            last[item.group] = number if twin is None else twin.handle


def _moved(before: list[Item], after: list[Item]) -> set[Identity]:
    """The fewest lines of ordered groups that have to move: all but a longest rising sequence of each.

    Ordered as they are now: a line may have stood alone under its key before.
    """
    ordered = {item.identity for item in after if item.group}
    place = {item.identity: number for number, item in enumerate(before) if item.identity in ordered}
    if not place:
        return set()
    sequences: dict[Key, list[tuple[int, Identity]]] = defaultdict(list)
    for item in after:
        if item.group and item.identity in place:
            sequences[item.group].append((place[item.identity], item.identity))
    moved: set[Identity] = set()
    for sequence in sequences.values():
        stay = _longest_rising([number for number, _identity in sequence])
        moved.update(
            identity for position, (_number, identity) in enumerate(sequence) if position not in stay
        )
    return moved


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """The positions of a longest rising subsequence (patience sorting, n log n)."""
    tops: list[int] = []
    at: list[int] = []
    before: list[int] = []
    for position, number in enumerate(numbers):
        pile = bisect_left(tops, number)
        before.append(at[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(number)
            at.append(position)
        else:
            tops[pile], at[pile] = number, position
    positions: set[int] = set()
    position = at[-1] if at else -1
    while position >= 0:
        positions.add(position)
        position = before[position]
    return positions


@dataclass(slots=True)
class _Place:
    """The steps to one block, and the places inside it that have some."""

    steps: list[Step] = field(default_factory=list)
    inside: dict[Handle, _Place] = field(default_factory=dict)


def apply(old: Node, steps: Sequence[Step], rules: Comparison) -> Node:
    """The old tree after these steps."""
    root = _Place()
    for step in steps:
        place = root
        for handle in step.where:
            place = place.inside.setdefault(handle, _Place())
        place.steps.append(step)
    return _apply(old, root, rules)


def _apply(node: Node, place: _Place, rules: Comparison) -> Node:
    groups: dict[Name, Key | None] = {}
    nodes: dict[Name, Node] = {}
    for item in level(node, rules):
        groups[item.handle], nodes[item.handle] = item.group, item.node
    for handle, inner in place.inside.items():
        nodes[handle] = _apply(nodes[handle], inner, rules)
    follows: dict[Name, Name | None] = {}
    for step in place.steps:
        name: Name = step.handle if step.kind != "added" else step.handle[1]  # type: ignore[assignment,index]
        if step.kind == "removed":
            del nodes[name]
        elif step.kind == "added" and step.new:
            groups[name], nodes[name] = step.group, step.new
            follows[name] = step.after
        elif step.new:
            nodes[name] = nodes[name]._replace(text=step.new.text, body=step.new.body)
            if step.kind in ("moved", "reordered"):
                groups[name], follows[name] = step.group, step.after
    if not follows:
        return node._replace(children=list(nodes.values()))
    return node._replace(children=[nodes[name] for name in _arranged(nodes, groups, follows)])


def _arranged(
    names: Iterable[Name], groups: Mapping[Name, Key | None], follows: Mapping[Name, Name | None]
) -> Iterator[Name]:
    """The names in order; what follows something right behind it, first ones first in their group."""
    behind: dict[Name | None, list[Name]] = defaultdict(list)
    heads: dict[Key | None, list[Name]] = defaultdict(list)
    for name, before in follows.items():
        group = groups[name]
        if before is None and group is not None:
            heads[group].append(name)
        elif before is not None:
            behind[before].append(name)
    loose = [
        name for name in names if name not in follows or (follows[name] is None and groups[name] is None)
    ]
    stack = [*(name for heading in heads.values() for name in heading), *loose][::-1]
    while stack:
        name = stack.pop()
        yield name
        if name in behind:
            stack.extend(reversed(behind[name]))


def proven(old: Node, new: Node, steps: Sequence[Step], rules: Comparison) -> bool:
    """Do the steps lead from the old tree to one that means what the new one does?"""
    return not compare(apply(old, steps, rules), new, rules)


def changes(steps: Sequence[Step]) -> list[Change]:
    """The steps line by line: a block that came or went is its header and everything under it."""
    result: list[Change] = []
    added: dict[tuple[tuple[str, ...], Handle | int | None], str] = {}
    for step in steps:
        before = step.after[0] if isinstance(step.after, tuple) else added.get((step.path, step.after))
        if step.kind == "added" and step.new and step.handle:
            added[(step.path, step.handle[1])] = step.new.text
            header, *rest = _lines(step.path, "added", step.new)
            placed = _placed(step, before)
            result += [replace(header, placed=placed, after=before if placed else None), *rest]
        elif step.kind == "removed" and step.old:
            result.extend(_lines(step.path, "removed", step.old))
        elif step.kind == "modified" and step.old and step.new:
            result.append(Change(step.path, "modified", step.new.text, _whole(step.old), _whole(step.new)))
        elif step.new:
            result.append(Change(step.path, step.kind, step.new.text, None, before, True, before))
    return result


def _placed(step: Step, before: str | None) -> bool:
    """Must one know after what the line came? At the top, where nobody says so, only beside its like."""
    if not unknown(step.group) or step.path or step.new is None:
        return step.group is not None
    return before is not None and before.partition(" ")[0] == step.new.text.partition(" ")[0]


def _lines(path: tuple[str, ...], kind: Kind, node: Node) -> Iterator[Change]:
    whole = _whole(node)
    yield Change(
        path, kind, node.text, whole if kind == "removed" else None, whole if kind == "added" else None
    )
    for child in node.children:
        yield from _lines((*path, node.text), kind, child)


def _whole(node: Node) -> str:
    return "\n".join((node.text, *node.body))
