"""restic's own opinion of what is to go: nothing that its rule would keep is forgotten by ours.

restic knows neither quarters nor half-years, partial runs nor doubtful times; on the tiers that it has, what
it keeps must be a part of what we keep. It is asked where a run's budget of calls has room for it: about one
data set a run, the one asked longest ago, and about each once a day at most.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

from bitools.backup.decisions.retention import Verdict
from bitools.backup.decisions.runs import SET
from bitools.backup.decisions.tiers import RESTICS
from bitools.backup.verbs.repository_run import RepositoryRun
from bitools.errors import BitoolsError, Refused
from bitools.i18n import _
from bitools.inventory.backups import Dataset

BUDGET = 3  # calls of restic that a run may make beside one for each data set
_AGAIN = timedelta(hours=20)
_NEVER = datetime.min.replace(tzinfo=UTC)


def ask(work: RepositoryRun, members: Sequence[Dataset], going: dict[str, Verdict]) -> None:
    """Ask about one data set of which something is to go; if restic disagrees, nothing of it goes."""
    # To forget is one call; elsewhere a listing proves it.
    to_come = 1 if work.repository.access.folder else 2
    if work.repository.calls + to_come >= len(members) + BUDGET:
        return
    asked = work.memory.asked
    comparable = [one for one in members if one.name in going and _one_offset(work, one.name)]
    dataset = min(comparable, key=lambda one: asked.get(one.name, _NEVER), default=None)
    if dataset is None:
        return
    name = dataset.name
    if name in asked and work.now - asked[name] < _AGAIN:
        return
    try:
        _agree(work, dataset, going[name])
    except BitoolsError as error:
        work.document.fail(error, name)
        del going[name]
    else:
        asked[name] = work.now


def _agree(work: RepositoryRun, dataset: Dataset, verdict: Verdict) -> None:
    """Raise Refused if restic would keep what is to go."""
    counts, name = work.run.inventory.policy(dataset), dataset.name
    options = [f"--keep-{tier}={count}" for tier, count in counts.items() if tier in RESTICS]
    if not options:
        return
    disputed = disagreement(verdict, work.repository.opinion(f"{SET}{name}", options))
    if disputed:
        message = _("restic itself would keep {count} of the runs that are to go: {runs}")
        hint = _("look: bitools backup plan {name}; nothing of it is forgotten; please report this")
        raise Refused(
            message.format(count=len(disputed), runs=", ".join(disputed[:5])),
            target=name,
            hint=hint.format(name=name),
            reason="second_opinion",
        )


def disagreement(verdict: Verdict, kept: Collection[str]) -> list[str]:
    """The runs that we let go although restic keeps a snapshot of theirs.

    Not a partial run, for which a complete one stands; not the oldest, which restic keeps from 0.16 on for as
    long as a count is not used up.
    """
    every = [*verdict.keep, *verdict.forget]
    oldest = min(every, key=lambda one: (one.time, one.id), default=None)
    return [
        one.id
        for one in verdict.forget
        if one.complete and one is not oldest and any(part.id in kept for part in one.snapshots)
    ]


def _one_offset(work: RepositoryRun, dataset: str) -> bool:
    """Were all snapshots made on a machine whose clock showed the inventory's zone?

    restic counts by the offset that a snapshot carries.
    """
    return all(
        one.time.utcoffset() == one.time.astimezone(work.zone).utcoffset()
        for one in work.listed or ()
        if one.dataset == dataset
    )
