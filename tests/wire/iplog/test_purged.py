"""Of a time whose lines were purged nobody is cleared, wherever the days that are kept lie around it."""

from __future__ import annotations

import getpass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bitools.inventory.load import load
from bitools.iplog.verbs import hold, ingest, purge, seal
from bitools.ledger import Ledger
from bitools.run import Run
from bitools.state import State, new_run
from tests.conftest import CommandLine
from tests.wire.iplog.conftest import ASKED, sources

FIRST = datetime(2026, 11, 18, tzinfo=ZoneInfo("Europe/Istanbul"))
A, B = "00:1a:2b:3c:4d:0a", "00:1a:2b:3c:4d:0b"


@pytest.fixture
def kept(log: CommandLine, tmp_path: Path) -> CommandLine:
    """Five days of a server that is never silent; the second is held, the first and the third are purged."""
    leases = tmp_path / "dhcpd.log"
    sources(log, f"  merkez: {{format: dhcpd, path: {leases}, lease: 1h}}\n", "retention: 2d\n")
    state = State(log.state)

    def run(when: datetime) -> Run:
        return Run(
            new_run(when), when, load(log.inventory), state, Ledger(state, "r", "t", getpass.getuser())
        )

    for day in range(5):
        midnight = FIRST + timedelta(days=day)
        with leases.open("a") as out:
            for half in range(48):
                at = (midnight + timedelta(minutes=30 * half)).isoformat()
                out.write(f"{at} d dhcpd[1]: DHCPACK on 10.0.0.99 to {B} via eth0\n")
                if 20 <= half < 28:  # from ten until two, in use by its lease until shortly before three
                    out.write(f"{at} d dhcpd[1]: DHCPACK on 10.0.0.5 to {A} via eth0\n")
        assert not ingest.ingest(run(midnight + timedelta(hours=23))).failed
        assert not seal.seal(run(midnight + timedelta(days=1))).failed
    held = (FIRST + timedelta(days=1)).date()
    hold.hold(run(FIRST + timedelta(days=5)), held, held, "2026/7", "x")
    gone = purge.purge(run(FIRST + timedelta(days=5)))
    assert [(item["segment"], item["status"]) for item in gone.items] == [
        (2, "held"),
        (1, "purged"),
        (3, "purged"),
    ]
    return log


def grades(log: CommandLine, address: str, wall: str) -> list[tuple[str, str]]:
    """Of each of the five days at this time: the grade, and its first cause."""
    found = []
    for day in range(5):
        at = f"{FIRST + timedelta(days=day):%Y-%m-%d} {wall}"
        answer = log("iplog", "who", address, "--at", at, *ASKED, "--json")
        assert answer.code == 0, answer.stderr
        (item,) = answer.document["items"]
        found.append((item["grade"], next(iter(item["causes"]), "")))
    return found


GONE, CERTAIN, NONE = ("unknown", "outside_retention"), ("certain", ""), ("none", "")


@pytest.mark.parametrize("anew", [False, True], ids=["index", "index-made-anew"])
def test_nobody_is_cleared_of_a_time_that_was_purged(kept: CommandLine, anew: bool) -> None:
    if anew:
        assert kept("iplog", "ingest", "--reindex").code == 0
    assert grades(kept, "10.0.0.5", "12:10") == [GONE, CERTAIN, GONE, CERTAIN, CERTAIN]
    assert grades(kept, "10.0.0.6", "12:10") == [GONE, NONE, GONE, NONE, NONE]
    night = grades(kept, "10.0.0.6", "00:10")
    assert night == [GONE, GONE, GONE, GONE, NONE], "a lease of the evening before may go on"
