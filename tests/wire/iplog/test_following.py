"""Files that are rotated, copied, truncated, rewritten, compressed: no line is lost, none is there twice."""

from __future__ import annotations

import gzip
import os
import shutil
from pathlib import Path

import pytest

from tests.conftest import CommandLine, InProcess
from tests.wire.iplog.conftest import ASKED, events, sources


def lines(log: CommandLine, source: str = "a") -> list[str]:
    """Every line that is kept, sealed or not, oldest first."""
    import subprocess

    folder = log.state / "iplog"
    files = sorted(folder.glob(f"segments/*/{source}.zst")) + sorted(folder.glob(f"open/*/{source}.zst"))
    kept = b"".join(
        subprocess.run(["zstd", "-dcq", path], capture_output=True, check=True).stdout
        for path in files
        if path.stat().st_size
    )
    return kept.decode().splitlines()


def add(file: Path, first: int, last: int) -> None:
    with file.open("a") as out:
        out.write("".join(f"line {number}\n" for number in range(first, last)))


def wanted(last: int) -> list[str]:
    return [f"line {number}" for number in range(last)]


@pytest.fixture
def file(log: CommandLine, tmp_path: Path) -> Path:
    path = tmp_path / "log"
    sources(log, f"  a: {{format: lines, path: {path}}}\n")
    add(path, 0, 500)
    take(log)
    add(path, 500, 700)
    return path


def take(log: CommandLine) -> int:
    """Take what is new; give how many gaps were told."""
    answer = log("iplog", "ingest", "--json")
    assert answer.code == 0, answer.stderr
    return sum(item["gaps"] for item in answer.document["items"])


def test_a_renamed_file_is_read_to_its_end(log: CommandLine, file: Path) -> None:
    file.rename(file.with_name("log.1"))
    add(file, 700, 900)
    assert take(log) == 0
    assert lines(log) == wanted(900)
    assert take(log) == 0
    assert lines(log) == wanted(900)


def test_a_copied_and_truncated_file_is_read_in_its_copy(log: CommandLine, file: Path) -> None:
    shutil.copy(file, file.with_name("log.1"))
    os.truncate(file, 0)
    add(file, 700, 900)
    assert take(log) == 0
    assert lines(log) == wanted(900)


def test_a_copy_of_a_file_that_is_still_whole_has_nothing_new(log: CommandLine, file: Path) -> None:
    shutil.copy(file, file.with_name("log.1"))
    take(log)
    assert lines(log) == wanted(700)
    os.truncate(file, 0)
    add(file, 700, 800)
    assert take(log) == 0
    assert lines(log) == wanted(800)


def test_a_truncation_without_a_copy_is_a_gap(log: CommandLine, file: Path) -> None:
    os.truncate(file, 0)
    add(file, 700, 720)
    assert take(log) == 1
    assert lines(log) == wanted(500) + [f"line {number}" for number in range(700, 720)]


def test_a_file_that_vanished_while_it_was_written_is_a_gap(log: CommandLine, file: Path) -> None:
    file.unlink()
    add(file, 700, 720)
    assert take(log) == 1


def test_a_rotated_file_that_is_compressed_later_is_not_read_again(log: CommandLine, file: Path) -> None:
    file.rename(file.with_name("log.1"))
    add(file, 700, 800)
    assert take(log) == 0
    with gzip.open(file.with_name("log.2.gz"), "wb") as packed:
        packed.write(file.with_name("log.1").read_bytes())
    file.with_name("log.1").unlink()
    assert take(log) == 0
    assert lines(log) == wanted(800)


def test_a_file_that_is_sent_anew_whole_goes_on(log: CommandLine, file: Path) -> None:
    """As rsync and scp do: another inode, the same beginning."""
    beside = file.with_name("new")
    shutil.copy(file, beside)
    add(beside, 700, 750)
    beside.rename(file)
    assert take(log) == 0
    assert lines(log) == wanted(750)


def test_what_was_there_before_the_first_time_is_taken(log: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "old"
    add(path.with_name("old.1"), 0, 10)
    os.utime(path.with_name("old.1"), (1_700_000_000, 1_700_000_000))
    add(path, 10, 20)
    sources(log, f"  a: {{format: lines, path: {path}}}\n")
    take(log)
    assert lines(log) == wanted(20)


def test_half_a_line_waits_for_its_end(log: CommandLine, file: Path) -> None:
    with file.open("a") as out:
        out.write("line 7")
    take(log)
    assert lines(log) == wanted(700)
    with file.open("a") as out:
        out.write("00\n")
    take(log)
    assert lines(log) == wanted(701)


@pytest.mark.parametrize("kept", [True, False])
def test_a_rewritten_journal_gives_only_what_is_new(log: CommandLine, tmp_path: Path, kept: bool) -> None:
    """Kea's clean-up: the last row of each lease, then new ones. What it dropped unread is a gap."""
    heading = "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state\n"
    rows = [f"10.0.0.{n},00:1a:2b:3c:4d:{n:02x},,120,{1795825906 + n},1,0,0,pc,0\n" for n in range(30)]
    file = tmp_path / "leases.csv"
    file.write_text(heading + "".join(rows[:18]))
    sources(log, f"  a: {{format: kea, path: {file}}}\n")
    take(log)
    with file.open("a") as out:
        out.write("".join(rows[18:20]))
    beside = tmp_path / "leases.csv.output"
    beside.write_text(heading + "".join(rows[10:20]))
    if kept:
        file.rename(tmp_path / "leases.csv.1")
    beside.rename(file)
    with file.open("a") as out:
        out.write("".join(rows[20:]))
    assert take(log) == (0 if kept else 1)
    assert lines(log) == (heading + "".join(rows)).splitlines()


def test_windows_files_of_the_week_begin_alike_and_are_all_read(log: CommandLine, tmp_path: Path) -> None:
    heading = "\t\tMicrosoft DHCP Hizmeti Etkinlik Günlüğü\r\n" * 60
    sources(log, f"  a: {{format: windows, path: '{tmp_path}/DhcpSrvLog-*.log'}}\n")
    expected = 0
    for day in ("Pzt", "Sal", "Çar"):
        file = tmp_path / f"DhcpSrvLog-{day}.log"
        file.write_bytes(heading.encode("cp1254"))
        take(log)
        with file.open("ab") as out:
            for number in range(5):
                out.write(
                    f"10,11/2{number}/26,10:15:00,Atama,10.0.0.{number},şef,001A2B3C4D5E\r\n".encode("cp1254")
                )
        take(log)
        expected += 65
    assert len(kept(log)) == expected
    item = log("iplog", "status", "--json").document["items"][0]
    assert (item["unparsed"], item["impossible"]) == (0, 0)


def kept(log: CommandLine) -> list[bytes]:
    import subprocess

    (path,) = (log.state / "iplog").glob("open/*/a.zst")
    return subprocess.run(["zstd", "-dcq", path], capture_output=True, check=True).stdout.splitlines()


@pytest.mark.parametrize(
    ("layout", "first", "second", "leases"),
    [
        (
            "dnsmasq",
            "DHCPINFORM(lo) 10.0.0.5 00:1a:2b:3c:4d:5e",
            "DHCPACK(lo) 10.0.0.5 00:1a:2b:3c:4d:5e pc",
            0,
        ),
        (
            "dnsmasq",
            "DHCPREQUEST(lo) 10.0.0.5 00:1a:2b:3c:4d:5e",
            "DHCPACK(lo) 10.0.0.5 00:1a:2b:3c:4d:5e pc",
            1,
        ),
        (
            "dhcpd",
            "reuse_lease: lease age 5 (secs) under 25% threshold, reply with unaltered, existing lease for 10.0.0.5",
            "DHCPACK on 10.0.0.5 to 00:1a:2b:3c:4d:5e via eth0",
            1,
        ),
    ],
)
def test_a_line_that_explains_the_next_is_heard_though_it_was_taken_before(
    log: CommandLine, tmp_path: Path, layout: str, first: str, second: str, leases: int
) -> None:
    file = tmp_path / "log"
    program = {"dnsmasq": "dnsmasq-dhcp", "dhcpd": "dhcpd"}[layout]
    sources(log, f"  a: {{format: {layout}, path: {file}, lease: 1h}}\n")
    found = []
    for text in (first, second):
        with file.open("a") as out:
            out.write(f"2026-11-28T03:00:00+03:00 d {program}[1]: {text}\n")
        take(log)
        found = events(log.state)
    assert len(found) == leases
    assert log("iplog", "ingest", "--reindex").code == 0
    assert events(log.state) == found


OFFERED = """lease 10.0.0.9 {
  starts 5 2026/11/20 11:00:00;
  ends 5 2026/11/20 11:02:00;
  cltt 5 2026/11/20 11:00:00;
  binding state free;
  hardware ethernet 00:1a:2b:3c:4d:09;
}
"""
DECLINED = """lease 10.0.0.7 {
  starts 5 2026/11/20 11:00:20;
  ends 5 2026/11/20 11:02:20;
  cltt 5 2026/11/20 11:00:20;
  binding state active;
  hardware ethernet 00:1a:2b:3c:4d:07;
}
lease 10.0.0.7 {
  starts 5 2026/11/20 11:00:20;
  ends 6 2026/11/21 11:00:40;
  tstp 6 2026/11/21 11:00:40;
  cltt 5 2026/11/20 11:00:20;
  binding state abandoned;
}
"""


def test_the_end_of_an_offer_lies_ahead_and_is_no_word_of_the_server(log: InProcess, tmp_path: Path) -> None:
    """dhcpd 4.4.3 keeps what it only offered when it rewrites its journal: free, until the offer ends."""
    (tmp_path / "dhcpd.leases").write_text(DECLINED.replace("10.0.0.7", "10.0.0.6") + OFFERED + DECLINED)
    sources(log, f"  merkez: {{format: dhcpd-leases, path: {tmp_path}/dhcpd.leases}}\n")
    assert log("iplog", "ingest").code == 0
    for address, at in (("10.0.0.7", "14:00:50"), ("10.0.0.8", "14:01:30")):
        answer = log("iplog", "who", address, "--at", f"2026-11-20 {at}", *ASKED, "--json")
        assert [item["grade"] for item in answer.document["items"]] == ["unknown"], address
