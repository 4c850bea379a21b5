"""`backup replace`: a new repository where the old one is lost, filled from its copy.

What is remembered of the old one stays: by what it was forgotten, what was partial, where sources were
mounted. Times are trusted again as on the first look. Killed anywhere, it goes on when it is run again.
"""

from __future__ import annotations

from bitools.backup.decisions.memory import Memory
from bitools.backup.verbs.history import copies_of, open_repository
from bitools.backup.wire import memory_file
from bitools.backup.wire.restic import Repository
from bitools.backup.wire.restic_answers import NoRepository
from bitools.documents.backup_admin import ReplaceItem
from bitools.errors import BitoolsError, NotFound, Refused
from bitools.i18n import _
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document


def replace(run: Run, name: str) -> Document[ReplaceItem]:
    """Make the repository anew and bring back all that its first readable copy has.

    Raise NotFound if the inventory does not know it, Refused if there still is one at its place.
    """
    if name not in run.inventory.repositories:
        message = _('the inventory has no repository "{name}"').format(name=name)
        known = ", ".join(run.inventory.repositories)
        raise NotFound(message, hint=_("known: {names}").format(names=known))
    document: Document[ReplaceItem] = run.document("bitools.backup.replace/1")
    with run.state.lock(f"backup-{name}"):
        repository, memory = open_repository(run, name), memory_file.load(run.state, name)
        found = _is_gone(repository, memory)
        source = _readable_copy(run, name, document)
        item: ReplaceItem = {
            "target": name,
            "repository": name,
            "status": "due" if run.dry_run else "replaced",
            "source": source.name if source else None,
            "snapshots": 0,
        }
        document.items.append(item)
        if not run.dry_run:
            before = {"from": item["source"]}
            with run.ledger.intent(acts.BACKUP_REPLACE, name, before=before) as entry:
                item["snapshots"] = _fill(run, repository, memory, source, made=found)
                entry.done({"snapshots": item["snapshots"]})
            document.changed = True
    return document


def _is_gone(repository: Repository, memory: Memory) -> bool:
    """Is the new one made already, by one of us that was killed? Raise Refused if the old one is there."""
    try:
        listed = repository.snapshots()
    except NoRepository:
        return False
    if memory.replacing:
        return True
    message = _("there is a repository at {place}, with {count} snapshots: nothing is replaced")
    raise Refused(
        message.format(place=repository.access.shown, count=len(listed)),
        target=repository.name,
        hint=_("if it is damaged: bitools backup verify; if it is to go, move it away first"),
        reason="still_there",
    )


def _readable_copy(run: Run, name: str, document: Document[ReplaceItem]) -> Repository | None:
    """The first copy that answers; None if there is none at all. Raise what the last one said."""
    problem: BitoolsError | None = None
    for copy in copies_of(run, name):
        source = open_repository(run, copy)
        try:
            source.snapshots()
        except BitoolsError as error:
            problem = error
            document.warnings.append(f"{copy}: {error.message}")
        else:
            return source
    if problem:
        raise problem
    return None


def _fill(run: Run, repository: Repository, memory: Memory, source: Repository | None, *, made: bool) -> int:
    """Make it, bring back what is not there yet, and look at all of it for the first time."""
    memory.replacing = True
    memory_file.save(memory, run.state)
    if not made:
        repository.init(source)
    there = repository.snapshots()
    if source:
        have = {(one.dataset, one.run) for one in there}
        lacking = [one.id for one in source.snapshots() if one.dataset and (one.dataset, one.run) not in have]
        there = repository.copy(source, lacking)
        doubtful = memory_file.load(run.state, source.name).doubtful
        doubted = {one.run for one in source.snapshots() if one.id in doubtful}
    else:
        doubted = set()
    memory.begin_anew(there, run.started, doubted)
    memory_file.save(memory, run.state)
    return len(there)
