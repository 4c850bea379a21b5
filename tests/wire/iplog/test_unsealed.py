"""Lines that no seal vouches for yet: what is not as it was taken is found, and never believed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bitools.iplog.wire.frames import Journal, Record
from lab import clocks
from lab.packages import require_for_test
from tests.conftest import Answer, CommandLine, InProcess
from tests.wire.iplog.conftest import ASKED, sources

LINE = "{day}T{hour:02d}:00:00+03:00 dhcp1 dhcpd[1]: DHCPACK on 10.0.0.{host} to 00:1a:2b:3c:4d:{host:02x} via eth0\n"
YESTERDAY, TODAY = "2026-11-26", "2026-11-27"


def test_no_bit_flips_unnoticed(tmp_path: Path) -> None:
    """Of three records, taken in two runs: their lines, what they say of themselves, how they are bound."""
    path = tmp_path / "merkez.zst"
    Journal(path).append(
        [Record({"lines": 2, "file": {"inode": "1"}}, b"one\ntwo\n"), Record({"lines": 1}, b"three\n")]
    )
    Journal(path).append([Record({"lines": 1}, b"four\n")])
    known, content = Journal(path), path.read_bytes()
    assert [one.content for one in known.records()] == [b"one\ntwo\n", b"three\n", b"four\n"]
    for at in range(len(content)):
        path.write_bytes(content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1 :])
        found = Journal(path)
        assert (found.size, found.link, found.whole) != (known.size, known.link, True), at


def at(log: InProcess, day: str, *words: str) -> Answer:
    """What a command says at six in the evening of that day."""
    environ = {**clocks.moved(f"@{day} 18:00:00"), "TZ": "Europe/Istanbul"}
    return CommandLine(log.inventory, log.state)(*words, environ=environ)


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> InProcess:
    """Two records of yesterday, which is not sealed yet, and one of today."""
    require_for_test(clocks.PACKAGE)
    folder = tmp_path_factory.mktemp("unsealed")
    log = InProcess(folder / "inventory", folder / "state")
    log.inventory.mkdir()
    (log.inventory / "settings.yaml").write_text("organisation: Efeler Belediyesi\n")
    sources(
        log, f"  merkez: {{format: dhcpd, path: {folder}/dhcpd.log, lease: 2h, networks: [10.0.0.0/24]}}\n"
    )
    with (folder / "dhcpd.log").open("a") as file:
        for day, hours in ((YESTERDAY, range(9)), (YESTERDAY, range(9, 18)), (TODAY, range(18))):
            file.writelines(LINE.format(day=day, hour=hour, host=host) for hour in hours for host in (7, 9))
            file.flush()
            answer = at(log, day, "iplog", "ingest")
            assert answer.code == 0, answer.stderr
    return log


@pytest.fixture
def log(taken: InProcess, tmp_path: Path) -> InProcess:
    shutil.copytree(taken.state, tmp_path / "state", dirs_exist_ok=True)
    return InProcess(taken.inventory, tmp_path / "state")


def flipped(place: float) -> Callable[[Path], None]:
    def spoil(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[int(place * len(content))] ^= 4
        path.write_bytes(content)

    return spoil


def cut(path: Path) -> None:
    """At the end of its first record: what is left is whole in itself."""
    first = next(iter(Journal(path).links))
    path.write_bytes(path.read_bytes()[:first])


def taken_out(path: Path) -> None:
    first = next(iter(Journal(path).links))
    path.write_bytes(path.read_bytes()[first:])


def todays(path: Path) -> None:
    """Whole, but of another day."""
    shutil.copy(next(path.parent.parent.glob(f"*-{TODAY}/merkez.zst")), path)


SPOILT: dict[str, Callable[[Path], None]] = {
    "a bit of what the first says": flipped(0.1),
    "a bit of its last lines": flipped(0.99),
    "cut": cut,
    "cut within": lambda path: path.write_bytes(path.read_bytes()[:-9]),
    "taken out": taken_out,
    "gone": Path.unlink,
    "its folder gone": lambda path: shutil.rmtree(path.parent),
    "of another day": todays,
}


@pytest.mark.parametrize("name", SPOILT)
def test_lines_of_a_day_that_is_not_sealed_yet_are_held_to_what_was_taken(log: InProcess, name: str) -> None:
    assert log("iplog", "verify").code == 0
    SPOILT[name](log.state / f"iplog/open/000001-{YESTERDAY}/merkez.zst")
    found = log("iplog", "verify", "--json")
    assert (found.code, [(one["target"], one["reason"]) for one in found.document["failed"]]) == (
        15,
        [("000001", "open")],
    )
    asked = log("iplog", "who", "10.0.0.7", "--at", f"{YESTERDAY} 17:00", *ASKED)
    assert (asked.code, "not sealed yet were altered or are gone" in asked.stderr) == (15, True)
    answer = at(log, TODAY, "iplog", "seal")
    assert answer.code == 3, answer.stderr  # sealed, and something is to be looked at
    manifest = json.loads((log.state / "iplog/seals/000001.json").read_bytes())
    assert manifest["day"] == YESTERDAY
    assert manifest["sources"]["merkez"]["gaps"]
    assert manifest["sources"]["merkez"]["lines"] in ((36,) if name == "of another day" else (0, 18))
    assert log("iplog", "verify").code == 0
    free = log("iplog", "who", "10.0.0.8", "--at", f"{YESTERDAY} 12:00", *ASKED, "--json")
    assert [item["grade"] for item in free.document["items"]] == ["unknown"]
    today = log("iplog", "who", "10.0.0.7", "--at", f"{TODAY} 12:00", *ASKED, "--json")
    assert [item["grade"] for item in today.document["items"]] == ["certain"]


def test_what_a_crash_left_half_written_is_no_damage(log: InProcess) -> None:
    """Its lines are still in the file that they came from."""
    for path in (log.state / "iplog/open").glob("*/merkez.zst"):
        path.write_bytes(path.read_bytes() + b"P*M\x18half")
    assert log("iplog", "verify").code == 0
    for verb in ("ingest", "seal"):
        answer = at(log, TODAY, "iplog", verb)
        assert answer.code == 0, answer.stderr
    manifest = json.loads((log.state / "iplog/seals/000001.json").read_bytes())
    assert (manifest["sources"]["merkez"]["lines"], manifest["sources"]["merkez"]["gaps"]) == (36, [])
