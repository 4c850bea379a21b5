"""Whatever changes: no list is missing or empty while bound, no default route, no list of VLANs of a trunk.

On every platform, after each command.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import jinja2
import pytest

from bitools import platforms, regex, yamlfile
from bitools.net.decisions.change.language.dialect import dialect
from bitools.net.decisions.change.language.number_lists import singly
from bitools.net.decisions.change.plan import plan
from bitools.net.decisions.change.prediction.predict import predict
from bitools.net.decisions.node import Node
from bitools.net.decisions.tree import parse
from tests.conftest import ROOT

Words = dict[str, str]
LAWS: dict[str, Words] = yamlfile.read(ROOT / "tests/data/laws.yaml").data
ENOUGH = 40  # commands that were judged
JINJA = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
compiled = cache(JINJA.from_string)


def configuration(words: Words, some: random.Random) -> str:
    """Two lists at most, one of them bound to a port; two trunks, one or two default routes."""
    names = sorted(some.sample(["11", "12", "13"], some.choice([1, 2])))
    said: dict[str, Any] = {
        "lists": [
            {
                "name": name,
                "entries": [
                    (number, some.choice([22, 80, 443]))
                    for number in sorted(some.sample(range(5, 40, 5), some.choice([1, 1, 2, 3])))
                ],
            }
            for name in names
        ],
        "bound": some.choice(names),
        "trunks": [
            (port, sorted(some.sample([10, 20, 30, 40, 50], some.choice([1, 2, 3])))) for port in (2, 3)
        ],
        "vlans": sorted(some.sample([10, 20, 30, 40, 50], 3)),
        "hops": sorted(some.sample(["1", "2", "3"], some.choice([1, 1, 2]))),
    }
    return compiled(words["text"]).render(said)


def lines(node: Node, above: tuple[str, ...] = ()) -> Iterator[str]:
    for child in node.children:
        yield " / ".join((*above, child.text))
        yield from lines(child, (*above, child.text))


def hold(tree: Node, words: Words) -> None:
    """The laws, in one configuration."""
    there = [*lines(tree)]

    def named(what: str) -> set[str]:
        pattern = regex.compile(words[what]) if what in words else None
        return {found[1] for line in there if pattern and (found := pattern.search(line))}

    assert named("bound") <= named("entry"), "what is bound is empty, or is not there"
    assert any(map(regex.compile(words["route"]).search, there)), "no default route"
    assert named("trunk") <= named("vlans"), "an open trunk"


def test_every_platform_is_held_to_them() -> None:
    changed = {name for name in platforms.names() if platforms.load(name).change}
    assert {name.partition(" ")[0] for name in LAWS} == changed


@pytest.mark.parametrize("name", LAWS)
def test_the_laws_hold_after_each_command(name: str) -> None:
    platform, words = platforms.load(name.partition(" ")[0]), LAWS[name]
    spoken = dialect(platform)
    never = regex.compile(words["never"])
    judged = 0
    for seed in range(60):
        some = random.Random(f"{name} {seed}")
        old, new = configuration(words, some), configuration(words, some)
        found = plan(old, new, platform)
        assert not found.questions
        tree = singly(parse(old, platform), spoken)
        hold(tree, words)
        for command in found.commands:
            assert not never.search(command.line)
            predicted = predict(tree, [command], platform)
            assert not predicted.left
            tree = predicted.tree
            hold(tree, words)
            judged += 1
    assert judged > ENOUGH
