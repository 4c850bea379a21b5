"""What is planned, typed into a simulated switch line by line, gives what was predicted; nothing is refused."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest

from bitools import platforms
from bitools.net.decisions.change.language.dialect import dialect
from bitools.net.decisions.change.language.number_lists import singly
from bitools.net.decisions.change.language.typed import shown, typed
from bitools.net.decisions.change.plan import plan
from bitools.net.decisions.change.remediation.contradiction import Contradiction
from bitools.net.decisions.comparison.diff import changes, compare
from bitools.net.decisions.configuration import canonical
from bitools.net.decisions.node import Node
from bitools.net.decisions.page import Page
from bitools.net.decisions.tree import parse
from bitools.platforms.model import Platform
from lab.switches import Switch
from lab.switches import platforms as simulated
from lab.switches.device import Device
from lab.switches.editor import UnknownCommand

BOTH = [name for name in simulated() if platforms.load(name).change]
ENOUGH = 50
KEY = b"k" * 32
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
        if configure and line.strip() in configure.back:
            editor.back()
            continue
        try:
            answer = editor.feed(line)
        except UnknownCommand:
            answer = "unknown"
        if answer:
            refused.append(f"{line}: {answer}")
    if device.platform.dialect == "junos":
        editor.feed("commit")
    return refused


def tried(name: str, seed: int) -> list[str] | None:
    """What is not as predicted after one edit; None where there is nothing to type."""
    platform, some = platforms.load(name), random.Random(f"{name} {seed}")
    device = Device(Switch("sw-1", name, now="2026-11-28T10:00:00+03:00"))
    spoken = dialect(platform)
    running = shown(parse(canonical(Page.of(device.show_running(), platform), KEY).text, platform), platform)
    try:
        made = plan(running, _one_edit(running, platform, some), platform)
    except Contradiction:
        return None
    if not made.commands:
        return None
    lines = typed(made.commands, spoken)
    refused = _type(device, lines)
    before = singly(parse(running, platform), spoken)
    shown_now = "".join(
        f"{line}\n"
        for line in canonical(Page.of(device.show_running(), platform), KEY).text.splitlines()
        if not _positive_again(line.strip(), lines, running, platform)
    )
    after, predicted = (
        _without_emptied(singly(parse(text, platform), spoken), before)
        for text in (shown_now, made.predicted)
    )
    other = [
        f"{one.kind}: {' / '.join((*one.path, one.line))}"
        for one in changes(compare(after, predicted, spoken.rules))
        if one.kind != "reordered"  # where nobody says what an order means, a device prints its own
    ]
    return [*refused, *other, *(f"> {line}" for line in lines)] if refused or other else []


def _positive_again(line: str, typed_lines: list[str], running: str, platform: Platform) -> bool:
    """What was negated and no longer is, some devices show and others do not: nobody predicts which."""
    assert platform.change
    negation = f"{platform.change.negate} "
    negated = [
        one.strip().removeprefix(negation) for one in running.splitlines() if one.strip().startswith(negation)
    ]
    return line in map(str.strip, typed_lines) and any(f"{line} ".startswith(f"{one} ") for one in negated)


def _without_emptied(node: Node, running: Node) -> Node:
    """Without headers that had something in them and have nothing now: some devices show them, others do not."""
    had = {child.text: child for child in running.children if child.children}
    kept = [
        _without_emptied(child, had[child.text]) if child.text in had else child for child in node.children
    ]
    return node._replace(children=[one for one in kept if one.children or one.text not in had])


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


def test_what_is_indented_behind_a_separator_stands_at_the_top() -> None:
    """Comware prints some lines of the top so; typed into the section before, they would do something else."""
    platform = platforms.load("hp_comware")
    tree = parse(
        "interface GigabitEthernet1/0/1\n port access vlan 10\n#\n ssh server enable\n#\nreturn\n", platform
    )
    assert [node.text for node in tree.children][:2] == [
        "interface GigabitEthernet1/0/1",
        "ssh server enable",
    ]
