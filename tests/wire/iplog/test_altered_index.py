"""The index is derived: one that was thinned or edited is refused and made anew, and never believed."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from bitools.iplog.wire import tallies
from tests.conftest import CommandLine, InProcess
from tests.wire.iplog.conftest import ASKED, events, sources

HELD, FREE, DEVICE, OUTSIDE = "10.0.0.7", "10.0.0.8", "00:1a:2b:3c:4d:07", "203.0.113.4"
TIME = "2026-11-20 14:00:00"
IP = 0x0A000007


QUESTIONS = (
    (HELD, "--at", TIME), (FREE, "--at", TIME), (HELD, "--at", "2026-11-20 03:45:00"),
    ("10.0.0.5", "--at", TIME), (OUTSIDE, "--port", "4214", "--at", "2026-11-20 13:59:30"),
    (DEVICE, "--from", "2026-11-20", "--to", "2026-11-21"), ("imar-1", "--from", "2026-11-20", "--to", "2026-11-21"),
)  # fmt: skip
Answers = list[tuple[int, str]]


def asked(log: InProcess) -> Answers:
    """What each question is answered, and how it ends."""
    answers = [log("iplog", "who", *words, *ASKED, "--json") for words in QUESTIONS]
    return [
        (one.code, str([(item["grade"], item["mac"], item["host"], item["causes"]) for item in one.document["items"]]))
        if one.code == 0
        else (one.code, "")
        for one in answers
    ]  # fmt: skip


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> tuple[InProcess, Answers]:
    """A day with two devices, a line nobody understands, translations, a fixed address; and what is true of it."""
    folder = tmp_path_factory.mktemp("day")
    log = InProcess(folder / "inventory", folder / "state")
    log.inventory.mkdir()
    (log.inventory / "settings.yaml").write_text("organisation: Efeler Belediyesi\n")
    lines = [
        f"2026-11-20T{hour:02d}:{minute:02d}:00+03:00 dhcp1 dhcpd[1]: {what}\n"
        for hour in range(24)
        for minute, what in (
            (10, f"DHCPACK on {HELD} to {DEVICE} (muhasebe-3) via eth0"),
            (20, "DHCPACK on 10.0.0.9 to 00:1a:2b:3c:4d:09 (imar-1) via eth0"),
            (30, "DHCPACK on 10.0.0.10 to somebody" if hour == 3 else "Wrote 2 leases to leases file."),
        )
    ]
    (folder / "dhcpd.log").write_text("".join(lines))
    (folder / "nat.log").write_text(
        "".join(
            f"date=2026-11-20 time={hour:02d}:00:00 tz=+0300 devname=fw logid=0000000013 type=traffic "
            f"subtype=forward srcip={HELD} srcport=5100 dstip=198.51.100.7 dstport=443 proto=6 trandisp=snat "
            f"transip={OUTSIDE} transport={port} duration=60\n"
            for hour in range(24)
            for port in (4100, 4200 + hour)
        )
    )
    (folder / "static.csv").write_text("ip,mac,person,from,to\n10.0.0.5,,Ayşe Yılmaz,2026-01-01,\n")
    sources(
        log,
        f"  merkez: {{format: dhcpd, path: {folder}/dhcpd.log, lease: 2h, networks: [10.0.0.0/24]}}\n"
        f"  duvar: {{format: fortigate, path: {folder}/nat.log, index: sessions, networks: [192.0.2.0/24]}}\n",
        f"static: {folder}/static.csv\n",
    )
    assert log("iplog", "ingest").code == 0
    before = asked(log)
    assert [code for code, _said in before] == [0] * len(before)
    assert "none" in before[1][1]
    return log, before


@pytest.fixture
def before(day: tuple[InProcess, Answers]) -> Answers:
    """What is true."""
    return day[1]


@pytest.fixture
def log(day: tuple[InProcess, Answers], tmp_path: Path) -> InProcess:
    """The same day, to be spoilt."""
    shutil.copytree(day[0].state, tmp_path / "spoilt")
    return InProcess(day[0].inventory, tmp_path / "spoilt")


def spoil(log: CommandLine, *statements: str, file: str = "leases") -> None:
    base = sqlite3.connect(log.state / f"iplog/index/{file}.sqlite")
    with base:
        for statement in statements:
            assert base.execute(statement).rowcount, statement
    base.close()


EDITS = {
    "thinned": [f"delete from sighting where ip={IP}"],
    "one row": [f"delete from sighting where ip={IP} and line=(select max(line) from sighting where ip={IP})"],
    "another client": [f"update sighting set mac=x'001a2b3c4dff' where ip={IP}"],
    "another time": [f"update sighting set at=at-86400000 where ip={IP} and line>30"],
    "another address": [f"update sighting set ip=ip+1 where ip={IP}"],
    "a client as text": [f"update sighting set mac='muhasebe' where ip={IP}"],
    "added": [f"insert into sighting select ip+1, at, segment, line, manner, mac, host, alternative from sighting where ip={IP}"],
    "with its tally": [f"delete from sighting where ip={IP}", f"delete from tally where part='sighting' and key={IP}"],
    "no rows at all": ["delete from sighting"],
    "no tallies": ["delete from tally"],
    "acts turned": ["update manner set action=2 where action=1"],
    "longer leases": ["update manner set lease=86400"],
    "words gone": ["delete from word where text like 'muhasebe%'"],
    "words edited": ["update word set text='baska-1' where text like 'imar%'"],
    "nothing strange": ["delete from trouble"],
    "no gaps": ["insert into gap values (1, 0, 1, 1)"],
    "taken for read": ["update progress set lines=1000000"],
    "not read": ["delete from progress"],
    "shorter leases": ["insert or replace into longest values (1, 60)"],
    "never silent": ["update heard set last=last+86400000"],
    "no fixed address": ["delete from fixed"],
    "another person": ["update fixed set person='Mehmet Kaya'"],
    "never met": ["delete from holder"],
    "never named": ["delete from named"],
    "no table": ["drop table heard"],
    "no leases": ["drop table sighting"],
}  # fmt: skip


@pytest.mark.parametrize("edit", EDITS)
def test_no_answer_stands_on_rows_that_were_edited(log: InProcess, before: Answers, edit: str) -> None:
    held = events(log.state)
    spoil(log, *EDITS[edit])
    found = log("iplog", "verify", "--json")
    assert found.code == 15
    assert [one["reason"] for one in found.document["failed"]] == ["index"]
    during = asked(log)
    assert all(one[0] == 15 or one == true for one, true in zip(during, before, strict=True)), during
    assert any(one[0] == 15 for one in during)
    anew = log("iplog", "ingest", "--json")
    assert anew.code == 0
    assert anew.document["warnings"]
    assert (asked(log), events(log.state)) == (before, held)
    assert log("iplog", "verify").code == 0


@pytest.mark.parametrize(
    "edit",
    [
        ["delete from session where public_port=4214"],
        ["delete from session where public_port=4214", "delete from tally where key%65536=4214"],
        [f"update session set inside={IP + 2}"],
        ["update session set end=end+3600000"],
    ],
)
def test_no_translation_stands_on_rows_that_were_edited(
    log: InProcess, before: Answers, edit: list[str]
) -> None:
    spoil(log, *edit, file="sessions-000001")
    assert [one[0] for one in asked(log)] == [0, 0, 0, 0, 15, 0, 0]
    assert log("iplog", "ingest").code == 0
    assert asked(log) == before


def test_nobody_is_told_only_after_a_look_at_the_lines(log: InProcess, before: Answers) -> None:
    """Whoever knows how tallies are kept and mends them is found by the lines."""
    base = sqlite3.connect(log.state / "iplog/index/leases.sqlite")
    tallies.prepare(base, writing=True)
    with base:
        base.execute(f"delete from sighting where ip={IP}")
    base.close()
    during = asked(log)
    assert during[0][0] == 15
    assert log("iplog", "ingest").code == 0
    assert asked(log) == before


def test_a_day_that_is_sealed_is_held_to_its_lines_too(log: InProcess, before: Answers) -> None:
    assert log("iplog", "seal", "--now").code == 0
    spoil(log, *EDITS["with its tally"])
    assert asked(log)[0][0] == 15
    assert log("iplog", "ingest").code == 0
    assert asked(log) == before


@pytest.mark.parametrize("spoilt", [lambda old: old[: len(old) // 2], lambda old: bytes(len(old)), None])
def test_lines_that_are_gone_before_they_were_sealed_clear_nobody(
    log: InProcess, before: Answers, spoilt: Callable[[bytes], bytes] | None
) -> None:
    path = next((log.state / "iplog/open").glob("*/merkez.zst"))
    path.write_bytes(spoilt(path.read_bytes())) if spoilt else path.unlink()
    taken = log("iplog", "ingest", "--json")
    assert [(one["code"], one["reason"]) for one in taken.document["failed"]] == [(15, "open")]
    assert bool(spoilt) == any((log.state / "iplog").glob("damaged/*merkez*"))
    assert log("iplog", "ingest").code == 0
    code, said = asked(log)[1]
    assert (code, "unknown" in said) == (0, True)
    assert log("iplog", "seal", "--now").code == 0
    assert json.loads((log.state / "iplog/seals/000001.json").read_bytes())["sources"]["merkez"]["gaps"]


def test_an_index_that_is_no_database_is_made_anew(log: InProcess, before: Answers) -> None:
    path = log.state / "iplog/index/leases.sqlite"
    path.write_bytes(b"\0" * 4096 + path.read_bytes()[4096:])
    assert {code for code, _said in asked(log)} == {15}
    assert log("iplog", "ingest").code == 0
    assert asked(log) == before
