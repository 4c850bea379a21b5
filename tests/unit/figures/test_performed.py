"""Intents and outcomes become acts, and acts become counts."""

from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from bitools.documents.ledger import EntryItem
from bitools.figures.performed import performed, tally


def entry(number: int, outcome: str, intent: int | None = None, action: str = "user.add") -> EntryItem:
    made = {
        "seq": number,
        "time": "2026-11-22T05:00:00.000+03:00",
        "actor": "ayse",
        "target": "ali.veli",
        "action": action,
        "before": None,
        "after": None if intent is None else {"intent": intent, "result": number},
        "outcome": outcome,
        "duties": ["6.19"],
        "host": "yonetim",
        "command": "bitools",
        "run": "r",
        "prev": "",
        "hash": "",
    }
    return cast(EntryItem, made)


def test_an_intent_and_its_outcome_are_one_act() -> None:
    [act] = performed([entry(1, "intent"), entry(2, "done", 1)])
    assert (act.number, act.outcome, act.result, act.duties) == (1, "done", 2, ("6.19",))


def test_an_intent_without_outcome_is_open_and_a_lone_outcome_is_an_act() -> None:
    assert [act.outcome for act in performed([entry(1, "intent"), entry(2, "done")])] == ["open", "done"]


def test_an_outcome_of_an_intent_before_the_window_is_an_act_of_its_own() -> None:
    assert [act.number for act in performed([entry(7, "done", 3)])] == [7]


@given(outcomes=st.lists(st.sampled_from(["done", "failed", "interrupted", "open"]), max_size=40))
def test_every_act_is_counted_once(outcomes: list[str]) -> None:
    entries, number = [], 0
    for outcome in outcomes:
        number += 1
        entries.append(entry(number, "intent"))
        if outcome != "open":
            number += 1
            entries.append(entry(number, outcome, number - 1))
    counts = tally(performed(entries), "action")
    assert sum(each.total for each in counts) == len(outcomes)
    assert sum(each.done for each in counts) == outcomes.count("done")


def test_what_was_not_known_is_settled_by_what_is_found_out_later() -> None:
    found = performed([entry(1, "intent"), entry(2, "unknown", 1), entry(3, "done", 1)])
    assert [(act.number, act.outcome) for act in found] == [(1, "done")]
