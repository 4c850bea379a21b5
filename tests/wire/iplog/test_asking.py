"""Who may ask, what is written down of it, and what an answer says."""

from __future__ import annotations

import getpass
import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bitools.iplog.wire import frames
from lab import clocks
from lab.packages import require_for_test
from tests.conftest import CommandLine
from tests.wire.iplog.conftest import ASKED, sources

ISTANBUL = ZoneInfo("Europe/Istanbul")
NOON = datetime(2026, 11, 20, 12, tzinfo=ISTANBUL)


def ack(at: datetime, address: str, mac: str, host: str = "pc") -> str:
    return f"{at.isoformat()} d dhcpd[1]: DHCPACK on {address} to {mac} ({host}) via eth0\n"


A, B = "00:1a:2b:3c:4d:0a", "00:1a:2b:3c:4d:0b"


def kept(log: CommandLine, tmp_path: Path, lines: str, more: str = "", options: str = "lease: 1h") -> None:
    file = tmp_path / "dhcpd.log"
    file.write_text(lines)
    sources(log, f"  merkez: {{format: dhcpd, path: {file}, {options}}}\n", more)
    assert log("iplog", "ingest").code == 0


def grade(log: CommandLine, subject: str, at: str, *more: str) -> dict[str, object]:
    answer = log("iplog", "who", subject, "--at", at, *more, *ASKED, "--json")
    assert answer.code == 0, answer.stderr
    return answer.document["items"][0]


def busy(last: int = 3) -> str:
    """Another address' renewals every half hour, around noon: the source is alive."""
    return "".join(
        ack(NOON + timedelta(minutes=30 * n), "10.0.0.99", "00:1a:2b:3c:4d:63") for n in range(-8, last)
    )


def test_every_grade(log: CommandLine, tmp_path: Path) -> None:
    lines = sorted(
        (
            busy(8)
            + ack(NOON, "10.0.0.5", A, "imar")
            + ack(NOON + timedelta(minutes=30), "10.0.0.5", A, "imar")
        ).splitlines()
    )
    static = tmp_path / "static.csv"
    static.write_text(
        f"ip,mac,person,from,to\n10.0.0.7,{B},Ayşe Yılmaz,2026-11-01,2026-11-30\n10.0.0.7,{A},Veli Ak,2026-12-01,\n"
    )
    kept(log, tmp_path, "\n".join(lines) + "\n", f"static: {static}\n")
    told = grade(log, "10.0.0.5", "2026-11-20 12:15:00")
    assert (told["grade"], told["mac"], told["host"]) == ("certain", A, "imar")
    assert [line["sealed"] for line in told["evidence"]] == [False, False]  # type: ignore[union-attr,index]
    assert grade(log, "10.0.0.5", "2026-11-20 13:00:00")["grade"] == "within_lease"
    assert grade(log, "10.0.0.5", "2026-11-20 13:45:00")["grade"] == "none"
    assert grade(log, "10.0.0.6", "2026-11-20 12:15:00")["grade"] == "none"
    later = grade(log, "10.0.0.6", "2026-11-20 23:15:00")
    assert (later["grade"], later["causes"]) == ("unknown", ["silent"])
    fixed = grade(log, "10.0.0.7", "2026-11-20 12:15:00")
    assert (fixed["grade"], fixed["person"]) == ("assigned", "Ayşe Yılmaz")
    assert grade(log, "10.0.0.7", "2026-12-02 12:15:00")["person"] == "Veli Ak"


def test_a_line_that_is_not_understood_leaves_nobody_cleared(log: CommandLine, tmp_path: Path) -> None:
    riddle = f"{NOON.isoformat()} d dhcpd[1]: DHCPACK on 10.0.0.6 an {A}\n"
    kept(
        log,
        tmp_path,
        busy(0)
        + riddle
        + "".join(
            ack(NOON + timedelta(minutes=30 * n), "10.0.0.99", "00:1a:2b:3c:4d:63") for n in range(1, 4)
        ),
    )
    told = grade(log, "10.0.0.6", "2026-11-20 12:20:00")
    assert (told["grade"], told["causes"]) == ("unknown", ["unparsed"])


def test_how_long_a_lease_lasts_must_be_known_to_clear_anybody(log: CommandLine, tmp_path: Path) -> None:
    kept(
        log,
        tmp_path,
        busy() + ack(NOON + timedelta(minutes=61), "10.0.0.5", A) + busy(9)[-200:],
        options="silence: 1d",
    )
    told = grade(log, "10.0.0.5", "2026-11-20 13:30:00")
    assert told["grade"] == "unknown"
    assert "lease_unknown" in told["causes"]  # type: ignore[operator]
    assert told["mac"] == A


def test_the_hour_that_happened_twice(log: CommandLine, tmp_path: Path) -> None:
    """8 November 2015, Istanbul: from 04:00 back to 03:00."""
    walls = [
        ("02:30:00", A),
        ("03:20:00", A),
        ("03:50:00", A),
        ("03:10:00", B),
        ("03:40:00", B),
        ("04:30:00", B),
    ]
    lines = "".join(
        f"2015-11-08T{wall} d dhcpd[1]: DHCPACK on 10.0.0.5 to {mac} via eth0\n" for wall, mac in walls
    )
    kept(log, tmp_path, lines)
    asked = log("iplog", "who", "10.0.0.5", "--at", "2015-11-08 03:30", *ASKED)
    assert asked.code == 2
    assert "+03:00" in asked.stderr
    assert "+02:00" in asked.stderr
    assert grade(log, "10.0.0.5", "2015-11-08T03:30:00+03:00")["mac"] == A
    assert grade(log, "10.0.0.5", "2015-11-08T03:30:00+02:00")["mac"] == B
    assert log("iplog", "who", "10.0.0.5", "--at", "2015-03-29 03:30", *ASKED).code == 2, "it never was"


def test_a_source_that_is_an_hour_off_in_winter_is_read_by_its_own_zone(
    log: CommandLine, tmp_path: Path
) -> None:
    lines = "".join(
        f"2026-11-20T{hour:02d}:00:00 d dhcpd[1]: DHCPACK on 10.0.0.5 to {A if hour == 12 else B} via eth0\n"
        for hour in range(8, 16)
    )
    kept(log, tmp_path, lines, options="lease: 1h, zone: Europe/Athens")
    assert grade(log, "10.0.0.5", "2026-11-20 13:00:30")["mac"] == A  # its noon is one o'clock in Istanbul


def test_a_public_port_leads_to_a_lease(log: CommandLine, tmp_path: Path) -> None:
    session = (
        "date=2026-11-20 time={} type=traffic subtype=forward srcip={} srcport=5100 dstip=198.51.100.7 dstport=443 "
        "proto=6 action=close trandisp=snat transip=203.0.113.4 transport=50123 duration={}\n"
    )
    wall = tmp_path / "fw.log"
    wall.write_text(session.format("12:10:00", "10.0.0.5", 300) + session.format("12:20:00", "10.0.0.6", 599))
    leases = tmp_path / "dhcpd.log"
    leases.write_text(
        ack(NOON, "10.0.0.5", A) + ack(NOON, "10.0.0.6", B)
        + ack(NOON + timedelta(minutes=30), "10.0.0.5", A) + ack(NOON + timedelta(minutes=30), "10.0.0.6", B)
    )  # fmt: skip
    sources(
        log,
        f"  merkez: {{format: dhcpd, path: {leases}, lease: 1h}}\n"
        f"  duvar: {{format: fortigate, path: {wall}, index: sessions, networks: [203.0.113.0/24]}}\n",
    )
    assert log("iplog", "ingest").code == 0
    told = grade(log, "203.0.113.4", "2026-11-20 12:07:00", "--port", "50123")
    assert (told["grade"], told["ip"], told["mac"], told["port"]) == ("certain", "10.0.0.5", A, 50123)
    assert {line["source"] for line in told["evidence"]} == {"merkez", "duvar"}  # type: ignore[union-attr,index]
    edge = log(
        "iplog", "who", "203.0.113.4", "--at", "2026-11-20 12:10:00", "--port", "50123", *ASKED, "--json"
    ).document
    assert edge["items"][0]["mac"] == A
    assert [one["mac"] for one in edge["candidates"]] == [B]
    nobody = grade(log, "203.0.113.4", "2026-11-20 12:07:00", "--port", "4")
    assert (nobody["grade"], nobody["causes"]) == ("unknown", ["no_session"])


def test_who_may_not_ask_is_refused_and_an_auditor_sees_it(log: CommandLine, tmp_path: Path) -> None:
    kept(log, tmp_path, busy())
    file = log.inventory / "iplog.yaml"
    file.write_text(file.read_text().replace(f"may_ask: [{getpass.getuser()}]", "may_ask: [hukuk-isleri]"))
    asked = log("iplog", "who", "10.0.0.5", "--at", "2026-11-20 12:00:00", *ASKED)
    assert asked.code == 5
    assert log("iplog", "export", "--from", "2026-11-20", "--to", "2026-11-20", *ASKED).code == 5
    told = log("ledger", "show", "--json").document["items"]
    assert [(one["action"], one["outcome"], one["target"]) for one in told[-2:]] == [
        ("iplog.who", "refused", "2026/1"),
        ("iplog.export", "refused", "2026/1"),
    ]
    assert log("iplog", "who", "10.0.0.5", "--at", "2026-11-20 12:00:00", "--reason", "x").code == 2


def test_an_answer_is_stored_nowhere(log: CommandLine, tmp_path: Path) -> None:
    kept(log, tmp_path, busy() + ack(NOON, "10.0.0.5", A))
    grade(log, "10.0.0.5", "2026-11-20 12:00:00")
    assert not list((log.state / "documents").glob("*iplog.who*"))
    ledger = (log.state / "ledger" / "ledger.jsonl").read_text()
    assert A not in ledger, "who it was is not in the ledger, only that it was asked"


def test_a_held_day_survives_a_purge(log: CommandLine, tmp_path: Path) -> None:
    kept(log, tmp_path, busy())
    assert log("iplog", "seal", "--now").code == 0
    held = log(
        "iplog",
        "hold",
        "--from",
        "2026-11-01",
        "--to",
        "2026-11-30",
        "--file-number",
        "2026/7",
        "--reason",
        "x",
    )
    assert held.code == 0, held.stderr
    old = log.inventory / "iplog.yaml"
    (seal,) = (log.state / "iplog/seals").glob("*.json")
    said = json.loads(seal.read_text())
    assert said["day"]
    old.write_text(old.read_text() + "retention: 1d\n")
    require_for_test(clocks.PACKAGE)
    by_process = CommandLine(log.inventory, log.state)

    def later(*words: str) -> int:
        return by_process(*words, environ=clocks.moved("+5d")).code

    assert later("iplog", "purge", "--yes") == 0
    assert list((log.state / "iplog/segments").glob("*/merkez.zst")), "frozen"
    holds, away = log.state / "iplog/holds.json", log.state / "away.json"
    for lost in ("[]", "{", ""):
        away.write_bytes(holds.read_bytes())
        holds.write_text(lost) if lost else holds.unlink()
        assert [later("iplog", *words) for words in (["purge", "--yes"], ["verify"], ["status"])] == [
            15,
            15,
            3,
        ]
        away.replace(holds)
    assert list((log.state / "iplog/segments").glob("*/merkez.zst")), "a lost list of holds frees nothing"
    assert later("iplog", "release", "--file-number", "2026/7", "--reason", "x") == 0
    assert later("iplog", "purge", "--yes") == 0
    assert not list((log.state / "iplog/segments").glob("*/merkez.zst"))
    assert seal.exists()
    assert log("iplog", "verify").code == 0, "what was purged by the book is no fault"


def test_a_silence_within_the_reach_of_a_lease_clears_nobody(log: CommandLine, tmp_path: Path) -> None:
    """Whoever was given the address while nothing came could still have it when the source speaks again."""
    speaks = [NOON + timedelta(minutes=minutes) for minutes in (*range(-120, 1, 10), *range(240, 361, 10))]
    lines = "".join(ack(at, "10.0.0.99", B) for at in speaks)
    kept(log, tmp_path, lines, options="lease: 1h, silence: 1h")
    asked = {
        wall: grade(log, "10.0.0.6", f"2026-11-20 {wall}") for wall in ("11:55:00", "14:00:00", "16:30:00")
    }
    assert {wall: (told["grade"], told["causes"]) for wall, told in asked.items()} == {
        "11:55:00": ("none", []),
        "14:00:00": ("unknown", ["silent"]),
        "16:30:00": ("unknown", ["silent"]),
    }
    assert grade(log, "10.0.0.6", "2026-11-20 17:05:00")["grade"] == "none", (
        "no lease of the silence lasts on"
    )


def test_two_people_in_the_list_are_both_named(log: CommandLine, tmp_path: Path) -> None:
    """With hardware addresses or without: whoever is left out of an answer is cleared by it."""
    static = tmp_path / "static.csv"
    static.write_text(
        "ip,mac,person,from,to\n10.0.0.7,,Ayşe Yılmaz,2026-11-01,\n10.0.0.7,,Veli Ak,2026-11-15,\n"
        f"10.0.0.8,{A},Ayşe Yılmaz,2026-11-01,\n10.0.0.8,{A},Veli Ak,2026-11-15,\n"
        "10.0.0.9,,Ayşe Yılmaz,2026-11-01,\n10.0.0.9,,Ayşe Yılmaz,2026-11-15,\n"
    )
    kept(log, tmp_path, busy() + ack(NOON, "10.0.0.8", A), f"static: {static}\n")
    for address in ("10.0.0.7", "10.0.0.8"):
        answer = log("iplog", "who", address, "--at", "2026-11-20 12:00:00", *ASKED, "--json")
        told = answer.document["items"]
        assert [(one["grade"], one["person"]) for one in told] == [
            ("conflict", "Ayşe Yılmaz"),
            ("conflict", "Veli Ak"),
        ]
    assert grade(log, "10.0.0.9", "2026-11-20 12:00:00")["grade"] == "assigned", "the same person twice"


def test_an_hour_that_happened_twice_with_lines_that_came_late_is_nobody_s(
    log: CommandLine, tmp_path: Path
) -> None:
    """Two steps back: nobody can say which of them the clocks made."""
    walls = [("03:20", A), ("03:50", A), ("03:05", A), ("03:55", A), ("03:10", B), ("03:40", B), ("04:30", B)]
    lines = "".join(
        f"2015-11-08T{wall}:00 d dhcpd[1]: DHCPACK on 10.0.0.5 to {mac} via eth0\n" for wall, mac in walls
    )
    kept(log, tmp_path, lines)
    told = grade(log, "10.0.0.5", "2015-11-08T03:52:00+02:00")
    assert (told["grade"], told["causes"]) == ("unknown", ["ambiguous_hour"])


def test_a_release_and_an_ack_of_one_second_that_were_taken_apart_clear_nobody(
    log: CommandLine, tmp_path: Path
) -> None:
    """Which of them the server wrote first is said by their order in its file, and by nothing else."""
    given = ack(NOON, "10.0.0.5", A)
    kept(log, tmp_path, busy() + given)
    assert log("iplog", "seal", "--now").code == 0
    with (tmp_path / "dhcpd.log").open("a") as out:
        out.write(
            given.replace("DHCPACK on", "DHCPRELEASE of").replace(" to ", " from ").strip() + " (found)\n"
        )
        out.write(busy(8))
    assert log("iplog", "ingest").code == 0
    told = grade(log, "10.0.0.5", "2026-11-20 12:30:00")
    assert (told["grade"], told["mac"]) == ("unknown", A)
    assert grade(log, "10.0.0.5", "2026-11-20 13:05:00")["grade"] == "none"


def test_a_block_of_a_journal_is_proven_by_one_frame(
    log: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A journal of a day is many frames; none may end within a block, whose lines prove nothing alone."""
    monkeypatch.setattr(frames, "LARGEST", 500)  # two blocks and a half
    block = (
        "lease 10.0.0.{0} {{\n  starts 5 2026/11/20 09:{0:02}:00;\n  ends 5 2026/11/20 15:00:00;\n"
        "  binding state active;\n  hardware ethernet 00:1a:2b:3c:4d:{0:02x};\n"
        '  client-hostname "pc-{0}";\n}}\n'
    )
    file = tmp_path / "dhcpd.leases"
    file.write_text("".join(map(block.format, range(10, 22))))
    sources(log, f"  merkez: {{format: dhcpd-leases, path: {file}}}\n")
    assert log("iplog", "ingest").code == 0
    assert log("iplog", "seal", "--now").code == 0
    told = [grade(log, f"10.0.0.{number}", "2026-11-20 13:00:00") for number in range(10, 22)]
    assert [(one["grade"], one["host"]) for one in told] == [
        ("within_lease", f"pc-{number}") for number in range(10, 22)
    ]
    file.unlink()
    file.write_text("".join(map(block.format, (22, *range(10, 22)))))
    (item,) = log("iplog", "ingest", "--json").document["items"]
    assert item["lines"] == len(block.splitlines()), (
        "of a journal that was rewritten only what is new is taken"
    )


@pytest.mark.parametrize(
    ("layout", "line"),
    [
        ("kea", "10.0.0.5,,01:{mac},600,{epoch},1,0,0,pc,0,,0"),  # known by its client identifier alone
        (
            "dnsmasq",
            "{time} g dnsmasq-dhcp[1]: DHCPACK(wlan0) 10.0.0.5 06-{mac} pc",
        ),  # IEEE 802, not Ethernet
    ],
)
def test_a_client_is_proven_by_its_line_whatever_stands_before_its_address(
    log: CommandLine, tmp_path: Path, layout: str, line: str
) -> None:
    file = tmp_path / "log"
    epoch = round((NOON + timedelta(seconds=600)).timestamp())
    file.write_text(line.format(mac=A, epoch=epoch, time=NOON.isoformat()) + "\n")
    sources(log, f"  merkez: {{format: {layout}, path: {file}, lease: 10min}}\n")
    assert log("iplog", "ingest").code == 0
    told = grade(log, "10.0.0.5", "2026-11-20 12:05:00")
    assert (told["grade"], told["mac"]) == ("within_lease", A)


def test_a_device_without_an_address_is_no_proof_that_it_had_none(log: CommandLine, tmp_path: Path) -> None:
    kept(log, tmp_path, busy())
    asked = log("iplog", "who", B, "--from", "2026-11-20", "--to", "2026-11-20", *ASKED, "--json")
    assert (asked.code, asked.document["items"]) == (0, [])
    assert asked.document["warnings"] == [
        "no line that is kept says that it had an address then; that proves nothing"
    ]
