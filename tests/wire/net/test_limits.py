"""How hard devices are pressed, what is believed at a second look, and what may be silent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pytest

from lab.switches import SwitchFarm
from tests.cli.netlab import ios
from tests.wire.net.conftest import Net, cause, keys

NAMES = [f"sw-{number}" for number in range(6)]


@pytest.fixture(scope="module")
def farm() -> Iterator[SwitchFarm]:
    with SwitchFarm(ios(*NAMES)) as farm:
        yield farm


@pytest.fixture(autouse=True)
def healthy(farm: SwitchFarm) -> None:
    for switch in farm:
        switch.fault = None


def smaller(text: str) -> str:
    """A whole configuration that has only its sections' headers."""
    bare = re.sub(r"^.*?(?=version 15)", "", text, count=1, flags=re.DOTALL)
    return re.sub(r"^(?:interface .*| .*|!)\n", "", bare, flags=re.MULTILINE)


def test_a_drop_of_a_third_needs_a_second_equal_fetch(net: Net, farm: SwitchFarm) -> None:
    switch = farm["sw-0"]
    net.follow(farm, ["sw-0"])
    net.snapshot()
    whole = re.sub(r"^.*?(?=version 15)", "", switch.running, count=1, flags=re.DOTALL)
    switch.running = smaller(switch.running)
    before = switch.logins
    document = net.snapshot()
    assert switch.logins == before + 2
    assert [item["status"] for item in document["items"]] == ["stored"]
    assert "seen twice" in document["warnings"][0]
    switch.running = whole
    net.snapshot()
    switch.running = smaller(switch.running)
    before = switch.logins
    assert not net.snapshot("--accept-smaller")["warnings"]
    assert switch.logins == before + 1
    switch.running = whole


def test_a_quarantined_fetch_is_kept_and_named(net: Net, farm: SwitchFarm) -> None:
    net.follow(farm, ["sw-1"])
    net.snapshot()
    farm["sw-1"].fault = "truncate"
    document = net.snapshot()
    assert [item["status"] for item in document["items"]] == ["quarantined"]
    [failure] = document["failed"]
    assert failure["hint"]
    kept = (net.state / "quarantine" / "sw-1.txt").read_text()
    assert 0 < kept.count("\n") < net.stored("sw-1").count("\n")


def test_a_site_never_gets_more_sessions_than_its_line_carries(net: Net, farm: SwitchFarm) -> None:
    """Two workers, six devices that hang: two at a time reach their deadline, so it takes three of them."""
    net.follow(farm)
    (net.inventory / "sites.yaml").write_text("sites:\n  merkez: {name: Merkez, workers: 2}\n")
    net.snapshot()
    for switch in farm:
        switch.fault = "stall"
    before = {name: farm[name].logins for name in NAMES}
    document = net.snapshot("--deadline", "1.5")
    assert {one["reason"] for one in document["failed"]} == {"deadline"}
    assert [farm[name].logins - before[name] for name in NAMES] == [1] * len(NAMES)
    took = datetime.fromisoformat(document["finished"]) - datetime.fromisoformat(document["started"])
    assert took.total_seconds() >= 3 * 1.5


def test_silent_until_a_day_is_no_failure_and_another_key_is(net: Net, farm: SwitchFarm) -> None:
    net.follow(farm, ["sw-2"])
    net.describe({"sw-2": keys(farm["sw-2"], "silent_until: 2099-01-01")})
    net.snapshot()
    farm["sw-2"].fault = "down"
    document = net.snapshot()
    assert not document["failed"]
    assert [item["status"] for item in document["items"]] == ["silent"]
    farm["sw-2"].fault = "host_key"
    assert cause(net.snapshot()) == (13, "host_key")
    net.describe({"sw-2": keys(farm["sw-2"], "silent_until: 2020-01-01")})
    farm["sw-2"].fault = "down"
    assert cause(net.snapshot()) == (13, "refused")


def test_what_is_ignored_on_a_device_is_no_change_there(net: Net, farm: SwitchFarm) -> None:
    more = "ignore: [{pattern: '^ *description gecici', reason: taşınma}]"
    net.follow(farm, ["sw-3"], more)
    net.snapshot()
    farm["sw-3"].configure(["interface GigabitEthernet1/0/2", "no description", "description gecici 7"])
    farm["sw-3"].configure(["ntp server 10.10.99.77"])
    [item] = net.snapshot()["items"]
    assert not [change for change in item["changes"] if "gecici" in str(change)]


def test_the_hundredth_password_is_not_tried(net: Net, farm: SwitchFarm) -> None:
    """Over every transport that logs in with it."""
    for transport in ("auto", "exec", "netmiko", "napalm"):
        net.follow(farm, more=f"transport: {transport}", password="yanlis-parola")
        before = sum(farm[name].rejected_logins for name in NAMES)
        document = net.snapshot()
        assert sum(farm[name].rejected_logins for name in NAMES) - before == 3, transport
        reasons = sorted(one["reason"] for one in document["failed"])
        assert reasons == ["not_tried"] * 3 + ["password"] * 3
        assert document["failed"][0]["code"] == 12
