"""Fan-out: every target has its outcome, nobody waits for the slowest for ever."""

from __future__ import annotations

import threading
import time
from collections import Counter
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitools import engine, progress
from bitools.engine import REJECTIONS, Attempt, Limits, fan_out
from bitools.errors import Code, CredentialsRejected, Unreachable
from lab.patience import HANGS


def test_every_target_has_exactly_one_outcome() -> None:
    outcomes = list(fan_out(range(200), lambda number, _attempt: number * 2, Limits(workers=8)))
    assert {outcome.target: outcome.value for outcome in outcomes} == {
        number: number * 2 for number in range(200)
    }


def test_no_targets_no_outcomes() -> None:
    assert list(fan_out([], lambda number, _attempt: number, Limits())) == []


def test_an_error_is_its_targets_outcome_and_nobody_elses() -> None:
    def work(number: int, attempt: Attempt) -> int:
        if number == 3:
            raise Unreachable("down")
        if number == 4:
            raise KeyError("oops")
        return number

    outcomes = {outcome.target: outcome for outcome in fan_out(range(6), work, Limits())}
    assert outcomes[3].error is not None
    assert outcomes[3].error.code is Code.UNREACHABLE
    assert outcomes[4].error is not None
    assert outcomes[4].error.code is Code.BUG
    assert outcomes[4].error.reason == "bug"
    assert [outcomes[number].value for number in (0, 1, 2, 5)] == [0, 1, 2, 5]


def test_a_target_that_hangs_is_given_up_and_its_worker_replaced() -> None:
    never = threading.Event()

    def work(number: int, attempt: Attempt) -> int:
        if number == 0:
            never.wait()
        return number

    outcomes = {outcome.target: outcome for outcome in fan_out(range(5), work, Limits(workers=1, deadline=2))}
    assert not never.is_set(), "it still hangs, and nobody waited for it"
    never.set()
    assert outcomes[0].error is not None
    assert outcomes[0].error.reason == "deadline"
    assert [outcomes[number].value for number in range(1, 5)] == [1, 2, 3, 4]


def test_three_rejections_stop_a_credential_and_no_other() -> None:
    tried: list[int] = []

    def work(number: int, attempt: Attempt) -> int:
        tried.append(number)
        if number % 2:
            raise CredentialsRejected("no")
        return number

    limits: Limits[int] = Limits(workers=50, credential=lambda number: number % 2)
    outcomes = list(fan_out(range(100), work, limits))
    odd = [outcome for outcome in outcomes if outcome.target % 2]
    assert len([number for number in tried if number % 2]) == REJECTIONS
    assert [outcome.error.reason for outcome in odd if outcome.error].count("not_tried") == 50 - REJECTIONS
    assert all(outcome.value == outcome.target for outcome in outcomes if outcome.target % 2 == 0)


def test_work_that_says_when_it_risks_a_credential_holds_nobody_up_before() -> None:
    """The first hang before they log in, one hangs after it; all others are done all the same."""
    never = threading.Event()

    def work(number: int, attempt: Attempt) -> int:
        if number < 10:
            never.wait(HANGS)
        attempt.risk()
        attempt.accepted()
        if number == 10:
            never.wait(HANGS)
        return number

    limits: Limits[int] = Limits(workers=100, deadline=5, risky=True, credential=lambda number: "same")
    outcomes = {outcome.target: outcome for outcome in fan_out(range(60), work, limits)}
    never.set()
    assert sorted(number for number, outcome in outcomes.items() if outcome.error) == [*range(11)]


def test_three_rejections_stop_work_that_risks_late() -> None:
    tried: list[int] = []

    def work(number: int, attempt: Attempt) -> int:
        attempt.risk()
        tried.append(number)
        raise CredentialsRejected("no", reason="password")

    limits: Limits[int] = Limits(workers=50, risky=True, credential=lambda number: "same")
    outcomes = list(fan_out(range(100), work, limits))
    assert len(tried) == REJECTIONS
    reasons = [outcome.error.reason for outcome in outcomes if outcome.error]
    assert (reasons.count("password"), reasons.count("not_tried")) == (REJECTIONS, 100 - REJECTIONS)


def test_an_attempt_learns_that_nobody_waits_for_it_any_more() -> None:
    """Also when the thread that works is another one than the engine's: the attempt was handed on to it."""
    learned = threading.Event()

    def work(number: int, attempt: Attempt) -> int:
        def watch() -> None:
            while not attempt.given_up():
                threading.Event().wait(0.01)
            learned.set()

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        watcher.join(HANGS)
        return number

    [outcome] = fan_out([1], work, Limits(deadline=0.1))
    assert outcome.error is not None
    assert outcome.error.reason == "deadline"
    assert learned.wait(HANGS)


@given(
    targets=st.integers(1, 40),
    workers=st.integers(1, 12),
    per_site=st.integers(1, 4),
    sites=st.integers(1, 5),
)
def test_a_site_never_sees_more_sessions_than_its_line_carries(
    targets: int, workers: int, per_site: int, sites: int
) -> None:
    lock = threading.Lock()
    busy = [0] * sites
    most = [0] * sites

    def work(number: int, attempt: Attempt) -> int:
        site = number % sites
        with lock:
            busy[site] += 1
            most[site] = max(most[site], busy[site])
        time.sleep(0)
        with lock:
            busy[site] -= 1
        return number

    limits: Limits[int] = Limits(
        workers=workers,
        site=lambda number: number % sites,
        site_workers=lambda number: per_site,
        credential=lambda number: "same",
    )
    outcomes = list(fan_out(range(targets), work, limits))
    assert sorted(outcome.target for outcome in outcomes) == list(range(targets))
    assert max(most) <= per_site


@given(
    jobs=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.sampled_from("aar!")), max_size=40),
    workers=st.integers(1, 12),
    per_site=st.integers(1, 4),
    risky=st.booleans(),
)
def test_whatever_comes_of_them_all_targets_end_and_no_credential_is_rejected_a_fourth_time(
    jobs: list[tuple[int, int, str]], workers: int, per_site: int, risky: bool
) -> None:
    """Sites, credentials and outcomes mixed: accepted, rejected, or broken after the log-in."""
    rejected: Counter[int] = Counter()
    lock = threading.Lock()

    def work(number: int, attempt: Attempt) -> int:
        _site, credential, outcome = jobs[number]
        attempt.risk()
        if outcome == "r":
            with lock:
                rejected[credential] += 1
            raise CredentialsRejected("no", reason="password")
        if outcome == "!":
            raise Unreachable("gone", reason="connection")
        attempt.accepted()
        return number

    limits: Limits[int] = Limits(
        workers=workers,
        risky=risky,
        site=lambda number: jobs[number][0],
        site_workers=lambda site: per_site,
        credential=lambda number: jobs[number][1],
    )
    outcomes = {outcome.target: outcome for outcome in fan_out(range(len(jobs)), work, limits)}
    assert sorted(outcomes) == list(range(len(jobs)))
    for number, (_site, credential, outcome) in enumerate(jobs):
        error = outcomes[number].error
        if outcome == "a":
            assert error is None or (error.reason == "not_tried" and rejected[credential] >= REJECTIONS)
    if all(outcome != "a" for _site, _credential, outcome in jobs):
        assert all(count <= REJECTIONS for count in rejected.values())


def test_whoever_watches_learns_how_far_it_is_and_who_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "SLOW", 0.0)
    told: list[progress.Progress] = []
    names = [f"sw-{number}" for number in range(8)]
    held = threading.Event()

    def work(name: str, attempt: engine.Attempt) -> str:
        if name == "sw-0":
            held.wait(HANGS)
        return name

    def tell(progress: progress.Progress) -> None:
        told.append(progress)
        if progress.done == 7:
            held.set()

    with progress.watched(tell):
        assert len(list(engine.fan_out(names, work, engine.Limits(workers=2)))) == 8
    assert [one.done for one in told if one.done] == sorted(one.done for one in told if one.done)
    assert (told[-1].done, told[-1].of, told[-1].left) == (8, 8, None)
    assert any("sw-0" in one.slow for one in told)
    assert any(one.left is not None for one in told)
    assert list(engine.fan_out(names[:1], work, engine.Limits())), "nobody watches any more"


def test_whose_turn_it_is_and_how_long_the_rest_takes_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([100.0, 100.0, 110.0, 120.0, 130.0, 160.0])
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: next(clock)))  # nobody else's
    told: list[progress.Progress] = []
    with progress.watched(told.append):
        turns = progress.Turns(5)
        for name in ("bir", "iki", "üç", "dört", "beş"):
            turns.begin(name)
    assert [(one.done, one.at, one.left) for one in told] == [
        (0, "bir", None), (1, "iki", None), (2, "üç", None), (3, "dört", 20.0), (4, "beş", 15.0),
    ]  # fmt: skip
    assert {one.of for one in told} == {5}
