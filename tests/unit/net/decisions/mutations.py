"""Configurations of every kind of device, and edits of them that nobody made by hand."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

from bitools.net.decisions.change.language.typed import shown
from bitools.net.decisions.configuration import canonical
from bitools.net.decisions.node import Node
from bitools.net.decisions.page import Page
from bitools.net.decisions.tree import parse
from bitools.platforms.model import Platform
from tests.conftest import ROOT

KEY = b"k" * 32
Place = tuple[int, ...]


def recording(platform: Platform) -> str:
    """What is stored of the recorded device of a platform: masked, as a tree would show it."""
    [folder] = (ROOT / "tests/data").glob(f"{platform.name}#*")
    lines = (folder / "running.cfg").read_text("utf-8").split("\n")
    raw = re.sub("[«»‹›]", "", "\n".join(line for line in lines if not line.startswith("¬")))
    return shown(parse(canonical(Page.of(raw, platform), KEY).text, platform), platform)


def edited(text: str, platform: Platform, seed: object) -> str:
    """The configuration with one to three edits: something goes, says another number, or is there twice."""
    some = random.Random(f"{platform.name} {seed}")  # the same again
    tree = parse(text, platform)
    for _time in range(some.choice([1, 1, 2, 3])):
        place, _node = some.choice([*_places(tree)])
        kind = some.random()
        if kind < 0.35:
            tree = _edit(tree, place, lambda _node: [])
        elif kind < 0.7:
            tree = _edit(tree, place, lambda node: [_other(node, some)])
        else:
            tree = _edit(tree, place, lambda node: [node, _other(node, some)])
    return shown(tree, platform)


def _places(node: Node, above: Place = ()) -> Iterator[tuple[Place, Node]]:
    for number, child in enumerate(node.children):
        yield (*above, number), child
        yield from _places(child, (*above, number))


def _edit(node: Node, place: Place, edit: Callable[[Node], list[Node]]) -> Node:
    children = list(node.children)
    first, *rest = place
    children[first : first + 1] = (
        [_edit(children[first], tuple(rest), edit)] if rest else edit(children[first])
    )
    return node._replace(children=children)


def _other(node: Node, some: random.Random) -> Node:
    """Another number in it; another word where it has none."""
    numbers = [*re.finditer(r"\d+", node.text)]
    if not numbers:
        end = len(node.text.removesuffix(": {}").rstrip('":;'))
        return node._replace(text=f"{node.text[:end]}x{node.text[end:]}")
    found = some.choice(numbers)
    number = (int(found[0]) + some.choice([1, 2])) % 250 or 7
    return node._replace(text=node.text[: found.start()] + str(number) + node.text[found.end() :])
