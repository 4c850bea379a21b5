"""What follows a break: it is acknowledged, a lost memory is made again; and a thousand honest runs raise no alarm."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bitools.cli import evidence
from bitools.cli.console import Console
from bitools.cli.context import Context
from bitools.ledger import chain, pages
from bitools.state import Document
from lab.mail import MailServer
from tests.conftest import InProcess
from tests.unit.ledger.tampering import (
    NOW,
    TAMPERINGS,
    act,
    book,
    git,
    ordinary,
    pack_cut,
    store,
    the_tail,
)


@pytest.mark.parametrize("tamper", [each[0] for each in TAMPERINGS[:-1]], ids=lambda each: each.__name__)
def test_what_root_acknowledges_is_an_entry_and_is_quiet_from_then_on(
    line: InProcess, tamper: Callable[[InProcess], None]
) -> None:
    tamper(line)
    assert line("ledger", "verify").code == 15
    assert line("ledger", "continue").code == 2, "not without a reason"
    done = line("ledger", "continue", "--reason", "yedekten dönüldü", "--json")
    assert (done.code, done.document["changed"]) == (0, True)
    act(line, "sonra")
    assert ordinary(line) == 0
    assert line("ledger", "verify").code == 0
    [intent, _done] = line("ledger", "show", "--action", "ledger.continue", "--json").document["items"]
    assert intent["before"]["reason"] == "yedekten dönüldü"
    if book(line).exists():
        book(line).write_bytes(
            book(line).read_bytes().replace(b"hesap-1", b"hesap-8").replace(b"sonra", b"sinra")
        )
        assert ordinary(line) == 15, "what was acknowledged may not change again"


def test_a_witness_that_was_removed_is_found_out_by_the_documents(line: InProcess) -> None:
    (line.state / "evidence.json").unlink()
    the_tail(line)
    assert ordinary(line) == 15


def test_a_witness_that_was_removed_alone_is_made_again(line: InProcess) -> None:
    (line.state / "evidence.json").unlink()
    assert ordinary(line) == 0
    assert json.loads((line.state / "evidence.json").read_text())["point"]["entries"] == 20


def test_a_snapshot_that_cannot_read_the_history_is_15_and_mailed(
    line: InProcess, server: MailServer
) -> None:
    pack_cut(line)
    answer = line("net", "snapshot", "sw-01", "--deadline", "5", "--json")
    assert answer.code == 15
    assert "history" in {failure.get("reason") for failure in answer.document["failed"]}
    assert "ALARM" in server.messages()[-1]["Subject"]


@pytest.mark.torture
def test_five_hundred_honest_runs_raise_no_alarm(line: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    """Crashes in mid-write, clocks that step, pages that turn, garbage collection, a restore with `continue`."""
    chance = random.Random(12)
    context = Context(Console.real({}, json=True, verbose=False), line.environment())
    context = replace(context, inventory_given=line.inventory, state_given=line.state)
    saved = line.state.with_name("saved")
    for number in range(500):
        step = chance.randrange(12)
        if step < 5:
            clock = datetime.now(UTC) + timedelta(minutes=chance.randrange(-90, 90))
            monkeypatch.setattr(chain, "clock", lambda clock=clock: clock.isoformat(timespec="milliseconds"))
            act(line, f"hesap-{number}")
        elif step == 5:
            store(line, str(number))
        elif step == 6:  # killed while it wrote
            with book(line).open("ab") as file:
                file.write(b'{"seq":')
        elif step == 7:
            git(line, "-c", "gc.auto=0", "gc", "--quiet")
        elif step == 8:
            shutil.rmtree(saved, ignore_errors=True)
            shutil.copytree(line.state, saved, symlinks=True)
        elif step == 9 and saved.exists():
            evidence_ = (line.state / "evidence.json").read_bytes()
            shutil.rmtree(line.state)
            shutil.copytree(saved, line.state, symlinks=True)
            (line.state / "evidence.json").write_bytes(evidence_)
            assert line("ledger", "continue", "--reason", "restored").code == 0
        elif step == 10:
            monkeypatch.setattr(pages, "LARGEST", chance.choice([2_000, 64_000_000]))
        document: Document[Any] = Document("bitools.net.snapshot/1", str(number), NOW)
        fresh = replace(context, warnings=[], running=[])
        assert evidence.prove(fresh, document), document.failed


def test_every_mail_says_how_far_ledger_and_history_went(line: InProcess, server: MailServer) -> None:
    commit = json.loads((line.state / "evidence.json").read_text())["commit"]
    assert line("report", "daily", "--text", str(line.state / "day.txt")).code == 0
    text = (line.state / "day.txt").read_text()
    assert commit in text
    assert json.loads((line.state / "evidence.json").read_text())["point"]["head"] in text
