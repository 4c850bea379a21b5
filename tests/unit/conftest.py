"""What the unit tests of several rooms share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.unit.net.town import Town


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Ten platforms, nothing stored yet."""
    return Town(tmp_path)


@pytest.fixture
def devices(town: Town) -> Callable[..., Sequence[object]]:
    """Some devices of the town, all if none is named."""
    return lambda *names: town.run.inventory.select_devices(names)
