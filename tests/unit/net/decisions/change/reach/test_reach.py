"""What a configuration says of the ways to reach its device, whatever signs stand in it."""

from __future__ import annotations

import pytest

from bitools.net.decisions.change.reach.reach import ports_named, vlans_of


@pytest.mark.parametrize("text", ["²", "10-²", "²-³", "10,①"])
def test_a_sign_that_only_looks_like_a_number_is_none(text: str) -> None:
    assert vlans_of(text) is None
    assert all(isinstance(name, str) for name in ports_named(text))


def test_lists_of_vlans_are_read_in_every_spelling() -> None:
    assert vlans_of("1,10-12") == vlans_of("1 10 to 12") == {1, 10, 11, 12}
    assert list(ports_named("1-3,24,Trk1")) == ["1", "2", "3", "24", "Trk1"]
