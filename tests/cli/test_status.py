"""`bitools status`: what needs a person, since when, and what to type next, in each state a town can be in."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime

import pytest

from bitools.errors import Code
from bitools.state import State
from tests.cli.today import DEVICES, HOUR, NOW, dataset, device, mended, remember, violation
from tests.conftest import ROOT, InProcess


def test_all_is_well(town: InProcess) -> None:
    document = town("status", "--json").document
    stands = {item["part"]: item["stand"] for item in document["items"]}
    assert stands == {
        "net": "well",
        "backups": "well",
        "copies": "well",
        "accounts": "well",
        "iplog": "unset",
        "mail": "unset",
        "ledger": "well",
        "schedule": "well",
    }
    assert document["next"] == ""
    answer = town("status")
    assert answer.code == 0
    assert answer.stdout.splitlines()[-1] == "all is well"
    [net] = [item for item in document["items"] if item["part"] == "net"]
    assert datetime.fromisoformat(net["since"]) == NOW - HOUR


def silent(town: InProcess) -> None:
    for age in (3, 2):
        rest = map(device, DEVICES[1:])
        remember(town, "net.snapshot", age * HOUR / 4, *rest, failed=[("sw-01", "no answer", {})])


def quarantined(town: InProcess) -> None:
    bad = {**device("rt-01", "quarantined"), "reason": "truncated"}
    remember(town, "net.snapshot", HOUR / 2, *map(device, DEVICES[:2]), bad)


def unread(town: InProcess) -> None:
    for file in (town.state / "documents").glob("*.net.snapshot.json"):
        file.unlink()


def partial(town: InProcess) -> None:
    item = {**dataset("belgeler", "partial"), "reason": "3 files could not be read"}
    remember(town, "backup.run", HOUR / 2, item, dataset("ayarlar"))


def suspicious(town: InProcess) -> None:
    failed = [("belgeler", "changed more than ever", {"code": 5, "reason": "suspicious"})]
    item = {**dataset("belgeler"), "suspicious": ["random"]}
    remember(town, "backup.run", HOUR / 2, item, failed=failed)


def damaged(town: InProcess) -> None:
    item = {"target": "ana", "repository": "ana", "status": "damaged", "part": "1/30", "datasets": []}
    item |= {"snapshots": [], "certain": True}
    remember(town, "backup.verify", HOUR, item, failed=[("ana", "a pack is damaged", {"code": 15})])


def offenders(town: InProcess) -> None:
    remember(town, "user.audit", HOUR / 2, violation("ali.kaya"), violation("veli.can"))


def unwatched(town: InProcess) -> None:
    for file in (town.state / "documents").glob("*.user.audit.json"):
        file.unlink()


def undelivered(town: InProcess) -> None:
    settings = town.inventory / "settings.yaml"
    mail = "mail: {host: localhost, starttls: false, from: bitools@belediye.test}\n"
    settings.write_text(settings.read_text() + mail)
    mend = town("schedule", "install")
    assert mend.code == 0, mend.stderr
    State(town.state).path("outbox", "dead", "b.mail").write_text("")


def cut(town: InProcess) -> None:
    assert town("inventory", "check").code == 0
    from bitools.ledger import Ledger, acts

    ledger = Ledger(State(town.state), "20261122T050000Z-000000", "bitools", "ayse")
    for name in ("a", "b"):
        with ledger.intent(acts.NET_ACK, name) as entry:
            entry.done({})
    assert town("status").code == 0
    file = town.state / "ledger" / "ledger.jsonl"
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-1]))


def unscheduled(town: InProcess) -> None:
    assert town("schedule", "remove").code == 0


@pytest.mark.parametrize(
    ("seed", "part", "words", "step"),
    [
        (silent, "net", "sw-01: no answer", "bitools net snapshot sw-01"),
        (quarantined, "net", "rt-01: truncated", "bitools net snapshot rt-01"),
        (unread, "net", "3 devices were not read", "bitools net snapshot"),
        (partial, "backups", "3 files could not be read", "bitools backup run belgeler"),
        (suspicious, "backups", "more than ever", "bitools backup run belgeler --accept --reason …"),
        (damaged, "copies", "ana: a pack is damaged", "bitools backup verify ana"),
        (offenders, "accounts", "2 accounts are against the rules", "bitools user audit"),
        (unwatched, "accounts", "nobody has looked", "bitools user audit"),
        (undelivered, "mail", "1 mail was refused for good", "bitools report outbox"),
        (unscheduled, "schedule", "do not run by themselves", "bitools schedule install"),
    ],
)
def test_one_thing_wrong(
    town: InProcess, seed: Callable[[InProcess], None], part: str, words: str, step: str
) -> None:
    seed(town)
    answer = town("status", "--json")
    assert answer.code == Code.DIFFERENT
    wrong = [item for item in answer.document["items"] if item["stand"] == "attention"]
    assert [item["part"] for item in wrong] == [part]
    assert words in wrong[0]["text"]
    assert answer.document["next"] == wrong[0]["next"] == step
    assert town("status").stdout.splitlines()[-1] == f"next: {step}"
    mended(town, step)


def test_since_when_is_the_first_of_the_runs_that_found_it_so(town: InProcess) -> None:
    silent(town)
    [item] = [one for one in town("status", "--json").document["items"] if one["stand"] == "attention"]
    assert datetime.fromisoformat(item["since"]) == NOW - 3 * HOUR / 4


def test_broken_evidence_is_15_and_the_ledger_needs_a_person(town: InProcess) -> None:
    cut(town)
    answer = town("status", "--json")
    assert answer.code == Code.INTEGRITY
    [wrong] = [item for item in answer.document["items"] if item["stand"] == "attention"]
    assert (wrong["part"], wrong["next"]) == ("ledger", "bitools ledger verify")


def test_all_is_wrong(town: InProcess) -> None:
    for seed in (cut, silent, partial, damaged, offenders, undelivered, unscheduled):
        seed(town)
    answer = town("status", "--json")
    stands = {item["part"]: item["stand"] for item in answer.document["items"]}
    assert {part for part, stand in stands.items() if stand != "attention"} == {"iplog"}
    assert answer.document["next"] == "bitools net snapshot sw-01"
    assert len(town("status").stdout.splitlines()) <= 24, "one screen"


def test_nothing_is_described_yet(town: InProcess) -> None:
    for name in ("devices", "backups", "directory"):
        (town.inventory / f"{name}.yaml").unlink()
    answer = town("status", "--json")
    assert answer.code == Code.DIFFERENT
    assert {item["stand"] for item in answer.document["items"]} <= {"unset", "well"}
    assert answer.document["next"] == "bitools init"


def test_alone_on_a_terminal_it_is_status_and_to_a_script_a_wrong_command_line(town: InProcess) -> None:
    assert (
        subprocess.run(
            [sys.executable, "-m", "bitools"],
            env=town.environment(),
            capture_output=True,
            cwd=ROOT,
            check=False,
        ).returncode
        == Code.USAGE
    )
    assert "all is well" in on_a_terminal([sys.executable, "-m", "bitools"], town.environment())


def on_a_terminal(words: list[str], environment: dict[str, str]) -> str:
    """What is shown on 80 columns."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(words, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT):
        os.close(theirs)
        shown = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:
                break
            if not piece:
                break
            shown += piece
    os.close(ours)
    return re.sub(r"\x1b\[[\d;]*m", "", shown.decode())
