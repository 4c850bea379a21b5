"""`backup run`: make what is due, then forget what the policy lets go.

restic is called per repository: once to list, once a data set that is due, once for its own opinion of what
is to go, once to forget, and once to list again as the proof of both. A local repository is looked into
instead: its second listing costs no call, nor does the first if nothing came or went since the last one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from bitools.backup.decisions.answers import NoRepository
from bitools.backup.decisions.runs import Snapshot
from bitools.backup.verbs.history import open_repository
from bitools.backup.verbs.making import make, skipped
from bitools.backup.verbs.settling import settle
from bitools.backup.verbs.turn import Turn, Wish
from bitools.backup.wire import ballast, forecast, monitoring
from bitools.backup.wire.memory import Memory
from bitools.errors import BitoolsError, Locked
from bitools.inventory.backups import Dataset
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document

TIME_LIMIT = timedelta(hours=36)  # a run that takes longer is no longer healthy


def rotate(run: Run, datasets: Sequence[Dataset], wish: Wish) -> Document:
    """Back up the data sets that are due and forget what may go; one data set's failure stops no other."""
    document = run.document("bitools.backup.run/1")
    chosen = [one for one in datasets if not wish.tier or wish.tier in run.inventory.policy(one)]
    document.items.extend(skipped(one, "not_in_policy") for one in datasets if one not in chosen)
    with monitoring.watched(run, chosen, document):
        _rotate(run, chosen, wish, document)
    return document


def _rotate(run: Run, chosen: Sequence[Dataset], wish: Wish, document: Document) -> None:
    tag = str(uuid4())
    for name in dict.fromkeys(one.repository for one in chosen):
        members = [one for one in chosen if one.repository == name]
        turn = None
        try:
            with run.state.lock(f"backup-{name}"):
                memory = Memory.load(run.state, name)
                turn = Turn(run, wish, document, open_repository(run, name), memory, tag)
                _take(turn, members)
        except BitoolsError as error:
            if turn is None and _healthy(run, name, error):
                document.items.extend(skipped(one, "running") for one in members)
            else:
                _fail_rest(document, members, error)
        if turn:
            document.warnings.extend(turn.repository.notes)


def _take(turn: Turn, members: Sequence[Dataset]) -> None:
    if turn.wish.now and turn.memory.listed and not turn.memory.unproven:
        turn.recall()
    else:
        turn.look(_listing(turn))
    for dataset in members:
        try:
            make(turn, dataset)
        except BitoolsError as error:
            turn.document.fail(error, dataset.name)
    if turn.run.dry_run:
        return
    try:
        settle(turn, members)
        turn.repository.heal()
        ballast.take(turn.run, turn.repository)
        forecast.measure(turn.memory, turn.repository, turn.now)
    finally:
        turn.memory.save(turn.run.state)


def _listing(turn: Turn) -> list[Snapshot]:
    """What is in the repository; it is made if it never was there. Where a look into a local one shows that
    nothing came or went since the last listing, that one is as good as a new one.

    Raise NoRepository if we have known one there: then it is gone, and its disk is probably not mounted.
    """
    if turn.memory.current(turn.repository.names()):
        return turn.memory.snapshots()
    try:
        return turn.repository.snapshots()
    except NoRepository:
        if turn.memory.listed:
            raise
        if not turn.run.dry_run:
            with turn.run.ledger.intent(acts.BACKUP_INIT, turn.repository.name):
                turn.repository.init()
        return []


def _healthy(run: Run, repository: str, error: BitoolsError) -> bool:
    """A tick that meets a healthy run is no failure; one that meets a run beyond its time is an alarm."""
    if not isinstance(error, Locked) or error.reason != "running":
        return False
    return _held_since(run, repository) >= run.started - TIME_LIMIT


def _held_since(run: Run, repository: str) -> datetime:
    """When the holder of a repository's lock took it: the second word in the lock's file."""
    words = run.state.path("locks", f"backup-{repository}.lock").read_text(encoding="utf-8").split()
    try:
        return datetime.fromisoformat(words[1])
    except (IndexError, ValueError):
        return run.started


def _fail_rest(document: Document, members: Sequence[Dataset], error: BitoolsError) -> None:
    """What stopped a repository's work is the failure of each data set that has none of its own."""
    failed = {failure["target"] for failure in document.failed}
    entry = error.as_document()
    document.failed.extend(entry | {"target": one.name} for one in members if one.name not in failed)
