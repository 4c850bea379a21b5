"""What people do to a configuration, kind by kind, is planned there and back on every platform."""

from __future__ import annotations

import random

import pytest

from bitools import platforms
from bitools.net.decisions.change.contradiction import Contradiction
from bitools.net.decisions.change.forbidden import Forbidden
from bitools.net.decisions.change.plan import plan
from bitools.net.decisions.change.typed import shown
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
