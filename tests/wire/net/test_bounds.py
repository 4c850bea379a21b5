"""However much a device says: one outcome of its own, and the others are followed all the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from lab.switches import Switch, SwitchFarm
from lab.switches.faults import TOO_FAR_IN
from tests.cli.netlab import ios
from tests.conftest import ROOT
from tests.wire.net.conftest import Net, everything_under

FAULTS = {"sw-flood": "flood:6", "sw-endless": "flood", "sw-line": "long_line:3", "sw-blanks": "blanks"}


@pytest.fixture(scope="module")
def farm() -> Iterator[SwitchFarm]:
    with SwitchFarm(ios(*FAULTS, "sw-healthy")) as farm:
        for name, fault in FAULTS.items():
            farm[name].fault = fault
        yield farm


@pytest.mark.parametrize("transport", ["auto", "netmiko", "napalm"])
def test_too_much_is_an_outcome_of_one_device(net: Net, farm: SwitchFarm, transport: str) -> None:
    net.follow(farm, more=f"transport: {transport}", settings="largest_answer: 2\n")
    document = net.snapshot("--deadline", "60")
    reasons = {failure["target"]: failure["reason"] for failure in document["failed"]}
    if transport == "napalm":  # its library reads by itself: the bound is the connection's
        assert reasons["sw-endless"] == "too_large"
    else:
        assert reasons == {"sw-flood": "too_large", "sw-endless": "too_large", "sw-line": "long_line"}
    stored = {item["device"] for item in document["items"] if item["status"] == "stored"}
    assert {"sw-healthy", "sw-blanks"} <= stored
    assert TOO_FAR_IN not in net.stored("sw-blanks")


def test_a_password_behind_a_hundred_thousand_blanks_is_read_nowhere(net: Net, farm: SwitchFarm) -> None:
    net.follow(farm, ["sw-blanks"])
    net.snapshot()
    assert TOO_FAR_IN.encode() not in everything_under(net.state)


@pytest.mark.torture
def test_a_hundred_healthy_ones_are_followed_beside_them(net: Net) -> None:
    """300 MB, an endless answer, lines of 10 MB, blanks: within the deadlines, in bounded memory."""
    switches = ios(*[f"sw-{number:03}" for number in range(100)])
    hostile = {
        "bad-300": "flood:300",
        "bad-endless": "flood",
        "bad-line": "long_line:10",
        "bad-blanks": "blanks",
    }
    with SwitchFarm([*switches, *(Switch(name) for name in hostile)]) as farm:
        net.follow(farm)
        for name, fault in hostile.items():
            farm[name].fault = fault
        words = [
            sys.executable,
            "-m",
            "bitools",
            "--inventory",
            str(net.inventory),
            "--state",
            str(net.state),
        ]
        begun = time.monotonic()
        child = subprocess.Popen([*words, "net", "snapshot", "--deadline", "30"], cwd=ROOT)
        _pid, status, used = os.wait4(child.pid, 0)
        assert os.waitstatus_to_exitcode(status) == 3
        assert time.monotonic() - begun < 120  # not for ever: beside other tests all is slower
        assert used.ru_maxrss < 512 * 1024  # KiB; 250 MB on a quiet machine
        assert all(net.stored(switch.name) for switch in switches)
        child = subprocess.Popen([*words, "net", "snapshot", "--deadline", "30"], cwd=ROOT)
        time.sleep(3)
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
            assert child.wait(timeout=20) != 0
