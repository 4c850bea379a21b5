"""What people do to a configuration, one kind a function: each gives the tree with it done, or None if it cannot."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

from bitools.net.decisions.node import Node

Place = tuple[int, ...]
WORDS = re.compile(
    r"^(?P<head>(?:\S+ ){0,5}?(?:description|name|location|contact|comment|remark|alias|port-name|display-string|port-description)"
    r" )(?P<said>[^=]+)$"
)
LIST = re.compile(r"\d{1,4}(?:[,-]\d{1,4})+|\d{1,4}(?: to \d{1,4}| \d{1,4})+$")
NAME = re.compile(r"\b[A-Z][A-Z0-9_-]{3,}\b")
SAID = ["Zabıta Müdürlüğü", "2. kat, doğu", "Park ve Bahçeler #4", "yedek hat (GSM)"]


def places(node: Node, above: Place = ()) -> Iterator[tuple[Place, Node]]:
    """Every line and where it stands."""
    for number, child in enumerate(node.children):
        yield (*above, number), child
        yield from places(child, (*above, number))


def at(node: Node, place: Place, instead: list[Node]) -> Node:
    """The tree with other nodes in a place."""
    children = list(node.children)
    first, *rest = place
    children[first : first + 1] = [at(children[first], tuple(rest), instead)] if rest else instead
    return node._replace(children=children)


def _some(tree: Node, some: random.Random, fits: Callable[[Node], object]) -> tuple[Place, Node] | None:
    there = [(place, node) for place, node in places(tree) if fits(node)]
    return some.choice(there) if there else None


def other_words(tree: Node, some: random.Random) -> Node | None:
    """A description, a name, a contact: spaces, letters of no ASCII, signs."""
    found = _some(tree, some, lambda node: WORDS.search(node.text))
    if found is None:
        return None
    place, node = found
    words = WORDS.search(node.text)
    assert words
    said = some.choice(SAID)
    quote = words["said"][0] if words["said"][0] in "\"'" else ""
    return at(tree, place, [node._replace(text=f"{words['head']}{quote}{said}{quote}")])


def another_list(tree: Node, some: random.Random) -> Node | None:
    """A list of VLANs or ports: one more, or one less."""
    found = _some(tree, some, lambda node: "vlan" in node.text and LIST.search(node.text))
    if found is None:
        return None
    place, node = found
    there = LIST.search(node.text)
    assert there
    between = " " if " " in there[0] else ","
    pieces = there[0].replace(" to ", "~").split(between)
    if some.random() < 0.5 and len(pieces) > 1:
        pieces.pop(some.randrange(len(pieces)))
    else:
        pieces.append(str(some.randrange(3900, 4000)))
    text = node.text[: there.start()] + between.join(pieces).replace("~", " to ") + node.text[there.end() :]
    return at(tree, place, [node._replace(text=text)])


def another_banner(tree: Node, some: random.Random) -> Node | None:
    """A text of several lines says something else, or has a line more."""
    found = _some(tree, some, lambda node: len(node.body) > 1 and "<secret" not in "".join(node.body))
    if found is None:
        return None
    place, node = found
    body = list(node.body)
    body.insert(len(body) - 1, some.choice(SAID))
    return at(tree, place, [node._replace(body=tuple(body))])


def in_the_middle(tree: Node, some: random.Random) -> Node | None:
    """A line like another one, before it: a rule, a route, a server."""
    found = _some(tree, some, lambda node: not node.children and re.search(r"\d", node.text))
    if found is None:
        return None
    place, node = found
    numbers = [*re.finditer(r"\d+", node.text)]
    one = some.choice(numbers)
    number = str((int(one[0]) + some.choice([1, 2, 3])) % 250 or 7)
    other = node._replace(text=node.text[: one.start()] + number + node.text[one.end() :])
    return at(tree, place, [other, node])


def swapped(tree: Node, some: random.Random) -> Node | None:
    """Two neighbours that begin alike change places."""
    pairs = [
        ((*above, number), node, other)
        for above, parent in [((), tree), *places(tree)]
        for number, (node, other) in enumerate(zip(parent.children, parent.children[1:], strict=False))
        if node.text.split(" ")[0] == other.text.split(" ")[0]
    ]
    if not pairs:
        return None
    place, node, other = some.choice(pairs)
    last = (*place[:-1], place[-1] + 1)
    return at(at(tree, place, [other]), last, [node])


def another_name(tree: Node, some: random.Random) -> Node | None:
    """A line refers to something else: its last word is that of a line like it."""
    lasts: dict[str, set[str]] = {}
    for _place, node in places(tree):
        head, _blank, word = node.text.rpartition(" ")
        if head and not node.children and word.isalnum():
            lasts.setdefault(head.split(" ")[0], set()).add(word)
    several = {begin for begin, words in lasts.items() if len(words) > 1}
    found = _some(
        tree,
        some,
        lambda node: (
            not node.children
            and " " in node.text
            and node.text.split(" ")[0] in several
            and node.text.rpartition(" ")[2].isalnum()
        ),
    )
    if found is None:
        return None
    place, node = found
    head, _blank, word = node.text.rpartition(" ")
    other = some.choice(sorted(lasts[head.split(" ")[0]] - {word}))
    return at(tree, place, [node._replace(text=f"{head} {other}")])


def another_kind(tree: Node, some: random.Random) -> Node | None:
    """A section becomes what its neighbour is: an access port a trunk, a neighbour another one."""
    found = _some(
        tree,
        some,
        lambda node: sum(1 for one in node.children if one.children) > 1,
    ) or ((), tree)
    place, parent = found
    numbers = [number for number, one in enumerate(parent.children) if one.children]
    pairs = [
        (one, other)
        for one, other in pairwise(numbers)
        if parent.children[one].text.split()[:1] == parent.children[other].text.split()[:1]
    ]
    if not pairs:
        return None
    one, other = some.choice(pairs)
    became = parent.children[one]._replace(children=parent.children[other].children)
    return at(tree, (*place, one), [became])


def renamed_everywhere(tree: Node, some: random.Random) -> Node | None:
    """A name that several lines say is another one in all of them."""
    told = Counter(word for _place, node in places(tree) for word in NAME.findall(node.text))
    names = sorted(word for word, times in told.items() if times > 1)
    if not names:
        return None
    whole = re.compile(rf"(?<![\w-]){re.escape(some.choice(names))}(?![\w-])")

    def renamed(node: Node) -> Node:
        text = whole.sub(lambda found: f"{found[0]}-YENI", node.text)
        return node._replace(text=text, children=[*map(renamed, node.children)])

    return renamed(tree)


def a_part_of_it(tree: Node, some: random.Random) -> Node | None:
    """Nine lines in ten, or four, stay."""
    share = some.choice([0.4, 0.7, 0.9])

    def part(node: Node) -> Node:
        return node._replace(children=[part(one) for one in node.children if some.random() < share])

    return part(tree)


def a_kind_of_lines_gone(tree: Node, some: random.Random) -> Node | None:
    """No line of the top begins with a word any more."""
    words = sorted({node.text.split(" ")[0] for node in tree.children})
    word = some.choice(words)
    return tree._replace(children=[one for one in tree.children if one.text.split(" ")[0] != word])


def another_like_it(tree: Node, some: random.Random) -> Node | None:
    """A section once more, with another number: a port, a VLAN, a policy."""
    found = _some(tree, some, lambda node: node.children and re.search(r"\d", node.text))
    if found is None:
        return None
    place, node = found
    last = [*re.finditer(r"\d+", node.text)][-1]
    number = str(int(last[0]) + some.choice([37, 101]))
    text = node.text[: last.start()] + number + node.text[last.end() :]
    return at(tree, place, [node, node._replace(text=text)])


KINDS = [
    other_words,
    another_list,
    another_banner,
    in_the_middle,
    swapped,
    another_name,
    another_kind,
    renamed_everywhere,
    a_part_of_it,
    a_kind_of_lines_gone,
    another_like_it,
]
