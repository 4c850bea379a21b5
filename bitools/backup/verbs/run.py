"""`backup run`: make what is due, then forget what the policy lets go.

restic is called per repository: once to list, once a data set that is due, once for its own opinion of what
is to go, once to forget, and once to list again as the proof of both. A local repository is looked into
instead: its second listing costs no call, nor does the first if nothing came or went since the last one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from bitools.backup.decisions.runs import Snapshot
from bitools.backup.verbs import absence
from bitools.backup.verbs.forget import forget
from bitools.backup.verbs.history import naming_copies, open_repository
from bitools.backup.verbs.judge import accept
from bitools.backup.verbs.make import make, skipped
from bitools.backup.verbs.repository_run import RepositoryRun, RunOptions
from bitools.backup.wire import ballast, forecast, memory_file, monitoring
from bitools.backup.wire.restic import gone
from bitools.backup.wire.restic_answers import NoRepository
from bitools.errors import BitoolsError, Locked
from bitools.inventory.backups import Dataset
from bitools.ledger import acts
from bitools.progress import Turns
from bitools.run import Run
from bitools.state import Document

if TYPE_CHECKING:
    from bitools.documents.backup import RunItem

TIME_LIMIT = timedelta(hours=36)  # a run that takes longer is no longer healthy


def run(run: Run, datasets: Sequence[Dataset], options: RunOptions) -> Document[RunItem]:
    """Back up the data sets that are due and forget what may go; one data set's failure stops no other."""
    document: Document[RunItem] = run.document("bitools.backup.run/1")
    chosen = [one for one in datasets if not options.tier or options.tier in run.inventory.policy(one)]
    document.items.extend(skipped(one, "not_in_policy") for one in datasets if one not in chosen)
    with monitoring.watched(run, chosen, document):
        _each_repository(run, chosen, options, document)
    return document


def _each_repository(
    run: Run, chosen: Sequence[Dataset], options: RunOptions, document: Document[RunItem]
) -> None:
    tag, turns = str(uuid4()), Turns(len(chosen))
    for name in dict.fromkeys(one.repository for one in chosen):
        members = [one for one in chosen if one.repository == name]
        work = None
        try:
            with run.state.lock(f"backup-{name}"):
                memory = memory_file.load(run.state, name)
                work = RepositoryRun(run, options, document, open_repository(run, name), memory, tag)
                _take(work, members, turns)
        except BitoolsError as error:
            if work is None and _healthy(run, name, error):
                document.items.extend(skipped(one, "running") for one in members)
            else:
                _fail_rest(document, members, naming_copies(run, name, error))
        if work:
            document.warnings.extend(work.repository.notes)


def _take(work: RepositoryRun, members: Sequence[Dataset], turns: Turns) -> None:
    if work.options.now and work.memory.listed and not work.memory.unproven:
        work.recall()
    else:
        work.look(_listing(work))
    for dataset in members:
        turns.begin(dataset.name)
        if work.options.accept and not work.run.dry_run:
            accept(work, dataset)
        try:
            make(work, dataset)
        except NoRepository as error:
            lost = gone(work.repository) if work.memory.listed else error
            missing = naming_copies(work.run, work.repository.name, lost)
            work.document.failed.append(missing.as_document() | {"target": dataset.name})
        except BitoolsError as error:
            work.document.fail(naming_copies(work.run, work.repository.name, error), dataset.name)
    if work.run.dry_run:
        absence.tell(work.run, work.memory, work.runs, members, work.document)
        return
    try:
        absence.tell(work.run, work.memory, work.runs, members, work.document)
        forget(work, members)
        work.repository.heal()
        ballast.take(work.run, work.repository)
        forecast.measure(work.memory, work.repository, work.now)
    finally:
        memory_file.save(work.memory, work.run.state)


def _listing(work: RepositoryRun) -> list[Snapshot]:
    """What is in the repository; it is made if it never was there. Where a look into a local one shows that
    nothing came or went since the last listing, that one is as good as a new one.

    Raise NoRepository if we have known one there: then it is gone, and its disk is probably not mounted.
    """
    if work.memory.current(work.repository.names()):
        return work.memory.snapshots()
    try:
        return work.repository.snapshots()
    except NoRepository:
        if work.memory.listed:
            raise gone(work.repository) from None
        if not work.run.dry_run:
            with work.run.ledger.intent(acts.BACKUP_INIT, work.repository.name):
                work.repository.init()
        return []


def _healthy(run: Run, repository: str, error: BitoolsError) -> bool:
    """A tick that meets a healthy run is no failure; one that meets a run beyond its time is an alarm."""
    if not isinstance(error, Locked) or error.reason != "running":
        return False
    return run.state.held_since(f"backup-{repository}", run.started) >= run.started - TIME_LIMIT


def _fail_rest(document: Document[RunItem], members: Sequence[Dataset], error: BitoolsError) -> None:
    """What stopped a repository's work is the failure of each data set that has none of its own."""
    failed = {failure["target"] for failure in document.failed}
    entry = error.as_document()
    document.failed.extend(entry | {"target": one.name} for one in members if one.name not in failed)
