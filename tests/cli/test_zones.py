"""Times are the inventory's, wherever the machine believes to be: the same rows, the same words.

Half past midnight of 28 November in Istanbul is still the 27th in London and in Los Angeles.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from bitools.ledger.chain import End, Fields
from bitools.net.wire.history import Entry, History
from bitools.state import State
from tests.conftest import CommandLine
from tests.documents import change, document, stored

MACHINES = ("UTC", "Europe/Istanbul", "America/Los_Angeles")
NIGHT = datetime(2026, 11, 27, 21, 30, tzinfo=UTC)
DAY = ("--since", "2026-11-28", "--until", "2026-11-28")


@pytest.fixture
def night(municipality: CommandLine) -> CommandLine:
    """One act, one stored change and one document, all of half past midnight; the machine wrote UTC."""
    state = State(municipality.state)
    fields = Fields(
        "ayse", "yonetim", "bitools", "sw-01", "net.snapshot", None, None, "intent", "r", ("6.31",)
    )
    line, _head = fields.sealed(End(), NIGHT.isoformat(timespec="milliseconds"))
    state.path("ledger", "ledger.jsonl").write_bytes(line)
    trailers = {"Device": "sw-01", "Site": "merkez", "Role": "lan", "Reason": "changed"}
    History(state).store([Entry("sw-01", "hostname sw-01\n", "mehmet", trailers)], NIGHT)
    made = document("net.snapshot", stored("sw-01", change("ip http server", "critical")), started=NIGHT)
    state.path("documents", f"{made['run']}.net.snapshot.json").write_text(json.dumps(made))
    return municipality


def _everywhere(line: CommandLine, *words: str) -> list[str]:
    """What it prints on each machine."""
    shown = []
    for zone in MACHINES:
        answer = line(*words, environ={"TZ": zone})
        assert answer.code == 0, answer.stderr
        shown.append(answer.stdout or answer.stderr)
    return shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ledger", "show", *DAY), "2026-11-28 00:30:00"),
        (("ledger", "verify"), "2026-11-28 00:30:00"),
        (("net", "history", *DAY), "2026-11-28 00:30"),
        (("report", "month", "2026-11"), "28.11.2026 00:30"),
        (("report", "month", "Kasım 2026"), "28.11.2026 00:30"),
    ],
    ids=["ledger show", "ledger verify", "net history", "report month", "report month by its title"],
)
def test_the_same_rows_and_times_on_every_machine(night: CommandLine, words: Any, said: str) -> None:
    shown = _everywhere(night, *words)
    if words[0] != "report":  # a report says when it was made
        assert len(set(shown)) == 1, shown
    assert all(said in text for text in shown)


PRINTED = (
    "28.11.2026 00:30",
    "2026-11-28 00:30:00",
    "2026-11-28T00:30:00+03:00",
    "28 Kasım 2026 00:30",
    "28 November 2026 00:30",
    "Kasım 2026",
    "November 2026",
    "2026-11-28T00+03:00",
    "2026-W48",
    "altı aylık 2026-H2",
    "28.11.2026-00:30:00",
    "20261127T213000Z-4f1c9a",
)


def test_what_one_command_prints_another_one_reads(night: CommandLine) -> None:
    """Each form in one command, language and place after the other; the grammar itself is tried in pure tests."""
    turns = zip(
        cycle([("ledger", "show"), ("net", "history")]), cycle(["tr", "tr", "en", "en"]), strict=False
    )
    for printed, (command, language), machine in zip(PRINTED, turns, cycle(MACHINES), strict=False):
        words = ("--lang", language, *command, "--since", printed, "--until", printed, "--json")
        [item] = night(*words, environ={"TZ": machine}).document["items"]
        assert "net.snapshot" in item.values() or item["author"] == "mehmet", printed


def test_a_day_that_is_another_one_elsewhere_is_not_found(night: CommandLine) -> None:
    shown = _everywhere(night, "ledger", "show", "--until", "2026-11-27")
    assert set(shown) == {
        "no entry fits: until 2026-11-27 23:59:59; there are 1, from 2026-11-28 00:30:00 to 2026-11-28 00:30:00\n"
    }


def test_a_mail_says_the_inventorys_day_on_every_machine(night: CommandLine, tmp_path: Path) -> None:
    for zone in MACHINES:
        file = tmp_path / f"{zone.replace('/', '-')}.txt"
        assert night("report", "changes", "--text", str(file), environ={"TZ": zone}).code == 0
        assert "net.snapshot sw-01 (28 Kasım 2026 00:30)" in file.read_text()


def test_the_figures_count_the_inventorys_day(night: CommandLine) -> None:
    for zone in MACHINES:
        figures = night("report", "month", "2026-11", "--json", environ={"TZ": zone}).document["figures"]
        assert [row["day"] for row in figures["changes_by_part"] if row["changes"]] == ["28"]
