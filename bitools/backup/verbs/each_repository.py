"""The same done to each repository of some data sets."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bitools.backup.decisions.memory import Memory
from bitools.backup.verbs.history import copies_of, naming_copies, open_repository
from bitools.backup.wire import memory_file
from bitools.backup.wire.restic import Repository
from bitools.backup.wire.restic_answers import NoRepository
from bitools.errors import BitoolsError
from bitools.inventory.backups import Dataset
from bitools.progress import Turns
from bitools.run import Run
from bitools.state import Document, Item


def each_repository(
    run: Run,
    datasets: Sequence[Dataset],
    schema: str,
    work: Callable[[Repository, Memory], Item],
    *,
    changes: bool,
) -> Document[Item]:
    """Do the same to each repository of these data sets, and to its copies; one's failure stops no other."""
    document: Document[Item] = run.document(schema)
    names = repositories_of(run, datasets)
    turns = Turns(len(names))
    for name in names:
        turns.begin(name)
        try:
            with run.state.lock(f"backup-{name}", wait=True):
                repository = open_repository(run, name)
                item = work(repository, memory_file.load(run.state, name))
                if not run.dry_run:
                    repository.heal()
                document.warnings.extend(repository.notes)
        except NoRepository as error:
            if run.inventory.repositories[name].copy_of and not memory_file.load(run.state, name).listed:
                continue  # nothing was ever copied there: `backup copy` makes it, `backup status` tells it
            document.failed.append(error.as_document() | {"target": name})
            continue
        except BitoolsError as error:
            document.failed.append(naming_copies(run, name, error).as_document() | {"target": name})
            continue
        document.items.append(item)
        document.changed |= changes and not run.dry_run and item.get("removed") != 0
    return document


def repositories_of(run: Run, datasets: Sequence[Dataset]) -> list[str]:
    """The repositories of these data sets, each with its copies behind it."""
    firsts = dict.fromkeys(one.repository for one in datasets)
    return [name for first in firsts for name in (first, *copies_of(run, first))]
