"""`bitools ledger` as an auditor sees it."""

from pathlib import Path
from typing import Any

import pytest

from bitools.ledger import Ledger, acts
from bitools.state import State

pytestmark = pytest.mark.in_process


@pytest.fixture
def book(bitools: Any) -> Ledger:
    """Four entries of two administrators; no inventory is needed to read them."""
    state = State(bitools.state)
    for actor, run in (("ayse", "20261122T050000Z-000001"), ("mehmet", "20261122T060000Z-000002")):
        ledger = Ledger(state, run, "user disable", actor)
        with ledger.intent(acts.USER_DISABLE, f"{actor}.hesabi\x1b[2J\u202e") as intent:
            intent.done({"enabled": False})
    return ledger


def test_everything_is_shown_and_nothing_steers_the_terminal(bitools: Any, book: Ledger) -> None:
    answer = bitools("ledger", "show")
    assert answer.code == 0
    assert answer.stdout.count("account disabled") == answer.stdout.count("user.disable") == 2, (
        "one row an act"
    )
    assert all(" done " in row for row in answer.stdout.splitlines()[1:])
    assert "6.19" in answer.stdout
    assert "\x1b" not in answer.stdout
    assert "\u202e" not in answer.stdout


def test_what_came_of_an_act_is_told_in_words(bitools: Any) -> None:
    ledger = Ledger(State(bitools.state), "20261122T050000Z-000001", "net ack", "ayse")
    with ledger.intent(acts.NET_ACK, "sw-01") as intent:
        intent.done({"commit": "4f1c9a", "devices": ["sw-01", "sw-02"], "reason": None, "more": {"lines": 3}})
    shown = bitools("ledger", "show").stdout
    assert "commit 4f1c9a, devices sw-01 sw-02, more lines 3" in shown
    assert "{" not in shown


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (("--actor", "ayse"), [1, 2]),
        (("--target", "mehmet.hesabi"), [3, 4]),
        (("--run", "000002"), [3, 4]),
        (("--action", "net."), []),
        (("--since", "2020-01-01", "--until", "2020-12-31"), []),
        (("--since", "2020-01-01"), [1, 2, 3, 4]),
    ],
)
def test_filters_pick_what_fits(
    bitools: Any, book: Ledger, words: tuple[str, ...], numbers: list[int]
) -> None:
    assert [item["seq"] for item in bitools("ledger", "show", "--json", *words).document["items"]] == numbers


def test_today_is_a_day_that_is_included(bitools: Any, book: Ledger) -> None:
    day = str(next(book.entries())["time"])[:10]
    environ = {"TZ": "UTC"}
    shown = bitools("ledger", "show", "--json", "--since", day, "--until", day, environ=environ).document
    assert len(shown["items"]) == 4


def test_a_whole_ledger_is_proven_with_its_head(bitools: Any, book: Ledger) -> None:
    document = bitools("ledger", "verify", "--json").document
    assert (document["entries"], document["head"], document["items"]) == (4, book.verify().head, [])
    assert bitools("ledger", "verify", "--head", document["head"]).code == 0


def test_an_intent_without_outcome_is_shown(bitools: Any, book: Ledger) -> None:
    book.append(acts.NET_SNAPSHOT, "sw-01", "intent")
    answer = bitools("ledger", "verify")
    assert answer.code == 0
    assert "1 intent has no outcome" in answer.stderr
    assert "configurations stored sw-01" in answer.stdout


def test_a_changed_entry_is_15(bitools: Any, book: Ledger) -> None:
    book.file.write_bytes(book.file.read_bytes().replace(b"ayse", b"veli", 1))
    answer = bitools("ledger", "verify")
    assert answer.code == 15
    assert "ledger.jsonl:1: the entry was changed" in answer.stderr


def test_a_cut_off_end_is_15_against_a_mailed_head(bitools: Any, book: Ledger) -> None:
    head = book.verify().head
    book.file.write_bytes(b"".join(book.file.read_bytes().splitlines(keepends=True)[:2]))
    assert bitools("ledger", "verify").code == 0
    answer = bitools("ledger", "verify", "--head", head, "--json")
    assert (answer.code, answer.error["reason"]) == (15, "truncated")


def test_a_head_that_is_none_is_a_usage_error(bitools: Any, tmp_path: Path) -> None:
    assert bitools("ledger", "verify", "--head", "4f1c").code == 2


def test_an_empty_state_has_an_empty_ledger(bitools: Any) -> None:
    assert bitools("ledger", "show").code == 0
    assert "0 entries, whole" in bitools("ledger", "verify").stdout
    assert not bitools.state.exists()
