"""The laws of retention, each as a property; and designs that break them, to prove that the laws bite."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as some
from hypothesis.errors import NoSuchExample

from bitools.backup.decisions import tiers
from bitools.backup.decisions.retention import Policy, Verdict, decide, representatives
from bitools.backup.decisions.runs import BackupRun
from bitools.inventory.tiers import TIERS

LONG = datetime(2031, 6, 1, tzinfo=UTC)  # "now": after every run
START = datetime(2019, 1, 1, tzinfo=UTC)
ZONES = [ZoneInfo(name) for name in ("Europe/Istanbul", "Europe/Berlin", "Asia/Kolkata", "UTC")]

# Whole quarters of an hour over ten years, so that equal periods and equal times are common.
moments = some.one_of(
    some.integers(0, 4 * 24 * 3650).map(lambda quarter: START + timedelta(minutes=15 * quarter)),
    some.integers(0, 4 * 24 * 40).map(lambda quarter: START + timedelta(days=300, minutes=15 * quarter)),
)
runs = some.builds(
    lambda number, time, complete, pinned, quarantined: BackupRun(
        f"run-{number:06}", time, complete, pinned, quarantined
    ),
    some.integers(0, 999_999),
    moments,
    some.integers(0, 4).map(bool),
    some.integers(0, 9).map(lambda roll: roll == 0),
    some.integers(0, 9).map(lambda roll: roll == 0),
)
histories = some.lists(runs, max_size=60, unique_by=lambda run: run.id)
policies = some.builds(
    Policy,
    some.dictionaries(some.sampled_from(TIERS), some.integers(1, 6), min_size=1),
    some.sampled_from(ZONES),
    some.sampled_from([timedelta(hours=24), timedelta(0)]),
)
times_now = some.one_of(some.just(LONG), moments)


def ids(verdict_part: Sequence[BackupRun]) -> set[str]:
    return {run.id for run in verdict_part}


def kept(history: Sequence[BackupRun], policy: Policy, now: datetime = LONG) -> list[BackupRun]:
    return list(decide(history, policy, now).keep)


LAWS: list[tuple[Callable[..., None], tuple[some.SearchStrategy[object], ...]]] = []


def laws(*strategies: some.SearchStrategy[object]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A hundred examples in `make test`; more in `make torture`."""

    def held(test: Callable[..., None]) -> Callable[..., None]:
        LAWS.append((test, strategies))
        return tried(test, strategies, 100)

    return held


def tried(
    test: Callable[..., None], strategies: Sequence[some.SearchStrategy[object]], examples: int
) -> Callable[..., None]:
    limits = settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    return limits(given(*strategies)(test))


def path_independent(
    keep: Callable[[Sequence[BackupRun]], Sequence[BackupRun]], a: list[BackupRun], b: list[BackupRun]
) -> bool:
    return ids(keep([*a, *b])) == ids(keep([*keep(a), *b]))


def check_path_independence(history: list[BackupRun], cut: int, policy: Policy, now: datetime) -> None:
    assert path_independent(lambda runs: kept(runs, policy, now), history[:cut], history[cut:])


@laws(histories, some.integers(0, 60), policies, times_now)
def test_deciding_again_after_forgetting_changes_nothing(history, cut, policy, now):
    check_path_independence(history, cut, policy, now)


@laws(histories, policies, some.lists(some.booleans(), min_size=60, max_size=60))
def test_forgetting_as_time_goes_on_keeps_what_forgetting_once_would(history, policy, ticks):
    arriving = sorted(history, key=lambda run: (run.time, run.id))
    held: list[BackupRun] = []
    for run, tick in zip(arriving, ticks, strict=False):
        held.append(run)
        if tick:
            held = kept(held, policy, run.time)
    assert ids(kept(held, policy)) == ids(kept(history, policy))


@laws(histories, policies, times_now, some.sets(some.integers(0, 59)))
def test_a_forget_that_was_interrupted_loses_nothing(history, policy, now, survivors):
    verdict = decide(history, policy, now)
    left = [run for position, run in enumerate(verdict.forget) if position in survivors]
    assert ids(kept([*verdict.keep, *left], policy, now)) == ids(verdict.keep)


@laws(histories, policies)
def test_the_newest_and_the_newest_complete_run_stay(history, policy):
    believed = sorted((run for run in history if not run.quarantined), key=lambda run: (run.time, run.id))
    keep = ids(kept(history, policy))
    assert not believed or believed[-1].id in keep
    complete = [run for run in believed if run.complete]
    assert not complete or complete[-1].id in keep
    assert not history or keep


@laws(histories, policies)
def test_each_promised_period_is_held_and_by_a_complete_run_if_there_was_one(history, policy):
    believed = sorted(
        (run for run in history if not run.quarantined), key=lambda run: (run.time, run.id), reverse=True
    )
    keep = ids(kept(history, policy))
    for tier, count in policy.counts.items():
        names = list(dict.fromkeys(tiers.period(tier, run.time, policy.zone) for run in believed))
        for name in names[:count]:
            members = [run for run in believed if tiers.period(tier, run.time, policy.zone) == name]
            held = [run for run in members if run.id in keep]
            assert held
            assert any(run.complete for run in held) or not any(run.complete for run in members)


@laws(histories, policies)
def test_no_more_is_kept_than_the_policy_asks_for(history, policy):
    special = sum(run.pinned or run.quarantined for run in history)
    young = sum(LONG - run.time < policy.grace for run in history)
    assert len(kept(history, policy)) <= 2 + sum(policy.counts.values()) + special + young


@laws(histories, policies, some.sampled_from(TIERS), times_now)
def test_keeping_more_of_a_tier_never_drops_anything(history, policy, tier, now):
    more = Policy({**policy.counts, tier: policy.counts.get(tier, 0) + 1}, policy.zone, policy.grace)
    assert ids(kept(history, policy, now)) <= ids(kept(history, more, now))


@laws(histories, policies, some.randoms(use_true_random=False))
def test_the_order_of_the_listing_does_not_matter(history, policy, random):
    shuffled = random.sample(history, len(history))
    assert ids(kept(history, policy)) == ids(kept(shuffled, policy))


@laws(histories, policies, times_now)
def test_pinned_doubtful_future_and_young_runs_stay(history, policy, now):
    keep = ids(kept(history, policy, now))
    for run in history:
        if run.pinned or run.quarantined or run.time > now or now - run.time < policy.grace:
            assert run.id in keep


@laws(histories, policies, times_now)
def test_every_run_has_a_reason(history, policy, now):
    verdict: Verdict = decide(history, policy, now)
    assert len(verdict.keep) + len(verdict.forget) == len(history)
    assert all(verdict.reasons[run.id] for run in history)


@laws(moments, some.integers(1, 48), some.sampled_from([*ZONES, ZoneInfo("Australia/Lord_Howe")]))
def test_different_hours_have_different_names_when_clocks_change(moment, hours, zone):
    assert tiers.period("hourly", moment, zone) != tiers.period(
        "hourly", moment + timedelta(hours=hours), zone
    )


@pytest.mark.torture
@pytest.mark.parametrize(("law", "strategies"), LAWS, ids=[law.__name__ for law, _strategies in LAWS])
def test_at_length(law, strategies):
    tried(law, strategies, 1100)()


# Negative controls: three designs that others use. The main law must find them out.


def one_forget_a_tier(history: Sequence[BackupRun]) -> list[BackupRun]:
    left = list(history)
    for counts in ({"daily": 3}, {"monthly": 2}):
        policy = Policy(counts, ZONES[-1], timedelta(0))
        left = [
            run
            for tier, count in counts.items()
            for _period, run in representatives(_newest_first(left), tier, policy.zone, count)
        ]
    return left


def windows_from_the_newest(history: Sequence[BackupRun]) -> list[BackupRun]:
    newest = max((run.time for run in history), default=LONG)
    daily = representatives(_newest_first(history), "daily", ZONES[-1], len(history))
    return [run for _period, run in daily if newest - run.time < timedelta(days=30)]


def slots_of_the_clock(history: Sequence[BackupRun]) -> list[BackupRun]:
    """Only what was made in the first hour of a day counts as daily."""
    return [run for run in _newest_first(history) if run.time.hour == 0][:3]


def _newest_first(history: Sequence[BackupRun]) -> list[BackupRun]:
    return sorted(history, key=lambda run: (run.time, run.id), reverse=True)


def covers_every_promised_day(keep: Sequence[BackupRun], history: Sequence[BackupRun]) -> bool:
    days = [tiers.period("daily", run.time, ZONES[-1]) for run in _newest_first(history)]
    held = {tiers.period("daily", run.time, ZONES[-1]) for run in keep}
    return set(list(dict.fromkeys(days))[:3]) <= held


@pytest.mark.parametrize("design", [one_forget_a_tier, windows_from_the_newest, slots_of_the_clock])
def test_the_laws_find_out_a_broken_design(design):
    def broken(history: list[BackupRun]) -> bool:
        half = len(history) // 2
        independent = path_independent(design, history[:half], history[half:])
        return not independent or not covers_every_promised_day(design(history), history)

    plain = histories.map(lambda history: [BackupRun(run.id, run.time) for run in history])
    find(plain, broken, settings=settings(max_examples=2000, database=None, phases=[Phase.generate]))


def test_our_own_design_is_not_found_out():
    policy = Policy({"daily": 3, "monthly": 2}, ZONES[-1], timedelta(0))

    def broken(history: list[BackupRun]) -> bool:
        half = len(history) // 2
        keep = kept(history, policy)
        independent = path_independent(lambda runs: kept(runs, policy), history[:half], history[half:])
        return not independent or not covers_every_promised_day(keep, history)

    plain = histories.map(lambda history: [BackupRun(run.id, run.time) for run in history])
    with pytest.raises(NoSuchExample):
        find(plain, broken, settings=settings(max_examples=200, database=None, phases=[Phase.generate]))
