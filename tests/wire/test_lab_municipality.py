"""The municipality comes up, changes, and goes down without a trace, also after it was killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab import packages
from lab.change import change
from lab.municipality import ADMIN, Municipality
from lab.patience import HANGS
from lab.processes import strays
from lab.router import Router

pytestmark = pytest.mark.root
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    packages.require_for_test(*packages.DIRECTORY, *packages.ROUTER)
    yield tmp_path / "belediye"
    Municipality(tmp_path / "belediye").down()


def own_network() -> int:
    """The second part of addresses that no other test process uses."""
    return 32 + os.getpid() % 200


def started_in(folder: Path) -> list[str]:
    """Command lines of processes that name this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_text(errors="replace").replace("\0", " ")
        except OSError:
            continue
        if str(folder) in command and process.name != str(os.getpid()):
            found.append(command)
    return found


def test_up_twice_change_and_down_leaves_nothing_running(folder: Path) -> None:
    municipality = Municipality(folder, own_network())
    assert municipality.up() == []
    assert all(municipality.running().values())
    processes = sorted(started_in(folder))
    assert municipality.up() == []
    assert sorted(started_in(folder)) == processes

    assert len(change(municipality)) == 3
    farm = municipality.switches
    assert " 51 permit tcp host 198.51.100.21 " in farm["rt-merkez-01"].running
    assert f" by {ADMIN}\n" in farm["sw-merkez-01"].running
    assert "Ziyaretci" not in farm["sw-merkez-01"].startup

    municipality.down()
    assert started_in(folder) == []
    assert not any(municipality.running().values())


def test_its_inventory_says_where_everything_is_and_keeps_secrets_to_itself(folder: Path) -> None:
    municipality = Municipality(folder, own_network())
    municipality.up()
    devices = (municipality.inventory / "devices.yaml").read_text("utf-8")
    for switch in municipality.switches:
        assert f" {switch.name}:" in devices
        assert switch.host in devices
    assert municipality.router.address in devices
    for key in (municipality.inventory / "secrets").glob("*.key"):
        assert key.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("seconds", [0.4, 0.8, 1.2])
def test_killed_while_coming_up_it_goes_down_all_the_same(folder: Path, seconds: float) -> None:
    code = f"from lab.municipality import *; Municipality(Path({str(folder)!r}), {own_network()}).up()"
    child = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, start_new_session=True)
    time.sleep(seconds)  # whatever it has started by then
    child.send_signal(signal.SIGKILL)
    child.wait()
    while strays(sys.executable, "-c", code):  # a child of its own that has not become another program yet
        time.sleep(0.01)
    Municipality(folder).down()
    deadline = time.monotonic() + HANGS  # for an ssh-keygen or the like, which ends by itself
    while started_in(folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert started_in(folder) == []


def test_the_router_is_real_and_vanishes_without_a_trace(tmp_path: Path) -> None:
    packages.require_for_test(*packages.ROUTER)
    network = f"10.199.{own_network()}.4/30"
    passwd = Path("/etc/passwd").read_bytes()
    with Router(tmp_path / "router", network=network, accounts={"netops": "gizli"}) as router:
        assert router.host_key.startswith("ssh-ed25519 ")
        assert router.cable in interfaces()
    assert router.cable not in interfaces()
    assert Path("/etc/passwd").read_bytes() == passwd
    assert shutil.which("vtysh")
    assert not router.folder.exists()


def interfaces() -> str:
    """The machine's network interfaces."""
    return subprocess.run(["ip", "-o", "link"], capture_output=True, text=True, check=True).stdout
