"""What stands side by side in a configuration, and which line of the new one is which of the old one. Pure.

A line is itself; a keyed line is its key; blocks that share a header (XML's elements) are known by what they
say, or by most of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass

from bitools.net.decisions.node import Node, lines_of
from bitools.net.decisions.rules import UNKNOWN, Comparison, Key

_MOST_PAIRS = 40_000  # blocks of one header, old times new, that are held against each other
Handle = tuple[str, int]  # a line as it is compared, and which of its equals among its siblings
Canonical = tuple[object, ...]


@dataclass(slots=True)
class Item:
    """One sibling: as it is compared, its key and ordered group, and in the end whose twin it is."""

    text: str
    handle: Handle
    key: Key | None
    group: Key | None
    node: Node
    identity: tuple[object, ...] = ()
    repeated: bool = False  # a block with the same header as another one beside it


def level(parent: Node, rules: Comparison) -> list[Item]:
    """The siblings as they count: respelled, silent ones left out, what is there twice in a set once.

    A block of a set that is there twice is one with the lines of both; with another text inside (a banner,
    a certificate) it stays another.
    """
    section = rules.section(parent.text)
    items: list[Item] = []
    sets: dict[str | tuple[str, tuple[str, ...]], Item] = {}  # most lines have no text inside
    seen: dict[str, int] = {}
    keyed: dict[Key, list[Item]] = defaultdict(list)
    for node in rules.joined(parent.children):
        line = section.known.get(node.text) or rules.look(section, node.text)
        text, key, group, silent, free = line
        if silent and not node.children:
            continue
        times = seen.get(text, 0)
        if group is None and times:
            first = sets.get((text, node.body) if node.body else text)
            if first is not None:
                first.node = first.node._replace(children=[*first.node.children, *node.children])
                continue
        item = Item(text, (text, times), key, group, node)
        seen[text] = times + 1
        items.append(item)
        if group is None:
            sets[(text, node.body) if node.body else text] = item
            if key is not None and not free:
                keyed[key].append(item)
    for same in keyed.values():
        if len(same) > 1:  # what was to be one line with one value: then their order may mean something
            for item in same:
                item.group = UNKNOWN
    return items


def in_canonical_order(node: Node, rules: Comparison) -> Canonical:
    """What a tree means: sets sorted, ordered groups as sequences. Equal for equivalent configurations."""
    loose: list[Canonical] = []
    groups: dict[Key, list[Canonical]] = defaultdict(list)
    for item in level(node, rules):
        entry = (item.text, item.handle[1], item.node.body, in_canonical_order(item.node, rules))
        if item.group is None:
            loose.append(entry)
        else:
            groups[item.group].append(entry)
    return (
        tuple(sorted(loose, key=repr)),
        tuple(sorted((group, *entries) for group, entries in groups.items())),
    )


def identify(before: list[Item], after: list[Item], rules: Comparison) -> None:
    """Give twins the same identity: by key where it is unique on both sides, else by the line itself."""
    ambiguous: set[Key] = set()
    for items in (before, after):
        keys = [item.key for item in items if item.key is not None]
        if len(set(keys)) < len(keys):
            ambiguous.update(key for key, times in Counter(keys).items() if times > 1)
    twice = False
    for item in (*before, *after):
        key, twice = item.key, twice or item.handle[1] > 0
        alone = key is not None and key not in ambiguous
        item.identity = ("key", key, item.group) if alone else item.handle
        item.repeated = False
    for blocks in _repeated(before, after) if twice else ():
        _pair_by_content(*blocks, rules)


def _repeated(before: list[Item], after: list[Item]) -> list[tuple[list[Item], list[Item]]]:
    """Blocks of a list whose header is there several times (XML's elements): each kind's old and new ones."""
    kinds: dict[tuple[str, Key | None], tuple[list[Item], list[Item]]] = {}
    for side, items in enumerate((before, after)):
        for item in items:
            if item.node.children and item.group and item.identity[:2] == item.handle:
                kinds.setdefault((item.text, item.group), ([], []))[side].append(item)
    return [kind for kind in kinds.values() if max(map(len, kind)) > 1]


def _pair_by_content(before: list[Item], after: list[Item], rules: Comparison) -> None:
    """Blocks that say the same are the same one; then those of which most is the same, the likest first."""
    for item in (*before, *after):
        item.repeated = True
    pairs = [
        *_equal(before, after, rules),
        *_likest(before, after),
    ]
    for number, pair in enumerate(pairs):
        for item in pair:
            item.identity = ("block", item.text, number, item.group)
    for side, items in (("old", before), ("new", after)):
        for number, item in enumerate(items):
            item.identity = (side, item.text, number, item.group)


def _equal(before: list[Item], after: list[Item], rules: Comparison) -> list[tuple[Item, Item]]:
    """Pairs that mean the same, first with first; they are taken out of both lists."""
    meanings: dict[tuple[str, ...], Canonical] = {}  # most blocks are there on both sides, letter by letter

    def meaning(item: Item) -> Canonical:
        lines = tuple(lines_of(item.node))
        if lines not in meanings:
            meanings[lines] = (item.node.body, in_canonical_order(item.node, rules))
        return meanings[lines]

    waiting: dict[Canonical, deque[Item]] = defaultdict(deque)
    for item in before:
        waiting[meaning(item)].append(item)
    pairs = []
    for item in list(after):
        if same := waiting.get(meaning(item)):
            pairs.append((same.popleft(), item))
    _take_out(pairs, before, after)
    return pairs


def _likest(before: list[Item], after: list[Item]) -> list[tuple[Item, Item]]:
    """Pairs that have at least half of their lines in common; they are taken out of both lists."""
    if len(before) * len(after) > _MOST_PAIRS:
        return []
    lines = [[set(lines_of(item.node)) for item in items] for items in (before, after)]
    scores = [
        (-2 * len(mine & theirs) / (len(mine) + len(theirs)), one, other)
        for one, mine in enumerate(lines[0])
        for other, theirs in enumerate(lines[1])
    ]
    free: tuple[set[int], set[int]] = (set(range(len(before))), set(range(len(after))))
    pairs = []
    for score, one, other in sorted(scores):
        if score <= -0.5 and one in free[0] and other in free[1]:
            pairs.append((before[one], after[other]))
            free[0].remove(one)
            free[1].remove(other)
    _take_out(pairs, before, after)
    return pairs


def _take_out(pairs: Iterable[tuple[Item, Item]], before: list[Item], after: list[Item]) -> None:
    gone = {id(item) for pair in pairs for item in pair}
    before[:] = [item for item in before if id(item) not in gone]
    after[:] = [item for item in after if id(item) not in gone]
