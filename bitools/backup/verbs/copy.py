"""`backup copy`: keep a second repository by its own policy.

Only what the second one should keep and does not have is copied, by id: `restic copy` left alone would bring
back, every time, what was forgotten there. A copy is known by its run, which the tags carry along.

The first repository's lock is not held meanwhile: a copy of days must not stop the backups of hours. What a
backup would forget waits until the copy is done.
"""

from __future__ import annotations

from collections.abc import Sequence

from bitools.backup.decisions.memory import Applied, Memory
from bitools.backup.decisions.retention import decide
from bitools.backup.decisions.runs import BackupRun, Snapshot
from bitools.backup.verbs import absence, same_host, same_repository
from bitools.backup.verbs.history import guard, open_repository, policy_in_copy
from bitools.backup.wire import ballast, forecast, memory_file
from bitools.backup.wire.restic import Repository, gone
from bitools.backup.wire.restic_answers import NoRepository
from bitools.documents.backup import CopyItem
from bitools.errors import BitoolsError, IntegrityBroken, NotFound, Refused
from bitools.i18n import _
from bitools.inventory.backups import Dataset
from bitools.ledger import acts
from bitools.progress import Turns
from bitools.run import Run
from bitools.state import Document


def copy(
    run: Run, datasets: Sequence[Dataset], *, forget: bool = True, confirmed: bool = False
) -> Document[CopyItem]:
    """Bring every second repository of these data sets up to date, then forget there what its policy lets go.

    One repository's failure stops no other. Raise NotFound if the inventory has no second repository.
    """
    document: Document[CopyItem] = run.document("bitools.backup.copy/1")
    wanted = {one.repository for one in datasets}
    copies = [name for name, one in run.inventory.repositories.items() if one.copy_of in wanted]
    if not copies:
        hint = _("describe one in backups.yaml, with copy_of")
        raise NotFound(_("no repository is a copy of another"), hint=hint)
    turns = Turns(len(copies))
    for name in copies:
        turns.begin(name)
        first = run.inventory.repositories[name].copy_of or ""
        members = [one for one in datasets if one.repository == first]
        try:
            with run.state.lock(f"backup-{name}", wait=True):
                _copy(run, document, first, name, members, forget=forget, confirmed=confirmed)
        except BitoolsError as error:
            document.failed.append(error.as_document() | {"target": name})
            if not run.dry_run:
                _note_copied(run, first, name, error.message)
    return document


def _copy(
    run: Run,
    document: Document[CopyItem],
    first: str,
    name: str,
    members: Sequence[Dataset],
    *,
    forget: bool,
    confirmed: bool,
) -> None:
    source, target = open_repository(run, first), open_repository(run, name)
    memory, theirs = memory_file.load(run.state, first), memory_file.load(run.state, name)
    here = memory.look(source.snapshots(), run.started)
    trusted = {one.id for runs in here.values() for one in runs if not one.quarantined}
    there = theirs.look(_listing(run, source, target, theirs, confirmed), run.started, trusted)
    for one in members:
        same_host.check(one, there.get(one.name, []))
    items = [_missing(run, one, name, here.get(one.name, []), there.get(one.name, [])) for one in members]
    ids = [snapshot for item in items for snapshot in item["snapshots"]]
    absence.tell(run, theirs, there, members, document)
    if not run.dry_run:
        if ids:
            before = {"from": first, "snapshots": len(ids)}
            with run.ledger.intent(acts.BACKUP_COPY, name, before=before) as entry:
                there = theirs.look(target.copy(source, ids), run.started, trusted)
                entry.done({"copied": len(ids)})
            document.changed = True
            _proven(items, there, name)
        if forget and not target.append_only:
            document.changed |= _forget(run, target, theirs, items, there, members, confirmed)
        for repository in (source, target):
            repository.heal()
        forecast.measure(theirs, target, run.started)
        if forget:
            theirs.retained = run.started
        memory_file.save(theirs, run.state)
        _note_copied(run, first, name)
    document.items.extend(items)
    document.warnings.extend([*source.notes, *target.notes])


def _two_places(source: Repository, target: Repository, theirs: Memory, confirmed: bool) -> None:
    """Raise Refused if both are one repository, by whatever way it is reached: it would eat itself."""
    if source.identity() == same_repository.check(target, theirs, confirmed=confirmed):
        message = _("{copy} and {first} are the same repository").format(copy=target.name, first=source.name)
        hint = _("a copy lies on another disk, better in another building: correct its location")
        raise Refused(message, target=target.name, hint=hint, reason="same_repository")


def _note_copied(run: Run, first: str, name: str, error: str = "") -> None:
    """When a copy was last brought up to date, or that it was not: `status` tells it."""
    with run.state.lock(f"backup-{first}", wait=True):
        memory = memory_file.load(run.state, first)
        memory.note("copy", name, run.started, error)
        if not error:
            memory.copied[name] = run.started
        memory_file.save(memory, run.state)


def _listing(
    run: Run, source: Repository, target: Repository, memory: Memory, confirmed: bool
) -> list[Snapshot]:
    try:
        listed = target.snapshots()
    except NoRepository:
        if memory.listed:
            raise gone(target) from None
        if not run.dry_run:
            with run.ledger.intent(acts.BACKUP_INIT, target.name):
                target.init(source)
        return []
    _two_places(source, target, memory, confirmed)
    return listed


def _missing(
    run: Run, dataset: Dataset, name: str, here: Sequence[BackupRun], there: Sequence[BackupRun]
) -> CopyItem:
    """What the second repository should keep of all there is, and does not have."""
    have = {one.id for one in there}
    every = [*there, *(one for one in here if one.id not in have and one.complete and not one.quarantined)]
    keep = decide(every, policy_in_copy(run, dataset, name), run.started).keep
    lacking = [one for one in keep if one.id not in have]
    snapshots = [part.id for one in lacking for part in one.snapshots]
    return {
        "target": name,
        "dataset": dataset.name,
        "repository": name,
        "status": "covered" if not snapshots else "due" if run.dry_run else "copied",
        "runs": [one.id for one in lacking],
        "snapshots": snapshots,
        "forgotten": [],
    }


def _proven(items: Sequence[CopyItem], there: dict[str, list[BackupRun]], name: str) -> None:
    for item in items:
        have = {one.id for one in there.get(item["dataset"], [])}
        if lacking := set(item["runs"]) - have:
            message = _("{count} runs were copied, and are not in the repository").format(count=len(lacking))
            raise IntegrityBroken(message, target=name, reason="lost")


def _forget(
    run: Run,
    target: Repository,
    memory: Memory,
    items: Sequence[CopyItem],
    there: dict[str, list[BackupRun]],
    members: Sequence[Dataset],
    confirmed: bool,
) -> bool:
    """Let the second repository's own policy decide what stays in it. Raise Refused."""
    going = []
    for item, dataset in zip(items, members, strict=True):
        policy = policy_in_copy(run, dataset, target.name)
        verdict = decide(there.get(dataset.name, []), policy, run.started)
        try:
            guard(run, memory, dataset, there.get(dataset.name, []), verdict, confirmed, policy)
        except Refused as refusal:
            way_out = _("look; then, if it is right: bitools backup copy {name} --confirm")
            raise refusal.but(hint=way_out.format(name=dataset.name)) from refusal
        memory.applied[dataset.name] = Applied(policy.counts, policy.zone.key, run.started)
        item["forgotten"] = [one.id for one in verdict.forget]
        going += [part.id for one in verdict.forget for part in one.snapshots]
    if not going:
        return False
    before = {item["dataset"]: item["forgotten"] for item in items if item["forgotten"]}
    with run.ledger.intent(acts.BACKUP_FORGET, target.name, before=before) as entry:
        listed = ballast.despite_full_disk(run, target, lambda: target.forget(going))
        listed = target.snapshots() if listed is None else listed
        memory.drop(going)
        memory.look(listed, run.started)
        entry.done({"forgotten": len(going), "left": len(listed)})
    return True
