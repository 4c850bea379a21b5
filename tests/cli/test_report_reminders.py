"""What was seen on real sessions stays on the report until somebody acts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lab.switches import SwitchFarm
from tests.cli import netlab
from tests.conftest import CommandLine, InProcess


@pytest.fixture
def net(bitools: CommandLine) -> Iterator[tuple[CommandLine, SwitchFarm]]:
    with SwitchFarm(netlab.ios("sw-1", "sw-2")) as farm:
        netlab.describe(bitools.inventory, farm, ("sw-1", "sw-2"))
        (bitools.inventory / "settings.yaml").write_text("organisation: Efeler Belediyesi\nlanguage: en\n")
        inside = InProcess(bitools.inventory, bitools.state)
        assert inside("net", "trust", "--yes").code == 0
        assert inside("net", "snapshot").code == 0
        yield inside, farm


def test_what_is_not_saved_on_a_device_is_told_until_it_is_saved(net: tuple[CommandLine, SwitchFarm]) -> None:
    bitools, farm = net
    farm["sw-1"].configure(["interface Gi1/0/2", "description Kantin"], user="mehmet")
    assert bitools("net", "diff", "--against", "startup", "--json").document["against"] == "startup"
    text = bitools("report", "changes").stdout
    assert "Not saved: gone after a power cut\n  sw-1\n    → bitools net diff --against startup" in text
    [reminder] = [
        item
        for item in bitools("report", "changes", "--json").document["news"]
        if item["status"] == "unsaved"
    ]
    assert (reminder["device"], reminder["told"]) == ("sw-1", False)
    farm["sw-1"].configure(["interface Gi1/0/2", "description Kantin 2"], user="mehmet", save=True)
    bitools("net", "diff", "--against", "startup")
    assert "Not saved" not in bitools("report", "changes").stdout
