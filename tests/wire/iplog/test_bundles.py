"""From a public address and port to a lease: both proofs in one bundle, and nobody else's days."""

from __future__ import annotations

import subprocess
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bitools.inventory.load import load
from bitools.iplog.verbs import ingest, seal
from bitools.ledger import Ledger
from bitools.run import Run
from bitools.state import State, new_run
from lab.time_authority import TimeAuthority
from tests.conftest import CommandLine
from tests.wire.iplog.conftest import ASKED, elsewhere, everything_in, sources

NOON = datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("Europe/Istanbul"))
# Fortinet's log reference (traffic, forward), Cisco's syslog guide (305011, 305012); documentation addresses
FORTIGATE = (
    'date={0:%Y-%m-%d} time={0:%H:%M:%S} devname="fw1" devid="FGT60E0000000000" logid="0000000013" type="traffic" '
    'subtype="forward" level="notice" vd="root" eventtime={1}000000 tz="+0300" srcip=10.0.0.{2} srcport=5100 '
    'srcintf="lan" dstip=198.51.100.7 dstport=443 dstintf="wan1" sessionid=4711 proto=6 action="close" policyid=1 '
    'trandisp="snat" transip=203.0.113.4 transport=50123 duration=300 sentbyte=1 rcvdbyte=2\n'
)
ASA = (
    "{0:%b %d %Y %H:%M:%S} asa1 : %ASA-6-305012: Teardown dynamic TCP translation from inside:10.0.0.{2}/5100 to "
    "outside:203.0.113.4/50123 duration 0:05:00\n"
)


def lease(at: datetime, last: int) -> str:
    return (
        f"{at.isoformat()} d dhcpd[1]: DHCPACK on 10.0.0.{last} to 00:1a:2b:3c:4d:{last:02x} "
        f"(gun{at.day}-{last}) via eth0\n"
    )


@pytest.fixture(params=["fortigate", "asa"])
def town(request: pytest.FixtureRequest, log: CommandLine, tmp_path: Path) -> CommandLine:
    """Three days of a DHCP server's and a firewall's lines, sealed; the last one stamped."""
    line = {"fortigate": FORTIGATE, "asa": ASA}[request.param]
    leases, wall = tmp_path / "dhcpd.log", tmp_path / "fw.log"
    sources(
        log,
        f"  merkez: {{format: dhcpd, path: {leases}, lease: 1h}}\n"
        f"  duvar: {{format: {request.param}, path: {wall}, index: sessions, networks: [203.0.113.0/24]}}\n",
    )
    state = State(log.state)
    with TimeAuthority(tmp_path / "tsa") as authority:
        for day in (-1, 0, 1):
            noon = NOON + timedelta(days=day)
            with leases.open("a") as out:
                for quarter in range(8):
                    at = noon + timedelta(minutes=15 * quarter - 30)
                    out.write("".join(lease(at, last) for last in (5, 6, 7)))
            with wall.open("a") as out:
                for minutes, last in ((15, 5), (45, 6), (50, 7)):
                    at = noon + timedelta(minutes=minutes)
                    out.write(line.format(at, round(at.timestamp() * 1000), last))
            if day == 1:
                (log.inventory / "settings.yaml").write_text(
                    "organisation: Efeler Belediyesi\ntimezone: Europe/Istanbul\n"
                    f"timestamp: {{url: '{authority.url}', ca: {authority.ca}}}\n"
                )
            for verb, when in ((ingest.ingest, noon), (seal.seal, noon + timedelta(days=1))):
                run = Run(new_run(when), when, load(log.inventory), state, Ledger(state, "r", "t", "t"))
                assert not verb(run).failed
        yield log


def opened(log: CommandLine, tmp_path: Path, at: str) -> tuple[dict, Path]:
    target = tmp_path / "kanit.zip"
    answer = log(
        "iplog",
        "who",
        "203.0.113.4",
        "--port",
        "50123",
        "--at",
        at,
        *ASKED,
        "--bundle",
        str(target),
        "--json",
    )
    assert answer.code == 0, answer.stderr
    folder = tmp_path / "elsewhere"
    with zipfile.ZipFile(target) as archive:
        archive.extractall(folder)
    return answer.document, folder


def test_both_proofs_are_in_one_bundle_and_hold_elsewhere(town: CommandLine, tmp_path: Path) -> None:
    told, folder = opened(town, tmp_path, "2026-11-20 12:13:00")
    (item,) = told["items"]
    assert (item["grade"], item["ip"], item["host"]) == ("certain", "10.0.0.5", "gun20-5")
    assert [line["source"] for line in item["evidence"]] == ["duvar", "merkez", "merkez"]
    said = subprocess.run(
        ["sh", folder / "verify.sh"],
        env=elsewhere(tmp_path / "bin"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert said.stdout.count(".zst: OK") >= 2 * 2, "each frame, by SHA256SUMS and by a list"
    assert said.stdout.count("Verification: OK") == 2
    everything = everything_in(folder)
    assert b"gun20-5" in everything
    assert b"203.0.113.4" in everything
    for other in (b"gun19-", b"gun21-", b"2026-11-19", b"date=2026-11-21", b"Nov 19", b"Nov 21"):
        assert other not in everything.replace(b'"day":"2026-11-21"', b""), other
    assert (tmp_path / "kanit.zip").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        (("10.0.0.5", "--at", "2026-11-20 12:10:00"), {20}),
        (("10.0.0.5", "--at", "2026-11-20 00:30:00"), {20}),
        (("10.0.0.5", "--at", "2026-11-20 23:30:00"), {20, 21}),  # renewed on either side of midnight
        (("2001:db8::5", "--at", "2026-11-20 12:10:00"), {20}),
        (("00:1a:2b:3c:4d:05", "--from", "2026-11-20 09:30", "--to", "2026-11-20 13:30"), {20}),
        (("00:1a:2b:3c:4d:05", "--from", "2026-11-20", "--to", "2026-11-20"), {20}),  # the whole day
        (("00:1a:2b:3c:4d:05", "--from", "2026-11-20 21:00", "--to", "2026-11-21 03:00"), {20, 21}),
        (("gun20-5", "--from", "2026-11-20 09:30", "--to", "2026-11-20 13:30"), {20}),
        (("10.0.0.5", "--at", "2026-11-22 12:10:00"), {22}),  # not sealed yet
    ],
)
def test_a_client_that_stays_for_days_is_proven_by_the_lines_of_the_time_that_was_asked_about(
    log: CommandLine, tmp_path: Path, asked: tuple[str, ...], days: set[int]
) -> None:
    """It renews day and night: other lines of it would bring along what others did on other days."""
    leases = tmp_path / "dhcpd.log"
    sources(log, f"  merkez: {{format: dhcpd, path: {leases}, lease: 8h}}\n")
    state = State(log.state)
    for day in (19, 20, 21, 22):
        midnight = NOON.replace(day=day, hour=0)
        with leases.open("a") as out:
            for hour in range(0, 24, 2):
                at = midnight + timedelta(hours=hour)
                out.write("".join(lease(at, last) for last in (5, 6)))
                out.write(
                    f"{at.isoformat()} d dhcpd[1]: Reply NA: address 2001:db8::5 to client with duid "
                    "00:03:00:01:00:1a:2b:3c:4d:07 iaid = 1 valid for 28800 seconds\n"
                )
        evening, over = midnight.replace(hour=23), midnight + timedelta(days=1)
        steps = [(ingest.ingest, evening), (seal.seal, over)]
        for verb, when in steps if day < 22 else steps[:1]:
            run = Run(new_run(when), when, load(log.inventory), state, Ledger(state, "r", "t", "t"))
            assert not verb(run).failed
    target = tmp_path / "kanit.zip"
    answer = log("iplog", "who", *asked, *ASKED, "--bundle", str(target), "--json")
    assert answer.code == 0, answer.stderr
    items = [item for item in answer.document["items"] if item["ip"] in ("10.0.0.5", "2001:db8::5")]
    assert {item["grade"] for item in items} == {"certain"}
    with zipfile.ZipFile(target) as archive:
        archive.extractall(tmp_path / "elsewhere")
    everything = everything_in(tmp_path / "elsewhere")
    assert {day for day in (19, 20, 21, 22) if b"gun%d-" % day in everything} == days
    if ":" not in asked[0]:
        assert {item["host"] for item in items} <= {f"gun{day}-5" for day in days}, "its name at that time"


def test_at_a_boundary_every_candidate_is_told(town: CommandLine, tmp_path: Path) -> None:
    """One inside address let the port go at 12:45:00, the next took it then; clocks may be two seconds off."""
    for second, holder, other in (("12:44:59", 6, 7), ("12:45:01", 7, 6)):
        told = town(
            "iplog", "who", "203.0.113.4", "--port", "50123", "--at", f"2026-11-20 {second}", *ASKED, "--json"
        ).document
        assert [item["ip"] for item in told["items"]] == [f"10.0.0.{holder}"]
        assert [item["ip"] for item in told["candidates"]] == [f"10.0.0.{other}"]
    both = town(
        "iplog", "who", "203.0.113.4", "--port", "50123", "--at", "2026-11-20 12:45:00", *ASKED, "--json"
    ).document
    assert {item["ip"] for item in both["items"]} == {"10.0.0.6", "10.0.0.7"}
    assert {item["grade"] for item in both["items"]} == {"conflict"}
