"""Secrets: salted anew at every show they are no change, really changed they are one, and they are nowhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from lab.switches import RunningSwitch, Switch, SwitchFarm
from tests.wire.net.conftest import Net, everything_under

OLD, NEW = "efeler-okur", "cok-gizli-2027"


@pytest.fixture(scope="module")
def farm() -> Iterator[SwitchFarm]:
    with SwitchFarm([Switch("fw-1", "fortinet"), Switch("sw-1")]) as farm:
        yield farm


def test_what_a_fortigate_salts_anew_is_no_change(net: Net, farm: SwitchFarm) -> None:
    net.follow(farm, ["fw-1"])
    first, second = (re.findall(r" ENC (\S+)", farm["fw-1"].running) for _show in range(2))
    assert len(first) >= 2
    assert not {*first} & {*second}
    net.snapshot()
    for _night in range(3):
        document = net.snapshot()
        assert not document["failed"]
        assert [item["status"] for item in document["items"]] == ["unchanged"]
        assert net("net", "diff", "--json", "--exit-code").code == 0
    assert net.git("rev-list", "--count", "main").stdout.strip() == "1"
    kept = everything_under(net.state)
    assert not [secret for secret in (*first, *second) if secret.encode() in kept]


@pytest.mark.parametrize("name", ["fw-1", "sw-1"])
def test_a_community_that_really_changed_is_a_change(net: Net, farm: SwitchFarm, name: str) -> None:
    with replaced(farm[name], OLD, NEW) as swap:
        net.follow(farm, [name])
        net.snapshot()
        swap()
        [item] = net.snapshot()["items"]
        assert item["status"] == "stored"
        assert {change["severity"] for change in item["changes"]} <= {"warning", "critical"}
        assert [one["status"] for one in net.snapshot()["items"]] == ["unchanged"]


def test_neither_the_old_nor_the_new_one_can_be_read_anywhere(net: Net, farm: SwitchFarm) -> None:
    with replaced(farm["sw-1"], OLD, NEW) as swap:
        net.follow(farm, ["sw-1"])
        net.snapshot()
        swap()
        [item] = net.snapshot()["items"]
        assert len({*re.findall(r"<secret:[0-9a-f]{8}>", f"{item['changes']}")}) == 2
        kept = everything_under(net.state)
        assert OLD.encode() not in kept
        assert NEW.encode() not in kept


@contextmanager
def replaced(switch: RunningSwitch, old: str, new: str) -> Iterator[Callable[[], None]]:
    """Something that puts one word in the place of another; afterwards all is as it was."""
    bare = re.sub(r"^.*?(?=#config-version|version 15)", "", switch.running, count=1, flags=re.DOTALL)
    assert old in bare

    def swap() -> None:
        switch.running = bare.replace(old, new)

    yield swap
    switch.running = bare
