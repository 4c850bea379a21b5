"""Real servers, real clients, and an oracle of their packets alone: who had each address at every second."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bitools.inventory.load import load
from bitools.iplog.decisions import addresses
from bitools.iplog.decisions.events import Action
from bitools.iplog.decisions.grading import Answer
from bitools.iplog.verbs.archive import Archive
from bitools.iplog.verbs.ingest import ingest
from bitools.iplog.verbs.lookup import Lookup
from bitools.ledger import Ledger
from bitools.run import Run
from bitools.state import State, new_run
from lab import packages
from lab.clocks import StandingClock
from lab.dhcp import PACKAGES, Dhcpd, Dnsmasq, Kea, Server
from tests.conftest import CommandLine
from tests.wire.iplog.conftest import sources
from tests.wire.iplog.oracle import Churn, Stay, Truth, churn, truth

ISTANBUL = ZoneInfo("Europe/Istanbul")
LEASE = 120
RESTS = {"kea": LEASE, "dnsmasq": 600, "dhcpd": 86_400}  # seconds after a decline, as each is set up
SPEED = 60


@pytest.fixture(scope="module", autouse=True)
def _servers() -> None:
    packages.require_for_test(*PACKAGES)


class Town:
    """Servers that live by one clock, the first two at odds about half of their addresses."""

    def __init__(self, stack: ExitStack, folder: Path, begins: datetime, seed: int, *names: str) -> None:
        self.clock = StandingClock(folder / "clock", int(begins.timestamp()))
        self.chance = random.Random(seed)
        kinds: Mapping[str, type[Server]] = {"kea": Kea, "dnsmasq": Dnsmasq, "dhcpd": Dhcpd}
        self.servers: dict[str, Server] = {}
        self.churns: dict[str, Churn] = {}
        zone = str(begins.tzinfo)
        for number, name in enumerate(names or kinds):
            first = 16 if name == "dnsmasq" else 10
            room = (
                60 if name == "dhcpd" else 12
            )  # there what was declined rests for a day: nobody waits for it
            server = kinds[name](folder / name, self.clock, LEASE, first, first + room - 1, zone)
            self.servers[name] = stack.enter_context(server)
            self.churns[name] = Churn(server, 8, self.chance, RESTS[name], number)

    def live(self, seconds: int) -> tuple[int, int]:
        """Let time pass; give the first and the last second."""
        return churn(list(self.churns.values()), self.clock, seconds, self.chance)

    def stays(self, *names: str) -> dict[str, list[Stay]]:
        """By address."""
        found: dict[str, list[Stay]] = {}
        for name in names or self.churns:
            for stay in self.churns[name].stays():
                found.setdefault(stay.address, []).append(stay)
        return found

    def known(self) -> tuple[int, int]:
        """The seconds of which every server could have told: a lease after its first word, before its last."""
        each = [
            [*(one.at for one in mine.server.relay.given), *(one.at for one in mine.overs)]
            for mine in self.churns.values()
        ]
        return max(min(row) for row in each) + LEASE, min(max(row) for row in each) - 1

    def given(self, name: str) -> int:
        """How many ACKs of a lease left the server."""
        return len(self.servers[name].relay.given)


@contextmanager
def lookup(log: CommandLine, now: datetime) -> Iterator[Lookup]:
    """Take what the servers wrote, then ask without a process a question: there are thousands."""
    state = State(log.state)
    run = Run(new_run(now), now, load(log.inventory), state, Ledger(state, "r", "test", "test"))
    document = ingest(run)
    assert not document.failed
    assert not any(item["unparsed"] or item["impossible"] or item["gaps"] for item in document.items)
    archive = Archive(run)
    with archive.index() as index:
        yield Lookup(archive, index)


def acks(ask: Lookup, source: str) -> int:
    """How many ACKs of a lease were read."""
    query = "select count(*) from event where action=? and source=?"
    return int(ask.index.base.execute(query, (Action.ACK, ask.index.source(source))).fetchone()[0])


def told(answer: Answer) -> Truth:
    return answer.grade.value, frozenset(addresses.shown_mac(one.mac) or None for one in answer.tenancies)


def judged(
    ask: Lookup, stays: Mapping[str, Sequence[Stay]], first: int, last: int
) -> Iterator[tuple[str, int, Truth, Truth]]:
    """Every second of every address: what was asked, what is true and what was told."""
    for address, mine in sorted(stays.items()):
        ip = addresses.address(address)
        assert ip is not None
        for second in range(first, last + 1):
            yield address, second, truth(mine, second), told(ask.answer(ip, second * 1000))


def exact(ask: Lookup, stays: Mapping[str, Sequence[Stay]], first: int, last: int) -> int:
    """No answer but the true one. Give how many seconds were asked about."""
    wrong = [one for one in judged(ask, stays, first, last) if one[2] != one[3]]
    assert not wrong, "\n".join(map(str, wrong))
    return len(stays) * (last + 1 - first)


LOGS = """\
  kea: {{format: kea, path: {0}/kea/log}}
  dnsmasq: {{format: dnsmasq, path: {0}/dnsmasq/log, lease: 120}}
  dhcpd: {{format: dhcpd, path: {0}/dhcpd/log, lease: 120}}
"""


def hour(log: CommandLine, folder: Path, seconds: int, seed: int, pace: float = 0) -> int:
    """Let three servers live for so many seconds, their clock no faster than `pace`; hold every second to them."""
    begins = datetime.now(ISTANBUL).replace(microsecond=0) - timedelta(hours=3)
    with ExitStack() as stack:
        town = Town(stack, folder, begins, seed)
        started = time.monotonic()
        for minute in range(seconds // 60):
            town.live(60)
            if pace:
                time.sleep(max(0, started + (minute + 1) * 60 / pace - time.monotonic()))
        first, last = town.known()
        sources(log, LOGS.format(folder))
        with lookup(log, datetime.now(ISTANBUL)) as ask:
            for name in RESTS:
                assert acks(ask, name) == town.given(name) > 0, name
            count = exact(ask, town.stays(), first, last)
        log.state = folder / "journals"
        sources(
            log,
            f"  kea: {{format: kea, path: {folder}/kea/leases.csv, networks: [127.0.0.0/8]}}\n"
            f"  dhcpd: {{format: dhcpd-leases, path: {folder}/dhcpd/dhcpd.leases, networks: [10.0.0.0/8]}}\n",
        )
        with lookup(log, datetime.now(ISTANBUL)) as ask:
            assert acks(ask, "kea") == town.given("kea")
            for name in ("kea", "dhcpd"):
                journal = Journalled(town.churns[name], name)
                for address, second, true, said in judged(ask, journal.stays, first, journal.last):
                    assert said in journal.allowed(address, second, true), (address, second, true, said)
    return count


class Journalled:
    """What a journal may say less of: the end of what was let go has no time in it; the next row has."""

    def __init__(self, churn: Churn, name: str) -> None:
        self.name = name
        self.stays: dict[str, list[Stay]] = {}
        for stay in churn.stays():
            self.stays.setdefault(stay.address, []).append(stay)
        begun = {
            one.start for mine in self.stays.values() for one in mine
        }  # a young lease is not written anew
        self.rows = sorted(begun if name == "dhcpd" else {one.at for one in churn.server.relay.given} | begun)

    @property
    def last(self) -> int:
        """Until here something was written later: renewals need not be."""
        return max(one.start for mine in self.stays.values() for one in mine if one.mac) - 1

    def allowed(self, address: str, second: int, true: Truth) -> set[Truth]:
        """The truth; for a while less, but of the same client: that it is not known whether it still holds on."""
        begun = [one for one in self.stays[address] if one.mac and one.start <= second]
        if not begun:
            return {true}
        stay = begun[-1]
        who = frozenset({stay.mac})
        found = {true}
        if self.name == "dhcpd" and true[1] == who:
            found.add(("within_lease", who))  # a young lease that is renewed is not written anew
        if not stay.let_go:
            return found
        told = next((row for row in self.rows if row > stay.end), stay.end)
        if stay.last_ack < second <= told:
            found |= {("within_lease", who), ("unknown", who)} if second <= stay.end else {("unknown", who)}
        if self.name == "dhcpd" and second == stay.end:
            found.add(("none", frozenset()))  # its `ends` is the first second after it
        if self.name == "dhcpd" and true == ("conflict", who):
            found |= {("certain", who), ("unknown", who)}  # a block does not say when it was declined
        return found


def test_no_second_is_told_wrongly(log: CommandLine, tmp_path: Path) -> None:
    assert hour(log, tmp_path, 360, 5651) > 4_000


@pytest.mark.torture
def test_no_second_of_an_hour_is_told_wrongly(log: CommandLine, tmp_path: Path) -> None:
    assert hour(log, tmp_path, 3600, 632, SPEED) > 100_000


@pytest.mark.parametrize(
    "begins",
    [
        datetime(2015, 11, 8, 2, 50, tzinfo=ISTANBUL),  # at four it is three again
        datetime(2016, 3, 27, 2, 50, tzinfo=ISTANBUL),  # at three it is four
        datetime(2025, 12, 31, 23, 50, tzinfo=ISTANBUL),
        datetime(2025, 12, 1, 12, 0, tzinfo=ZoneInfo("Europe/Athens")),  # a server an hour off in winter
    ],
    ids=["twice", "never", "new-year", "an-hour-off"],
)
def test_no_second_around_a_step_of_the_wall_is_told_wrongly(
    log: CommandLine, tmp_path: Path, begins: datetime
) -> None:
    """Kea writes no zone, dnsmasq no year either; the file is as old as its last line."""
    with ExitStack() as stack:
        town = Town(stack, tmp_path, begins, 8, "kea", "dnsmasq")
        spans = [town.live(150)]
        if begins.year == 2015:
            for jump in (40 * 60, 50 * 60, 60 * 60):
                town.clock.set(town.clock.now + jump)
                spans.append(town.live(120))
        for name in town.servers:
            os.utime(tmp_path / name / "log", (town.clock.now, town.clock.now))
        zone = f", zone: {begins.tzinfo}"
        sources(
            log,
            f"  kea: {{format: kea, path: {tmp_path}/kea/log{zone}}}\n"
            f"  dnsmasq: {{format: dnsmasq, path: {tmp_path}/dnsmasq/log, lease: 120{zone}}}\n",
        )
        with lookup(log, datetime.now(ISTANBUL)) as ask:
            begun, ended = town.known()
            asked = [exact(ask, town.stays(), max(first, begun), min(last, ended)) for first, last in spans]
            assert sum(asked) > 200 * len(spans)
