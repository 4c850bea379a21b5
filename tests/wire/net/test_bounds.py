"""However much a device says: one outcome of its own, and the others are followed all the same."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab import packages
from lab.ssh_host import SshHost
from lab.switches import Switch, SwitchFarm
from lab.switches.faults import TOO_FAR_IN
from tests.cli.netlab import ios
from tests.conftest import ROOT
from tests.wire.net.conftest import XML, Net, cause, everything_under, firewall, keys

FAULTS = {"sw-flood": "flood:6", "sw-endless": "flood", "sw-line": "long_line:3", "sw-blanks": "blanks"}

# says so when something is called the so-manieth time, and goes on
TELLING = """\
import importlib, sys
module, name, times = sys.argv.pop(1), sys.argv.pop(1), [int(sys.argv.pop(1))]
owner = importlib.import_module(module)
*path, name = name.split(".")
for one in path:
    owner = getattr(owner, one)
real = getattr(owner, name)
def told(*arguments, **named):
    times[0] -= 1
    if times[0] == 0:
        print("here", flush=True)
    return real(*arguments, **named)
setattr(owner, name, told)
from bitools.cli import main
sys.exit(main())
"""
# fails where a large text is read as a whole
IN_PIECES = """\
import sys
from bitools.net.wire.shelf import Shelved
def text(_self):
    raise MemoryError("read as a whole")
Shelved.text = property(text)
from bitools.cli import main
sys.exit(main())
"""
# a program, its exit code and its peak. A child's counts from what its parent has (getrusage(2), `ru_maxrss`),
# and a process that has run other tests has a lot: this parent is small
MEASURED = """\
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=sys.stderr)
_pid, status, used = os.wait4(child.pid, 0)
print(os.waitstatus_to_exitcode(status), used.ru_maxrss)
"""
PHASES = {
    "reading": ("bitools.net.wire.large", "Pages.add", "100"),
    "decoding": ("bitools.net.wire.answer", "in_lines", "1"),
    "judging": ("bitools.net.decisions.guard", "Examination.add", "20"),
    "masking": ("bitools.net.decisions.configuration", "masked", "20"),
    "handing over": ("bitools.net.wire.git", "Git.blob_of", "1"),
    "storing": ("bitools.net.wire.history", "History.store", "1"),
}


@pytest.fixture(scope="module")
def farm() -> Iterator[SwitchFarm]:
    with SwitchFarm(ios(*FAULTS, "sw-healthy")) as farm:
        for name, fault in FAULTS.items():
            farm[name].fault = fault
        yield farm


@pytest.fixture(scope="module")
def more_ways() -> Iterator[SwitchFarm]:
    faults = {**FAULTS, "sw-healthy": None}
    telnet = [Switch(f"clear-{name[3:]}", telnet=True) for name in faults]
    single = [Switch(name, "juniper_junos") for name in faults]
    with SwitchFarm([*single, *telnet]) as farm:
        for name, fault in faults.items():
            farm[name].fault = farm[f"clear-{name[3:]}"].fault = fault
        yield farm


@pytest.fixture
def host() -> Iterator[SshHost]:
    """A real OpenSSH server."""
    packages.require_for_test("openssh-server", "openssh-client", "iproute2")
    with SshHost() as host:
        yield host


@pytest.mark.parametrize("transport", ["auto", "netmiko", "napalm"])
def test_too_much_is_an_outcome_of_one_device(net: Net, farm: SwitchFarm, transport: str) -> None:
    net.follow(farm, more=f"transport: {transport}", settings="largest_answer: 2\n")
    document = net.snapshot("--deadline", "150")
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


@pytest.mark.parametrize("transport", ["exec", "telnet, insecure: true"])
def test_so_it_is_on_every_way_to_a_switch(net: Net, more_ways: SwitchFarm, transport: str) -> None:
    names = [
        name for name in more_ways.switches if more_ways.switches[name].telnet == ("telnet" in transport)
    ]
    net.describe(
        {name: keys(more_ways[name], f"transport: {transport}") for name in names}, "largest_answer: 2\n"
    )
    net("net", "trust", "--yes")
    document = net.snapshot("--deadline", "60")
    reasons = {failure["target"].split("-")[1]: failure["reason"] for failure in document["failed"]}
    assert reasons == {"flood": "too_large", "endless": "too_large", "line": "long_line"}
    stored = {item["device"].split("-")[1] for item in document["items"] if item["status"] == "stored"}
    assert stored == {"blanks", "healthy"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [("x\n" * (3 << 19), "too_large"), ("x" * (3 << 19), "long_line"), ("x\n" * (1 << 20) + "y\n", "many")],
)
def test_and_over_sftp(net: Net, host: SshHost, tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "config.xml"
    file.write_text(XML.replace("<system>", f"<system>\n{text}"))
    firewall(net, host, file, "sftp", f"largest_answer: {3 if reason == 'many' else 2}\n")
    failure = cause(net.snapshot())
    assert failure == (15, "too_large" if reason == "many" else reason)


def measured(net: Net, *words: str) -> tuple[int, int]:
    """Exit code of a run of its own, and the most memory it had, in MB."""
    place = ["--inventory", str(net.inventory), "--state", str(net.state)]
    command = [sys.executable, "-S", "-c", MEASURED, sys.executable, "-m", "bitools", *place, *words]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    code, memory = map(int, done.stdout.split())
    return code, memory * 1024 // 1_000_000


@pytest.mark.torture
def test_a_hundred_healthy_ones_are_followed_beside_them(net: Net) -> None:
    """300 MB, endless answers, lines of 10 MB, blanks: within the deadlines, in bounded memory."""
    switches = ios(*[f"sw-{number:03}" for number in range(100)])
    hostile = {
        "bad-300": "flood:300",
        "bad-endless": "flood",
        "bad-another": "flood",
        "bad-line": "long_line:10",
        "bad-blanks": "blanks",
    }
    with SwitchFarm([*switches, *(Switch(name) for name in hostile)]) as farm:
        net.follow(farm)
        for name, fault in hostile.items():
            farm[name].fault = fault
        begun = time.monotonic()
        code, memory = measured(net, "net", "snapshot", "--deadline", "30")
        assert code == 3
        assert memory <= 250
        assert (
            time.monotonic() - begun < 75
        )  # a deadline for the first fifty, one for the others, the rest of the work
        assert all(net.stored(switch.name) for switch in switches)


def test_what_is_as_large_as_it_was_is_compared_in_pieces(net: Net) -> None:
    with SwitchFarm(ios("sw-large", "sw-1")) as farm:
        net.follow(farm)
        farm["sw-large"].fault = "flood:2"
        assert [item["status"] for item in net.snapshot()["items"]] == ["stored", "stored"]
        place = ["--inventory", str(net.inventory), "--state", str(net.state)]
        command = [sys.executable, "-c", IN_PIECES, *place, "net", "snapshot", "--json"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count('"status": "unchanged"') == 2


@pytest.mark.torture
def test_three_that_say_sixty_megabytes_are_stored_in_bounded_memory(net: Net) -> None:
    """They are read, masked and stored in pieces: what one of them said is never in memory as a whole twice."""
    large = [f"sw-large-{number}" for number in range(3)]
    healthy = [f"sw-{number:03}" for number in range(100)]
    with SwitchFarm(ios(*healthy, *large)) as farm:
        net.follow(farm)
        for name in large:
            farm[name].fault = "flood:60"
        code, memory = measured(net, "net", "snapshot", "--deadline", "600")
    assert code == 0
    assert memory <= 250
    for name in large:
        size = int(net.git("cat-file", "-s", f"main:devices/{name}.cfg").stdout)
        assert size > 60_000_000
    assert all(map(net.stored, healthy))


@pytest.mark.torture
@pytest.mark.parametrize("phase", PHASES)
def test_it_ends_at_once_wherever_it_stands_in_a_large_answer(net: Net, phase: str) -> None:
    place = ["--inventory", str(net.inventory), "--state", str(net.state)]
    with SwitchFarm(ios("sw-large")) as farm:
        net.follow(farm)
        farm["sw-large"].fault = "flood:56"
        command = [sys.executable, "-c", TELLING, *PHASES[phase], *place, "net", "snapshot"]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as run:
            assert run.stdout
            assert run.stdout.readline() == b"here\n"
            run.send_signal(signal.SIGTERM)
            assert run.wait(timeout=2) == 130
