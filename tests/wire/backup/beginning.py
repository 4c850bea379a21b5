"""A municipality that the tests of a file begin with: made once, and put back as it was for each of them."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

import pytest

from bitools import process
from tests.town import Town

Made = TypeVar("Made", bound=Town)


class Beginning(Generic[Made]):
    """Always in one place, for its snapshots name it; restic's cache lies within, and knows of no other test."""

    def __init__(self, place: Path, made: Made, act: Callable[[Made], None]) -> None:
        self._place, self._kept = place, place.with_name("kept")
        self._made = made
        with pytest.MonkeyPatch.context() as patch:
            self._own_cache(patch)
            act(made)
        shutil.copytree(place, self._kept, symlinks=True)

    def again(self, patch: pytest.MonkeyPatch) -> Made:
        """As it was made."""
        shutil.rmtree(self._place)
        shutil.copytree(self._kept, self._place, symlinks=True)
        self._own_cache(patch)
        return copy.deepcopy(self._made)

    def _own_cache(self, patch: pytest.MonkeyPatch) -> None:
        patch.setitem(process._inherited, "XDG_CACHE_HOME", str(self._place / "cache"))
