"""`backup plan`: what would stay, what would go, and why. Nothing is changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from bitools.backup.decisions import tiers
from bitools.backup.decisions.retention import Reason, Verdict, decide
from bitools.backup.decisions.runs import BackupRun
from bitools.backup.verbs.history import DatasetHistory, guard, histories, local, policy_of, verdict_of
from bitools.documents.backup_admin import PlanItem, ReasonItem
from bitools.errors import Refused
from bitools.inventory.backups import Dataset
from bitools.run import Run
from bitools.state import Document

SIMULATED = "simulated"  # begins the name of a run that a simulation made up


def plan(
    run: Run, datasets: Sequence[Dataset], at: datetime | None = None, ahead: timedelta | None = None
) -> Document[PlanItem]:
    """Say of every snapshot whether it would be kept, and why; and which tiers are due.

    `at` is the time to decide for; with `ahead`, a complete run is imagined in every period of the shortest
    tier from then on, and the answer is that of the end. What a guard would refuse now is a warning.
    """
    document: Document[PlanItem] = run.document("bitools.backup.plan/1")
    now = at or run.started
    document.more = {"at": local(run, now + (ahead or timedelta())), "due": {}}
    for history in histories(run, datasets, document):
        policy = policy_of(run, history.dataset)
        history.memory.unproven = {}  # all there is has just been listed
        verdict = _verdict(run, history, now, ahead)
        document.items.extend(_items(run, history.dataset, verdict))
        covered = tiers.covering(policy.counts, history.runs, now, policy.zone)
        document.more["due"][history.dataset.name] = [tier for tier, by in covered.items() if by is None]
        if not at and not ahead:
            try:
                guard(run, history.memory, history.dataset, history.runs, verdict)
            except Refused as refusal:
                document.warnings.append(f"{refusal} → {refusal.hint}")
    return document


def _verdict(run: Run, history: DatasetHistory, now: datetime, ahead: timedelta | None) -> Verdict:
    """What `backup run` would do now; of an imagined future what the policy alone would."""
    if ahead is None:
        return verdict_of(run, history.memory, history.dataset, history.runs, now)
    policy = policy_of(run, history.dataset)
    return decide([*history.runs, *imagined(policy.counts, now, ahead)], policy, now + ahead)


def imagined(counts: Iterable[str], now: datetime, ahead: timedelta) -> Iterator[BackupRun]:
    """The complete runs that an undisturbed future brings, one in each period of the shortest tier."""
    step = tiers.LENGTHS[tiers.shortest(counts)]
    if step > timedelta(weeks=1):
        step = timedelta(days=28)  # no month is missed
    moment = now + step
    while moment <= now + ahead:
        yield BackupRun(f"{SIMULATED}-{moment:%Y%m%dT%H%M%S%z}", moment)
        moment += step


def _items(run: Run, dataset: Dataset, verdict: Verdict) -> Iterator[PlanItem]:
    """One item a snapshot, newest first; of the imagined ones only those that stay."""
    kept = {one.id for one in verdict.keep}
    for one in sorted([*verdict.keep, *verdict.forget], key=lambda one: (one.time, one.id), reverse=True):
        keep = one.id in kept
        for snapshot in one.snapshots or ((None,) if keep else ()):
            yield {
                "dataset": dataset.name,
                "snapshot": snapshot.id if snapshot else None,
                "run": one.id,
                "time": local(run, snapshot.time if snapshot else one.time),
                "keep": keep,
                "reasons": [str(reason) for reason in verdict.reasons[one.id]],
                "why": [_parts(reason) for reason in verdict.reasons[one.id]],
                "complete": one.complete,
            }


def _parts(reason: Reason) -> ReasonItem:
    return {"word": reason.word, "tier": reason.tier, "period": reason.period, "by": reason.by}
