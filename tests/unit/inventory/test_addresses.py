"""Two devices with one address: one of them would be stored under the other's name."""

from __future__ import annotations

import pytest

from bitools.errors import InventoryInvalid
from bitools.inventory import check
from bitools.inventory.load import load


def devices(bitools, second: str) -> None:
    (bitools.inventory / "sites.yaml").write_text("sites: {merkez: {name: Merkez}}\n")
    (bitools.inventory / "devices.yaml").write_text(
        "defaults: {username: netops, password: 'env:X', site: merkez, platform: cisco_ios}\n"
        "devices:\n  sw-1: {host: 192.0.2.1}\n  " + second + "\n"
    )


def test_the_second_is_named_with_its_line(bitools) -> None:
    devices(bitools, "sw-2: {host: 192.0.2.1}")
    with pytest.raises(
        InventoryInvalid, match=r"devices\.yaml:4: sw-2 has the address of sw-1: 192\.0\.2\.1:22"
    ):
        check.check(load(bitools.inventory), None)  # type: ignore[arg-type]
    assert bitools("inventory", "check").code == 10


@pytest.mark.parametrize(
    "second",
    [
        "sw-2: {host: 192.0.2.2}",
        "sw-2: {host: 192.0.2.1, port: 2222}",
        "sw-2: {host: 192.0.2.1, enabled: false}",
    ],
)
def test_what_is_another_place_or_switched_off_is_none(bitools, second: str) -> None:
    devices(bitools, second)
    assert bitools("inventory", "check").code == 0
