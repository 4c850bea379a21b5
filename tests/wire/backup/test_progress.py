"""Who looks on is told how far long work is, and whose turn it is."""

from __future__ import annotations

import pytest

from bitools.backup.verbs.drill import drill
from bitools.backup.verbs.prune import prune
from bitools.backup.verbs.verify import verify
from bitools.progress import watched


def with_a_copy(town) -> None:
    town.second()
    assert town.rotate().failed == []
    assert town.copied().failed == []


@pytest.fixture
def two(begun):
    return begun(with_a_copy)


@pytest.mark.parametrize(
    ("work", "turns"),
    [
        (lambda town: town.copied(), [(0, 1, "uzak")]),
        (lambda town: over(town, drill), [(0, 1, "belgeler")]),
        (lambda town: over(town, prune), [(0, 2, "ana"), (1, 2, "uzak")]),
        (
            lambda town: over(town, verify, 3),
            [(0, 2, "ana"), (0, 1, "ana 1/3"), (1, 2, "uzak"), (0, 1, "uzak 1/3")],
        ),
    ],
    ids=["copy", "drill", "prune", "verify"],
)
def test_each_repository_and_each_data_set_is_named_when_its_turn_comes(two, work, turns):
    told: list[tuple[int, int, str]] = []
    with watched(lambda progress: told.append((progress.done, progress.of, progress.at))):
        assert work(two).failed == []
    assert told == turns


def over(town, verb, *words):
    run = town.run()
    return verb(run, run.inventory.select_datasets(), *words)
