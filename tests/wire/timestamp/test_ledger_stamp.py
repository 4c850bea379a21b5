"""The ledger's head under a real authority: OpenSSL's own, up, down, slow, lying, expired."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bitools.ledger import Ledger, acts
from bitools.ledger.chain import End, Fields
from bitools.state import State
from lab.time_authority import NO_ANSWER, TimeAuthority
from tests.conftest import InProcess, write_small


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimeAuthority]:
    with TimeAuthority(tmp_path_factory.mktemp("tsa")) as running:
        yield running


@pytest.fixture
def authority(founded: TimeAuthority) -> TimeAuthority:
    founded.fault, founded.signer, founded.asked = "", "good", 0
    return founded


@pytest.fixture
def line(tmp_path: Path, authority: TimeAuthority) -> InProcess:
    inventory = tmp_path / "inventory"
    inventory.mkdir(mode=0o755)
    more = f"timestamp: {{url: '{authority.url}', ca: {authority.ca}, timeout: 60}}\n"
    write_small(inventory, settings=more)
    made = InProcess(inventory, tmp_path / "state")
    act(made, "bir")
    return made


def act(line: InProcess, target: str) -> None:
    ledger = Ledger(State(line.state), "r", "bitools", "ayse")
    with ledger.intent(acts.USER_DISABLE, target) as intent:
        intent.done()


def book(line: InProcess) -> Path:
    return line.state / "ledger" / "ledger.jsonl"


def tokens(line: InProcess) -> list[Path]:
    return sorted((line.state / "ledger" / "stamps").glob("*.tsr"))


def openssl(line: InProcess, token: Path, ca: Path) -> str:
    """As an auditor would: the entry's line cut out by its number, and nothing of ours."""
    at = int(token.stem)
    (line.state.parent / "line").write_bytes(book(line).read_bytes().splitlines(keepends=True)[at - 1])
    argv = ["openssl", "ts", "-verify", "-data", "line", "-in", str(token), "-CAfile", str(ca)]
    done = subprocess.run(argv, cwd=line.state.parent, capture_output=True, text=True, check=False)
    return done.stdout.strip() or done.stderr


def test_the_head_is_stamped_once_a_day_and_openssl_agrees(line: InProcess, authority: TimeAuthority) -> None:
    answer = line("ledger", "stamp", "--json")
    assert (answer.code, answer.document["changed"]) == (0, True)
    [token] = tokens(line)
    assert int(token.stem) == answer.document["items"][0]["entry"] == 2
    assert openssl(line, token, authority.ca) == "Verification: OK"
    assert line("ledger", "stamp", "--json").document["skipped"] == "stamped"
    act(line, "iki")
    assert line("ledger", "stamp", "--json").document["skipped"] == "stamped"
    assert line("ledger", "stamp", "--again").code == 0
    assert [openssl(line, one, authority.ca) for one in tokens(line)] == ["Verification: OK"] * 2
    verified = line("ledger", "verify", "--json")
    assert (verified.code, verified.document["tokens"]) == (0, 2)
    assert verified.document["stamped"]["entry"] == 5
    assert authority.asked == 2


@pytest.mark.parametrize(
    ("fault", "signer", "code"),
    [
        ("slow", "good", 13), ("drip", "good", 13), ("broken", "good", 13), ("refuse", "good", 14),
        ("past", "good", 14), ("html", "good", 14), ("other", "good", 15), ("", "expired", 15),
        ("", "unknown", 15), ("forbidden", "good", 12),
    ],
)  # fmt: skip
def test_an_authority_that_misbehaves_leaves_no_token_and_the_next_run_asks_again(
    line: InProcess, authority: TimeAuthority, fault: str, signer: str, code: int
) -> None:
    before = book(line).read_bytes()
    authority.fault, authority.signer = fault, signer
    settings = line.inventory / "settings.yaml"
    patient = settings.read_text()
    if fault in NO_ANSWER:
        settings.write_text(patient.replace("timeout: 60", "timeout: 1"))
    assert line("ledger", "stamp").code == code
    settings.write_text(patient)
    assert tokens(line) == []
    assert book(line).read_bytes() == before, "a night without an authority fills no ledger"
    authority.fault, authority.signer = "", "good"
    assert line("ledger", "stamp").code == 0
    assert openssl(line, tokens(line)[0], authority.ca) == "Verification: OK"
    assert line("ledger", "verify").code == 0


def test_while_the_authority_is_down_doctor_counts_the_days(line: InProcess) -> None:
    settings = line.inventory / "settings.yaml"
    up = settings.read_text()
    aged(line, timedelta(days=4))
    with socket.socket() as taken:  # nobody listens there
        taken.bind(("127.0.0.1", 0))
        settings.write_text(re.sub(r"127\.0\.0\.1:\d+", f"127.0.0.1:{taken.getsockname()[1]}", up))
        assert line("ledger", "stamp").code == 13
    found = [item for item in line("doctor", "--json").document["items"] if item["name"] == "timestamp"]
    assert [(item["grade"], item["text"]) for item in found] == [
        ("warning", "the ledger is unstamped for 4 days")
    ]
    settings.write_text(up)
    assert line("ledger", "stamp").code == 0
    found = [item for item in line("doctor", "--json").document["items"] if item["name"] == "timestamp"]
    assert [item["grade"] for item in found] == ["good"]


def test_the_daily_report_stamps_and_says_how_far(line: InProcess, authority: TimeAuthority) -> None:
    (line.inventory / "settings.yaml").write_text(
        (line.inventory / "settings.yaml").read_text()
        + "mail: {host: 127.0.0.1, port: 9, starttls: false, from: b@belediye.test}\n"
        "reports: {daily: [mudur@belediye.test]}\n"
    )
    day = line.state.parent / "day.txt"
    line("report", "daily", "--mail")
    assert [int(token.stem) for token in tokens(line)] == [2]
    line("report", "daily", "--text", str(day))
    assert "Zaman damgası" in day.read_text()
    authority.fault = "broken"
    for token in tokens(line):
        token.unlink()
    aged(line, timedelta(days=3))
    answer = line("report", "daily", "--mail", "--json")
    assert any("was not stamped" in warning for warning in answer.document["warnings"])
    line("report", "daily", "--text", str(day))
    assert "3 gündür damgasız" in day.read_text()


def test_a_ledger_rewritten_with_all_that_remembers_it_is_found_by_its_token(
    line: InProcess, authority: TimeAuthority
) -> None:
    for number in range(5):
        act(line, f"hesap-{number}")
    assert line("ledger", "stamp").code == 0
    assert line("ledger", "verify").code == 0
    aged(line, timedelta(0), target="baska")
    for name in ("evidence.json", "documents"):
        place = line.state / name
        if place.is_dir():
            for file in place.iterdir():
                file.unlink()
        else:
            place.unlink(missing_ok=True)
    for words in (("ledger", "verify"), ("report", "daily"), ("inventory", "check")):
        answer = line(*words, "--json")
        if words[0] != "inventory":
            assert answer.code == 15, words
            assert "not the one that the time authority stamped" in answer.stdout + answer.stderr
    assert line("ledger", "continue", "--reason", "deneme").code == 0
    assert line("ledger", "verify").code == 0
    assert line("report", "daily").code == 0


def test_a_token_of_other_bytes_is_found(line: InProcess, authority: TimeAuthority) -> None:
    assert line("ledger", "stamp").code == 0
    [token] = tokens(line)
    token.chmod(0o640)
    token.write_bytes(authority.stamp(b"other"))
    assert line("ledger", "verify").code == 15
    unknown = authority.stamp(book(line).read_bytes().splitlines(keepends=True)[1], "unknown")
    token.write_bytes(unknown)
    answer = line("ledger", "verify", "--json")
    assert (answer.code, answer.document["failed"][0]["reason"]) == (15, "untrusted")


def aged(line: InProcess, by: timedelta, target: str = "") -> None:
    """The same entries, written so long ago; a forger's, with another target."""
    end, lines = End(), []
    for text in book(line).read_bytes().splitlines():
        entry = json.loads(text)
        fields = {name: entry[name] for name in Fields._fields if name != "duties"}
        fields["target"] = target or fields["target"]
        at = datetime.fromisoformat(entry["time"]) - by
        made, head = Fields(**fields, duties=tuple(entry["duties"])).sealed(
            end, at.isoformat(timespec="milliseconds")
        )
        end = End(end.number + 1, head)
        lines.append(made)
    book(line).write_bytes(b"".join(lines))
    (line.state / "evidence.json").unlink(missing_ok=True)
    for file in (line.state / "documents").glob("*.json"):
        file.unlink()


def test_the_time_of_a_token_is_the_authoritys(line: InProcess) -> None:
    assert line("ledger", "stamp").code == 0
    [token] = tokens(line)
    os.utime(token, (time.time() - 86_400, time.time() - 86_400))
    stamped = line("ledger", "verify", "--json").document["stamped"]["time"]
    assert datetime.now(UTC) - datetime.fromisoformat(stamped) < timedelta(minutes=5)
