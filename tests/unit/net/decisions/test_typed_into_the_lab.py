"""What is planned, typed into a simulated switch line by line, gives what was predicted; nothing is refused."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest

from bitools import platforms
from bitools.net.decisions.configuration import canonical
from bitools.net.decisions.contradiction import Contradiction
from bitools.net.decisions.dialect import dialect
from bitools.net.decisions.diff import changes, compare
from bitools.net.decisions.node import Node
from bitools.net.decisions.number_lists import singly
from bitools.net.decisions.plan import plan
from bitools.net.decisions.tree import parse
from bitools.net.decisions.typed import shown, typed
from bitools.platforms.model import Platform
from lab.switches import Switch
from lab.switches import platforms as simulated
from lab.switches.device import Device
from lab.switches.editor import UnknownCommand

BOTH = [name for name in simulated() if platforms.load(name).change]
ENOUGH = 50
# What a person changes: a number in one of these, or the whole line.
NUMBERED = re.compile(
    r"description|name |location|contact|vlan|ntp|logging|log |name-server|syslog|route|timeout|banner|radius|tacacs"
    r"|comment=|permit|deny|rule|speed|mtu|metric|address [0-9.]+[/ ]|address=|neighbor|network|priority|metric"
)


def _places(node: Node, above: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Node]]:
    for number, child in enumerate(node.children):
        yield (*above, number), child
        yield from _places(child, (*above, number))


def _edited(node: Node, place: tuple[int, ...], instead: list[Node]) -> Node:
    children = list(node.children)
    first, *rest = place
    children[first : first + 1] = [_edited(children[first], tuple(rest), instead)] if rest else instead
    return node._replace(children=children)


def _one_edit(text: str, platform: Platform, some: random.Random) -> str:
    """A line, or a section with all in it, goes; or a person writes another number."""
    tree = parse(text, platform)
    place, node = some.choice([*_places(tree)])
    numbers = [*re.finditer(r"(?<![\d.])\d+(?![\d.]*\.\d)(?=\D|$)", node.text)]
    if some.random() < 0.5 or node.children or not numbers or not NUMBERED.search(node.text):
        return shown(_edited(tree, place, []), platform)
    found = numbers[-1]
    other = node.text[: found.start()] + str((int(found[0]) + 3) % 90 + 4) + node.text[found.end() :]
    return shown(_edited(tree, place, [node._replace(text=other)]), platform)


def _type(device: Device, lines: list[str]) -> list[str]:
    """What the switch did not take."""
    editor, configure, refused = device.running.edit(), device.platform.configure, []
    for line in lines:
        if configure and line.strip() in configure.back and editor.section:
            editor.back()
            continue
        try:
            answer = editor.feed(line)
        except UnknownCommand:
            answer = "unknown"
        if answer:
            refused.append(f"{line}: {answer}")
    return refused


def tried(name: str, seed: int) -> list[str] | None:
    """What is not as predicted after one edit; None where there is nothing to type."""
    platform, some = platforms.load(name), random.Random(f"{name} {seed}")
    device = Device(Switch("sw-1", name, now="2026-11-28T10:00:00+03:00"))
    spoken = dialect(platform)
    running = shown(parse(canonical(device.show_running(), platform, None).text, platform), platform)
    try:
        made = plan(running, _one_edit(running, platform, some), platform)
    except Contradiction:
        return None
    if not made.commands:
        return None
    refused = _type(device, typed(made.commands, spoken))
    after = singly(parse(canonical(device.show_running(), platform, None).text, platform), spoken)
    predicted = singly(parse(made.predicted, platform), spoken)
    return refused + [str(one) for one in changes(compare(after, predicted, spoken.rules))]


@pytest.mark.parametrize("name", BOTH)
def test_what_is_typed_gives_what_was_predicted(name: str) -> None:
    made, wrong = 0, {}
    for seed in range(10 * ENOUGH):
        found = tried(name, seed)
        made += found is not None
        if found:
            wrong[seed] = found
        if made == ENOUGH:
            break
    assert made == ENOUGH
    assert wrong == {}
