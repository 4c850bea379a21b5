"""What the unit tests of several rooms share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.unit.net.town import Network


@pytest.fixture
def town(tmp_path: Path) -> Network:
    """Ten platforms, nothing stored yet."""
    return Network(tmp_path)


@pytest.fixture
def devices(town: Network) -> Callable[..., Sequence[object]]:
    """Some devices of the town, all if none is named."""
    return lambda *names: town.run.inventory.select_devices(names)
