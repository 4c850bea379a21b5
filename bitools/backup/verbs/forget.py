"""After the backups of a run: forget what may go, and prove that everything is as we think.

One listing before forgetting, one after it; where nothing may go, the new snapshots are proven by the next
listing. A local repository is looked into, which costs no call of restic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bitools.backup.decisions.guards import jumped
from bitools.backup.decisions.memory import AHEAD, Applied
from bitools.backup.decisions.retention import Verdict, decide
from bitools.backup.decisions.runs import BackupRun, Snapshot, tags
from bitools.backup.verbs import same_host, second_opinion
from bitools.backup.verbs.history import copies_of, guard, policy_of, verdict_of
from bitools.backup.verbs.repository_run import RepositoryRun
from bitools.backup.wire import ballast
from bitools.errors import BitoolsError, Code, Locked, Refused
from bitools.i18n import _
from bitools.inventory.backups import Dataset
from bitools.ledger import acts


def forget(work: RepositoryRun, members: Sequence[Dataset]) -> None:
    """Forget what every guard lets go; prove what was made."""
    wanted = work.options.forget and not work.repository.append_only and not _being_copied(work)
    if wanted and work.listed is None and _something_may_go(work, members):
        work.look(work.repository.snapshots())
    going: dict[str, Verdict] = {}
    if wanted and work.listed is not None:
        going = _agreed(work, members)
    if going:
        second_opinion.ask(work, members, going)
    if going:
        _forget(work, going)
    elif work.made:
        _prove(work)
    if work.options.forget:
        _note_retention(work, members)


def _being_copied(work: RepositoryRun) -> bool:
    """Is a copy under way, which may still want what would go? Then nothing is forgotten in this run."""
    for name in copies_of(work.run, work.repository.name):
        try:
            with work.run.state.lock(f"backup-{name}"):
                continue
        except Locked:
            text = _("{copy} is being brought up to date: nothing is forgotten meanwhile")
            work.document.warnings.append(text.format(copy=name))
            return True
    return False


def _something_may_go(work: RepositoryRun, members: Sequence[Dataset]) -> bool:
    """By what we remember, would any run be forgotten? Then it is worth a listing."""
    return any(decide(_with_new(work, one), policy_of(work.run, one), work.now).forget for one in members)


def _forget(work: RepositoryRun, going: dict[str, Verdict]) -> None:
    ids = [part.id for verdict in going.values() for one in verdict.forget for part in one.snapshots]
    before = {name: [one.id for one in verdict.forget] for name, verdict in going.items()}
    name, repository = work.repository.name, work.repository
    with work.run.ledger.intent(acts.BACKUP_FORGET, name, before=before) as entry:
        listed = ballast.despite_full_disk(work.run, repository, lambda: repository.forget(ids))
        left = listed if listed is not None else repository.names() or ()
        entry.done({"forgotten": len(ids), "left": len(left)})
    work.document.changed = True
    work.memory.drop(ids)
    if listed is not None:
        work.look(listed)
        return
    _prove(work)


def _prove(work: RepositoryRun) -> None:
    """Find every snapshot that was made: by name in a local repository, else in a listing.

    An instant run elsewhere is not worth a listing: its snapshots are looked for in the next one.
    """
    if not work.repository.access.folder:
        if work.listed is not None:
            work.look(work.repository.snapshots())
        return
    for dataset, made in work.made.items():
        key = (dataset, work.tag)
        if key not in work.memory.unproven or not made.complete:
            continue  # a listing has shown it; or, marked, it has a new name, and the next one will
        try:
            full = work.repository.holds(made.id)
        except BitoolsError as error:
            work.document.fail(error, dataset)
            del work.memory.unproven[key]
            continue
        if full:
            snapshot = Snapshot(full, work.now, tags(dataset, work.tag))
            work.memory.add(snapshot, work.now)
            work.note(dataset, snapshot)
            del work.memory.unproven[key]


def _note_retention(work: RepositoryRun, members: Sequence[Dataset]) -> None:
    """Remember that every data set's policy was carried out: `status` alarms when that is long ago."""
    refused = {failure["target"] for failure in work.document.failed if failure["code"] == Code.REFUSED}
    if not refused.intersection(one.name for one in members):
        work.memory.retained = work.now


def _agreed(work: RepositoryRun, members: Sequence[Dataset]) -> dict[str, Verdict]:
    """The verdicts that every guard let pass, by data set, where there is something to forget."""
    passed = {}
    for dataset in members:
        history = _with_new(work, dataset)
        try:
            same_host.check(dataset, history)
        except Refused:
            continue  # which `make` has told of
        try:
            verdict = verdict_of(work.run, work.memory, dataset, history, work.now)
            guard(work.run, work.memory, dataset, history, verdict, work.options.confirmed)
        except BitoolsError as error:
            work.document.fail(error, dataset.name)
            continue
        work.memory.applied[dataset.name] = _applied(work, dataset)
        for one in verdict.keep:
            if one.quarantined or one.time > work.now + AHEAD:
                text = _("{name}: the time of run {run} is not believed; it is kept")
                work.document.warnings.append(text.format(name=dataset.name, run=one.id))
        if verdict.forget:
            passed[dataset.name] = verdict
    return passed


def _applied(work: RepositoryRun, dataset: Dataset) -> Applied:
    """What the guards of the next run compare with. A time that they would not believe is not taken over."""
    past, when = work.memory.applied.get(dataset.name), work.now
    if past and not work.options.confirmed and jumped(work.now, past.time):
        when = past.time
    return Applied(work.run.inventory.policy(dataset), work.zone.key, when)


def _with_new(work: RepositoryRun, dataset: Dataset) -> list[BackupRun]:
    """The runs of a data set as they are now: as listed, and the one just made, dated as this run is."""
    history = work.runs.get(dataset.name, [])
    made = work.made.get(dataset.name)
    if made is None:
        return history
    if any(one.id == work.tag for one in history):
        return [replace(one, time=work.now) if one.id == work.tag else one for one in history]
    snapshot = Snapshot(made.id, work.now, tags(dataset.name, work.tag))
    return [BackupRun(work.tag, work.now, made.complete, snapshots=(snapshot,)), *history]
