"""Which runs of a data set to keep, and why.

Each tier keeps its N newest periods, each represented by its last complete run (the last partial one where
there is no other): restic's own rule (`forget`, snapshot policy) carried on to quarters and half-years, which
restic lacks. One run may stand for several tiers; what any rule keeps is kept. Counts, not ages: a data set
whose backups stopped is never emptied by the passing of time. "12 monthly" counts the running month.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from bitools.backup.decisions import tiers
from bitools.backup.decisions.runs import BackupRun
from bitools.errors import Refused
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.backup_admin import Word

GRACE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Policy:
    """How many periods of each tier to keep, counted in this zone; runs younger than `grace` stay anyhow."""

    counts: Mapping[str, int]
    zone: ZoneInfo
    grace: timedelta = GRACE


class Reason(NamedTuple):
    """Why a run stays or may go. `by` is the run that stands for the period, or who else wants this one.

    `stands_for` a period of a tier; `superseded` by the run that does; `beyond` what the tier reaches.
    """

    word: Word
    tier: str = ""
    period: str = ""
    by: str = ""

    def __str__(self) -> str:
        words = (self.word if self.word != "stands_for" else "", self.tier, self.period, self.by)
        return " ".join(filter(None, words))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Newest first. Every run, kept or not, has its reasons."""

    keep: tuple[BackupRun, ...]
    forget: tuple[BackupRun, ...]
    reasons: Mapping[str, tuple[Reason, ...]]


def decide(runs: Iterable[BackupRun], policy: Policy, now: datetime) -> Verdict:
    """Given every run of one data set, say which to keep.

    Deciding again after forgetting changes nothing: K(A ∪ B) = K(K(A) ∪ B).

    Raise Refused if the policy keeps nothing.
    """
    if not any(policy.counts.values()):
        raise Refused(_("the policy keeps nothing"), reason="empty_policy")
    newest_first = sorted(runs, key=attrgetter("time", "id"), reverse=True)
    reasons: defaultdict[str, list[Reason]] = defaultdict(list)
    believed = [run for run in newest_first if not run.quarantined and run.time <= now]
    for name, kept in _always(newest_first, believed, policy, now).items():
        for run in kept:
            reasons[run.id].append(Reason(name))
    chosen = {
        tier: dict(representatives(believed, tier, policy.zone, count))
        for tier, count in policy.counts.items()
    }
    for tier, standing in chosen.items():
        for period, run in standing.items():
            reasons[run.id].append(Reason("stands_for", tier, period))
    keep = tuple(run for run in newest_first if run.id in reasons)
    forget = tuple(run for run in newest_first if run.id not in reasons)
    known = {
        tier: {period: Reason("superseded", tier, period, run.id) for period, run in standing.items()}
        for tier, standing in chosen.items()
    }
    why_not = {run.id: _why_not(run, known, policy.zone) for run in forget}
    return Verdict(keep, forget, {run: tuple(why) for run, why in reasons.items()} | why_not)


def hold(verdict: Verdict, held: Mapping[str, Reason]) -> Verdict:
    """Let runs stay that the policy lets go and something else still needs; `held` says what, by run."""
    stays = {run.id for run in verdict.forget if run.id in held}
    if not stays:
        return verdict
    keep = sorted(
        (*verdict.keep, *(run for run in verdict.forget if run.id in stays)),
        key=attrgetter("time", "id"),
        reverse=True,
    )
    forget = tuple(run for run in verdict.forget if run.id not in stays)
    return Verdict(tuple(keep), forget, {**verdict.reasons, **{run: (held[run],) for run in stays}})


def representatives(
    newest_first: Iterable[BackupRun], tier: str, zone: ZoneInfo, count: int
) -> list[tuple[str, BackupRun]]:
    """The `count` newest periods of a tier that have a run, newest first, and which run stands for each."""
    chosen: dict[str, BackupRun] = {}
    for run in newest_first:
        period = tiers.period(tier, run.time, zone)
        if period not in chosen and len(chosen) == count:
            break  # this run and all that are left are of older periods
        if period not in chosen or (run.complete and not chosen[period].complete):
            chosen[period] = run
    return list(chosen.items())


def _why_not(run: BackupRun, known: Mapping[str, dict[str, Reason]], zone: ZoneInfo) -> tuple[Reason, ...]:
    """Why a run may go: another stands for its period, or the period is older than the tier reaches.

    `known` has the reasons by tier and period; one is made once, however many runs have it.
    """
    reasons = []
    for (tier, of_period), period in zip(
        known.items(), tiers.periods(tuple(known), run.time, zone), strict=True
    ):
        reason = of_period.get(period)
        if reason is None:
            reason = of_period[period] = Reason("beyond", tier, period)
        reasons.append(reason)
    return tuple(reasons)


def _always(
    every: Sequence[BackupRun], believed: Sequence[BackupRun], policy: Policy, now: datetime
) -> Mapping[Word, Sequence[BackupRun]]:
    """What is kept whatever the counts say, by reason."""
    return {
        "newest": believed[:1],
        "newest_complete": [run for run in believed if run.complete][:1],
        "pinned": [run for run in every if run.pinned],
        "quarantined": [run for run in every if run.quarantined],
        "suspicious": [run for run in every if run.suspicious],
        "future": [run for run in every if run.time > now],
        "young": [run for run in believed if now - run.time < policy.grace],
    }
