"""What is planned, typed into a real router: no line is refused, it arrives where it should, and comes back."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bitools import platforms
from bitools.net.decisions.change.language.dialect import dialect
from bitools.net.decisions.change.language.typed import typed
from bitools.net.decisions.change.plan import plan
from bitools.net.decisions.comparison.diff import Change, changes, compare
from bitools.net.decisions.configuration import canonical
from bitools.net.decisions.page import Page
from bitools.net.decisions.tree import parse
from lab import packages
from lab.router import Router
from lab.router.configurations import configuration
from lab.router.wide import configuration as wide

pytestmark = [pytest.mark.root, pytest.mark.xdist_group("frr-remediation")]
FRR = platforms.load("frr")
START = """\
frr version 8.4.4
frr defaults traditional
hostname {name}
log syslog informational
service integrated-vtysh-config
!
interface eth0
exit
!
router bgp 65001
exit
!
end
"""


@pytest.fixture(scope="module")
def router(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Router]:
    packages.require_for_test(*packages.ROUTER)
    network = f"10.{240 + os.getpid() // 250 % 8}.{os.getpid() % 250}.0/30"
    folder = tmp_path_factory.mktemp("router")
    with Router(folder / "rt", "rt-merkez-01", network, configuration=START) as router:
        yield router


def running(router: Router) -> str:
    return canonical(Page.of(router.run("vtysh", "-c", "show running-config"), FRR), b"k").text


def left(one: str, other: str) -> list[Change]:
    """What is different; an interface that the kernel does not have stays, with nothing in it."""
    steps = compare(parse(one, FRR), parse(other, FRR), dialect(FRR).rules)
    return [
        change
        for change in changes(steps)
        if not (change.kind == "removed" and change.line.startswith("interface "))
    ]


def circle(router: Router, seed: int) -> None:
    """From what it has to a random configuration, back, and there again."""
    wanted = configuration(seed, router.name, f"{router.address}/30")
    wanted = canonical(Page.of(wanted, FRR), b"k").text
    before = running(router)
    planned = plan(before, wanted, FRR)
    assert not planned.questions
    for commands, aim in ((planned.commands, wanted), (planned.inverse, before), (planned.commands, wanted)):
        assert router.configure(typed(commands, dialect(FRR))) == []
        assert left(running(router), aim) == []


def test_some_random_configurations(router: Router) -> None:
    for seed in range(2):
        circle(router, seed)


@pytest.mark.torture
@pytest.mark.timeout(900)
@pytest.mark.parametrize("part", range(3))
def test_three_hundred_random_configurations(router: Router, part: int) -> None:
    for seed in range(100 + 100 * part, 200 + 100 * part):
        circle(router, seed)


EMPTY = ("no router bgp 65001", "no router ospf")  # their processes are there, for `START` has them
NOTICES = (
    "Static Route to ",
    "% OSPF: Reference bandwidth",
    "Please ensure reference",
    "Shortcut area setting",
    "Graceful restart configuration changed",
)  # of lines that are taken


def shown(folder: Path, seed: int, network: str) -> str:
    """What a router makes of a configuration that somebody wrote, but for the address of its cable."""
    with Router(folder / f"rt-{seed}", "rt-merkez-01", network, configuration=WIDE) as router:
        router.configure(EMPTY)
        file = router.folder / "wanted.conf"
        file.write_text(wide(seed, router.name))
        try:
            router.run("vtysh", "-f", str(file))
        except subprocess.CalledProcessError as error:
            if error.returncode < 0:  # what contradicts itself is refused, and so it is not shown either
                raise
        return running(router).replace(f"{router.address}/30", "{address}/30")


WIDE = START.replace("!\nend\n", "!\nrouter ospf\nexit\n!\nend\n")


@pytest.mark.torture
@pytest.mark.timeout(600)
def test_something_of_everything(tmp_path: Path) -> None:
    """OSPF, VRFs, address families, groups, every kind of list: as a router shows them that was told them."""
    packages.require_for_test(*packages.ROUTER)
    place = f"{os.getpid() // 250 % 8}.{os.getpid() % 250}"
    here, there = (f"10.{base + int(place[0])}.{place[2:]}.0/30" for base in (216, 224))
    with Router(tmp_path / "rt", "rt-merkez-01", here, configuration=WIDE) as router:
        router.configure(EMPTY)
        for seed in range(8):
            wanted = shown(tmp_path, seed, there).replace("{address}", router.address)
            before = running(router)
            planned = plan(before, wanted, FRR)
            assert not planned.questions
            on, back = (planned.commands, wanted), (planned.inverse, before)
            for commands, aim in (on, back, on):
                said = router.configure(typed(commands, dialect(FRR)))
                assert [line for line in said if not line.strip().startswith(NOTICES)] == [], seed
                rest = [one for one in left(running(router), aim) if one.kind != "reordered"]
                assert rest == [], seed  # FRR prints its sections in an order of its own
