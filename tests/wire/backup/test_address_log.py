"""The address log in backups: not for longer than a month, named where purged days still are, frozen with a hold."""

from __future__ import annotations

import getpass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bitools.iplog.verbs import ingest, seal
from lab import clocks
from lab.packages import require_for_test
from tests.conftest import CommandLine
from tests.wire.backup.conftest import Depot

KEPT = "  kayit: {type: iplog, importance: normal, repository: ana, keep: {daily: 14}}\n"
HOLD = ("--from", "2020-01-01", "--to", "2030-01-01", "--file-number", "2026/7", "--reason", "x")


@pytest.fixture
def log(town: Depot, tmp_path: Path) -> CommandLine:
    """A log with a day that was sealed three days ago, and its backup."""
    file = tmp_path / "dhcpd.log"
    at = datetime.now().astimezone() - timedelta(days=3)
    file.write_text(f"{at.isoformat()} d dhcpd[1]: DHCPACK on 10.0.0.5 to 00:1a:2b:3c:4d:0a via eth0\n")
    town.write("settings.yaml", "organisation: Efeler Belediyesi\n")
    town.write(
        "iplog.yaml",
        f"sources:\n  a: {{format: dhcpd, path: {file}, lease: 1h}}\n"
        f"retention: 1d\nmay_ask: [{getpass.getuser()}]\n",
    )
    town.datasets(KEPT)
    assert not ingest.ingest(town.begin(at)).failed
    assert not seal.seal(town.begin(at + timedelta(days=1))).failed
    assert not town.rotate(now=True).failed
    return CommandLine(town.inventory, town.state.folder)


def pinned(log: CommandLine) -> list[bool]:
    answer = log("backup", "list", "--json")
    assert answer.code == 0, answer.stderr
    return [item["pinned"] for item in answer.document["items"]]


def test_purged_days_are_named_where_a_backup_still_has_them(log: CommandLine) -> None:
    answer = log("iplog", "purge", "--yes", "--json")
    assert answer.code == 0, answer.stderr
    (snapshot,) = log("backup", "list", "--json").document["items"]
    (named,) = answer.document["backups"]
    assert named.startswith(f"ana {snapshot['snapshot'][:8]} (")


def test_a_held_range_is_frozen_in_backups_until_it_is_released(log: CommandLine) -> None:
    held = log("iplog", "hold", *HOLD, "--json")
    assert held.code == 0, held.stderr
    assert list(held.document["items"][0]["pinned"]) == ["kayit"]
    assert pinned(log) == [True]
    require_for_test(clocks.PACKAGE)
    done = log("backup", "run", "--now", environ=clocks.moved("+60d"))
    assert done.code == 0, done.stderr
    assert True in pinned(log), "two months later it is still there"
    assert log("iplog", "hold", *HOLD[:-3], "2026/8", *HOLD[-2:]).code == 0
    assert log("iplog", "release", "--file-number", "2026/7", "--reason", "x").code == 0
    assert log("iplog", "release", "--file-number", "2026/8", "--reason", "x").code == 0
    assert pinned(log) == [False, False]


def test_a_hold_stands_though_the_repository_is_gone(log: CommandLine, town: Depot) -> None:
    (town.inventory / "depo").rename(town.inventory / "weg")
    held = log("iplog", "hold", *HOLD, "--json")
    assert held.code == 0, held.stderr
    assert "kayit: its backups are not frozen" in held.document["warnings"][0]
    assert log("iplog", "status", "--json").document["held"] == ["2026/7"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  kayit: {type: iplog, importance: normal, repository: ana, keep: {monthly: 2}}\n", "monthly: 2"),
        ("  kayit: {type: iplog, repository: ana, importance: critical}\n", "quarterly: 8"),
        ("  kayit: {type: iplog, importance: normal, repository: ana, keep: {daily: 31}}\n", "daily: 31"),
    ],
)
def test_no_backup_keeps_it_for_longer_than_a_month(
    log: CommandLine, town: Depot, text: str, line: str
) -> None:
    town.datasets(text)
    answer = log("inventory", "check")
    assert answer.code == 10
    assert f"kayit: {line} is more than 30 days" in answer.stderr


def test_no_copy_keeps_it_for_longer_either(log: CommandLine, town: Depot) -> None:
    file = town.inventory / "backups.yaml"
    text = file.read_text()
    copy = '  uzak: {location: kopya, password: "file:anahtar", copy_of: ana, keep: {yearly: 2}}\nimportance:'
    file.write_text(text.replace("importance:", copy, 1))
    answer = log("inventory", "check")
    assert answer.code == 10
    assert "kayit: yearly: 2 is more than 30 days" in answer.stderr
