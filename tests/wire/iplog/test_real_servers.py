"""Real servers, real clients, and an oracle that knows nothing of us: who had each address at every second."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bitools.inventory.load import load
from bitools.iplog.decisions import addresses
from bitools.iplog.decisions.formats import READERS
from bitools.iplog.decisions.found import Action, Event, Word
from bitools.iplog.decisions.instants import Clock
from bitools.iplog.verbs.archive import Archive
from bitools.iplog.verbs.ingest import ingest
from bitools.iplog.verbs.lookup import Lookup
from bitools.ledger import Ledger
from bitools.run import Run
from bitools.state import State, new_run
from lab import packages
from lab.dhcp import PACKAGES, Dhcpd, Dnsmasq, Kea, Server
from tests.conftest import CommandLine
from tests.wire.iplog.conftest import sources
from tests.wire.iplog.oracle import SPEED, Churn, Stay, truths

ISTANBUL = ZoneInfo("Europe/Istanbul")
LEASE = 120


@pytest.fixture(scope="module", autouse=True)
def _servers() -> None:
    packages.require_for_test(*PACKAGES)


@contextmanager
def lookup(log: CommandLine) -> Iterator[tuple[Lookup, Run]]:
    """Take what the servers wrote, then ask without a process a question: there are thousands."""
    now = datetime.now().astimezone() + timedelta(hours=2)  # the servers' clocks ran ahead
    state = State(log.state)
    run = Run(new_run(now), now, load(log.inventory), state, Ledger(state, "r", "test", "test"))
    document = ingest(run)
    assert not document.failed
    archive = Archive(run)
    index = archive.index()
    try:
        yield Lookup(archive, index), run
    finally:
        index.close()


def begun(churn: Churn, line: re.Pattern[str], layout: str) -> None:
    """Set the watch by the line of the very first lease."""
    churn.calibrate()
    found = next(m for m in map(line.match, churn.server.log.read_text().splitlines()) if m)
    text = found[1]
    if layout.startswith("%b"):
        text, layout = f"{datetime.now().year} {text}", f"%Y {layout}"
    shown = datetime.strptime(text, layout).replace(tzinfo=ISTANBUL)
    churn.watch.set(shown.timestamp() + (0.5 if "." not in text else 0))


KEA_LINE = re.compile(r"(\S+ \S+) INFO .* DHCP4_LEASE_ALLOC ")
DNSMASQ_LINE = re.compile(r"(\w+ +\d+ \S+) dnsmasq-dhcp\[\d+\]: DHCPACK")


def wrong(
    churns: list[tuple[list[Stay], int]], ask: Lookup, slack: float, *, untimed: bool = False
) -> tuple[int, list[str]]:
    """How many seconds were asked about, and every answer that is not true."""
    stays = [one for some, _rest in churns for one in some]
    first = min(one.acks[0][0] for one in stays) + LEASE + 10
    last = max(one.acks[-1][1] for one in stays) - 10
    found: list[str] = []
    count = 0
    for address in sorted({one.address for one in stays}):
        ip = addresses.address(address)
        assert ip is not None
        mine = [one for one in stays if one.address == address]
        for second in range(int(first), int(last)):
            count += 1
            answer = ask.answer(ip, second * 1000)
            told = {(answer.grade.value, addresses.shown_mac(one.mac) or None) for one in answer.tenancies}
            told = told or {(answer.grade.value, None)}
            allowed: set[tuple[str, str | None]] = set()
            for some, rest in churns:
                allowed |= truths([one for one in some if one.address == address], second, rest, slack)
            if untimed:  # the journal does not say when an address was given back: less sure, of the same one
                allowed |= {("within_lease", mac) for what, mac in allowed if what == "certain"}
            if answer.grade.value == "unknown":
                if not untimed and not any(one.acks[0][0] > second for one in mine):
                    continue  # nothing more was written of it: nobody can say
                if untimed or allowed != {("none", None)}:
                    continue
            if not told & allowed:
                found.append(f"{address} {datetime.fromtimestamp(second, ISTANBUL)} {told} {allowed}")
    return count, found


def kea(folder: Path) -> Server:
    return Kea(folder, LEASE, f"+0 x{SPEED}")


def dnsmasq(folder: Path, **more: int) -> Server:
    return Dnsmasq(folder, LEASE, f"+0 x{SPEED}", **more)


def judged(log: CommandLine, folder: Path, seconds: float, seed: int) -> dict[str, tuple[int, list[str]]]:
    """Both servers at work, then every second of every address asked about, from each voice alone."""
    results = {}
    with kea(folder / "kea") as server:
        churn = Churn(server, 12, seed)
        begun(churn, KEA_LINE, "%Y-%m-%d %H:%M:%S.%f")
        churn.run(seconds)
        stays = churn.settled()
        for name, file in (("log", server.log), ("journal", folder / "kea" / "leases.csv")):
            log.state = folder / f"state-{name}"
            sources(log, f"  kea: {{format: kea, path: {file}}}\n")
            with lookup(log) as (ask, _run):
                results[f"kea {name}"] = wrong([(stays, LEASE)], ask, churn.slack, untimed=name == "journal")
    with Dhcpd(folder / "dhcpd", LEASE, f"+0 x{SPEED}") as server:
        churn = Churn(server, 12, seed + 2)
        churn.calibrate()
        starts = re.findall(r"starts \d (\S+ \S+);", server.journal.read_text())
        shown = datetime.strptime(starts[-1], "%Y/%m/%d %H:%M:%S").replace(tzinfo=UTC)
        churn.watch.set(shown.timestamp() + 0.5)
        churn.run(seconds)
        stays = churn.settled()
        log.state = folder / "state-dhcpd"
        sources(log, f"  merkez: {{format: dhcpd-leases, path: {server.journal}}}\n")
        with lookup(log) as (ask, _run):
            results["dhcpd journal"] = wrong([(stays, 86_400)], ask, churn.slack, untimed=True)
        said = (folder / "dhcpd" / "out").read_text().splitlines()
        read = READERS["dhcpd"](Clock(ISTANBUL, round(shown.timestamp() * 1000)))
        told = [read(f"{shown.isoformat()} d dhcpd[1]: {line}") for line in said if line.startswith("DHCP")]
        acks = [one for one in told if isinstance(one, Event) and one.action == Action.ACK]
        assert len(acks) >= sum(len(one.acks) for one in churn.stays)  # a question may be asked twice
        assert Word.UNPARSED not in told
    with dnsmasq(folder / "dnsmasq") as server:
        churn = Churn(server, 12, seed + 1)
        begun(churn, DNSMASQ_LINE, "%b %d %H:%M:%S")
        churn.run(seconds)
        stays = churn.settled()
        log.state = folder / "state-dnsmasq"
        sources(log, f"  ev: {{format: dnsmasq, path: {server.log}, lease: {LEASE}}}\n")
        with lookup(log) as (ask, _run):
            results["dnsmasq"] = wrong([(stays, 600)], ask, churn.slack)
    return results


def test_no_second_is_told_wrongly(log: CommandLine, tmp_path: Path) -> None:
    for name, (count, found) in judged(log, tmp_path, 12, 5651).items():
        assert count > 1000, name
        assert not found, (name, len(found), count, found[:5])


@pytest.mark.torture
def test_no_second_of_twenty_minutes_is_told_wrongly(log: CommandLine, tmp_path: Path) -> None:
    for name, (count, found) in judged(log, tmp_path, 20, 632).items():
        assert count > 10_000, name
        assert not found, (name, len(found), count, found[:5])


def test_two_servers_at_odds_are_a_conflict(log: CommandLine, tmp_path: Path) -> None:
    with kea(tmp_path / "kea") as first, dnsmasq(tmp_path / "ev", first=20, last=20) as second:
        ours = first.client(bytes([0, 0x1A, 0, 0, 0, 1]))
        theirs = second.client(bytes([0, 0x1A, 0, 0, 0, 2]))
        address = second.pool[0]
        assert theirs.obtain() == address
        assert ours.obtain(wanted=address) == address
        ours.renew()
        theirs.renew()
        text = f"  kea: {{format: kea, path: {first.log}}}\n"
        text += f"  ev: {{format: dnsmasq, path: {second.log}, lease: {LEASE}}}\n"
        sources(log, text)
        with lookup(log) as (ask, _run):
            ip = addresses.address(address)
            assert ip is not None
            events = [one.event for one in ask.sightings(ip, 0)]
            at = max(one.at for one in events if one.mac == ours.mac)
            at = max(at, min(one.at for one in events if one.mac == theirs.mac)) + 1
            answer = ask.answer(ip, at)
            assert answer.grade == "conflict"
            assert {one.mac for one in answer.tenancies} == {ours.mac, theirs.mac}
