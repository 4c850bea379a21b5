"""After the backups of a run: forget what may go, and prove that everything is as we think.

One listing before forgetting, one after it; where nothing may go, the new snapshots are proven by the next
listing. A local repository is looked into, which costs no call of restic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bitools.backup.decisions.guards import jumped
from bitools.backup.decisions.retention import Verdict, decide
from bitools.backup.decisions.runs import BackupRun, Snapshot, tags
from bitools.backup.verbs import opinion
from bitools.backup.verbs.copying import policy_there
from bitools.backup.verbs.history import judge, policy_of
from bitools.backup.verbs.turn import Turn
from bitools.backup.wire import ballast
from bitools.backup.wire.memory import AHEAD
from bitools.errors import BitoolsError, Code
from bitools.i18n import _
from bitools.inventory.backups import Dataset
from bitools.ledger import acts


def settle(turn: Turn, members: Sequence[Dataset]) -> None:
    """Forget what every guard lets go; prove what was made."""
    forget = turn.wish.forget and not turn.repository.append_only
    if forget and turn.listed is None and _something_may_go(turn, members):
        turn.look(turn.repository.snapshots())
    going: dict[str, Verdict] = {}
    if forget and turn.listed is not None:
        going = _agreed(turn, members)
    if going:
        opinion.second(turn, members, going)
    if going:
        _forget(turn, going)
    elif turn.made:
        _prove(turn)
    if turn.wish.forget:
        _note_retention(turn, members)


def _something_may_go(turn: Turn, members: Sequence[Dataset]) -> bool:
    """By what we remember, would any run be forgotten? Then it is worth a listing."""
    return any(decide(_with_new(turn, one), policy_of(turn.run, one), turn.now).forget for one in members)


def _forget(turn: Turn, going: dict[str, Verdict]) -> None:
    ids = [part.id for verdict in going.values() for one in verdict.forget for part in one.snapshots]
    before = {name: [one.id for one in verdict.forget] for name, verdict in going.items()}
    name, repository = turn.repository.name, turn.repository
    with turn.run.ledger.intent(acts.BACKUP_FORGET, name, before=before) as entry:
        listed = ballast.despite_full_disk(turn.run, repository, lambda: repository.forget(ids))
        left = listed if listed is not None else repository.names() or ()
        entry.done({"forgotten": len(ids), "left": len(left)})
    turn.document.changed = True
    if listed is not None:
        turn.look(listed)
        return
    turn.memory.drop(ids)
    _prove(turn)


def _prove(turn: Turn) -> None:
    """Find every snapshot that was made: by name in a local repository, else in a listing.

    An instant run elsewhere is not worth a listing: its snapshots are looked for in the next one.
    """
    if not turn.repository.access.folder:
        if turn.listed is not None:
            turn.look(turn.repository.snapshots())
        return
    for dataset, made in turn.made.items():
        key = f"{dataset}/{turn.tag}"
        if key not in turn.memory.unproven or not made.complete:
            continue  # a listing has shown it; or, marked, it has a new name, and the next one will
        try:
            full = turn.repository.holds(made.id)
        except BitoolsError as error:
            turn.document.fail(error, dataset)
            del turn.memory.unproven[key]
            continue
        if full:
            snapshot = Snapshot(full, turn.now, tags(dataset, turn.tag))
            turn.memory.add(snapshot, turn.now)
            turn.note(dataset, snapshot)
            del turn.memory.unproven[key]


def _note_retention(turn: Turn, members: Sequence[Dataset]) -> None:
    """Remember that every data set's policy was carried out: `status` alarms when that is long ago."""
    refused = {failure["target"] for failure in turn.document.failed if failure["code"] == Code.REFUSED}
    if not refused.intersection(one.name for one in members):
        turn.memory.retained = turn.now.isoformat()


def _agreed(turn: Turn, members: Sequence[Dataset]) -> dict[str, Verdict]:
    """The verdicts that every guard let pass, by data set, where there is something to forget."""
    passed = {}
    for dataset in members:
        history = _with_new(turn, dataset)
        try:
            verdict = judge(turn.run, turn.memory, dataset, history, turn.wish.confirmed)
        except BitoolsError as error:
            turn.document.fail(error, dataset.name)
            continue
        turn.memory.applied[dataset.name] = _applied(turn, dataset)
        for one in verdict.keep:
            if one.quarantined or one.time > turn.now + AHEAD:
                text = _("{name}: the time of run {run} is not believed; it is kept")
                turn.document.warnings.append(text.format(name=dataset.name, run=one.id))
        stays = {_newest_proven(turn, dataset), *_wanted_by_copies(turn, dataset, history)}
        if forget := tuple(one for one in verdict.forget if one.id not in stays):
            passed[dataset.name] = replace(verdict, forget=forget)
    return passed


def _applied(turn: Turn, dataset: Dataset) -> dict[str, Any]:
    """What the guards of the next run compare with. A time that they would not believe is not taken over."""
    past, when = turn.memory.applied.get(dataset.name), turn.now.isoformat()
    if past and not turn.wish.confirmed and jumped(turn.now, datetime.fromisoformat(past["time"])):
        when = past["time"]
    return {"counts": dict(turn.run.inventory.policy(dataset)), "zone": turn.zone.key, "time": when}


def _newest_proven(turn: Turn, dataset: Dataset) -> str:
    """The newest complete run that a listing has shown: it stays until the one just made is shown too."""
    if f"{dataset.name}/{turn.tag}" not in turn.memory.unproven:
        return ""
    return next((one.id for one in turn.runs.get(dataset.name, []) if one.complete), "")


def _wanted_by_copies(turn: Turn, dataset: Dataset, history: Sequence[BackupRun]) -> set[str]:
    """Runs that a second repository should have and may not have yet: it could not get them any more."""
    wanted: set[str] = set()
    for name, described in turn.run.inventory.repositories.items():
        if described.copy_of != turn.repository.name or name not in turn.memory.copied:
            continue
        since = datetime.fromisoformat(turn.memory.copied[name])
        policy = policy_there(turn.run, dataset, name)
        wanted |= {one.id for one in decide(history, policy, turn.now).keep if one.time > since}
    return wanted


def _with_new(turn: Turn, dataset: Dataset) -> list[BackupRun]:
    """The runs of a data set as they are now: as listed, and the one just made, dated as this run is."""
    history = turn.runs.get(dataset.name, [])
    made = turn.made.get(dataset.name)
    if made is None:
        return history
    if any(one.id == turn.tag for one in history):
        return [replace(one, time=turn.now) if one.id == turn.tag else one for one in history]
    snapshot = Snapshot(made.id, turn.now, tags(dataset.name, turn.tag))
    return [BackupRun(turn.tag, turn.now, made.complete, snapshots=(snapshot,)), *history]
