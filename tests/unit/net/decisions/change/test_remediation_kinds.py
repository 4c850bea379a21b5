"""What people do to a configuration, kind by kind, is planned there and back on every platform."""

from __future__ import annotations

import random

import pytest

from bitools import platforms
from bitools.net.decisions.change.language.forbidden import Forbidden
from bitools.net.decisions.change.language.typed import shown
from bitools.net.decisions.change.plan import plan
from bitools.net.decisions.change.remediation.contradiction import Contradiction
from bitools.net.decisions.tree import parse
from tests.unit.net.decisions.edits import KINDS
from tests.unit.net.decisions.mutations import recording

CHANGED = [name for name in platforms.names() if platforms.load(name).change]
EACH = 15  # edits of a kind
LEAST = 36  # edits of a platform that make sense: its recording may have no banner, no list, no description


@pytest.mark.parametrize("name", CHANGED)
def test_every_kind_of_edit_is_planned_there_and_back(name: str) -> None:
    platform = platforms.load(name)
    base = recording(platform)
    tree = parse(base, platform)
    made = 0
    for kind in KINDS:
        for seed in range(EACH):
            new = kind(tree, random.Random(f"{name} {kind.__name__} {seed}"))
            if new is None:
                break
            try:
                found = plan(base, shown(new, platform), platform)
            except (Contradiction, Forbidden):
                continue
            assert "<secret" not in "".join(command.line for command in (*found.commands, *found.inverse))
            made += 1
    assert made >= LEAST


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        (
            "extreme_exos",
            "create vlan ESKI\nconfigure vlan ESKI tag 10\n",
            "create vlan YENI\nconfigure vlan YENI tag 10\n",
            ["delete vlan ESKI", "create vlan YENI", "configure vlan YENI tag 10"],
        ),
        (
            "cisco_asa",
            "username a password <secret:aaaa0001> pbkdf2\nusername a attributes\n service-type admin\n",
            "username a password <secret:aaaa0001> pbkdf2\n",
            ["no username a attributes"],
        ),
        (
            "hp_comware",
            "interface Bridge-Aggregation1\n port trunk permit vlan 1 20 99\n",
            "interface Bridge-Aggregation1\n undo port trunk permit vlan 1\n port trunk permit vlan 20 99\n",
            ["undo port trunk permit vlan 1"],
        ),
    ],
)
def test_what_other_lines_depend_on(name: str, old: str, new: str, expected: list[str]) -> None:
    """A number that only one may have is free first; `no username a` would be the account; a list has two lines."""
    found = plan(old, new, platforms.load(name))
    assert not found.questions
    assert [command.line for command in found.commands] == expected
