"""`backup mount`: look into every snapshot as into folders, for as long as the command runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from bitools.backup.verbs.history import histories
from bitools.backup.wire import mounting
from bitools.backup.wire.restic import Repository
from bitools.documents.backup_admin import MountItem
from bitools.errors import Refused
from bitools.i18n import _
from bitools.inventory.backups import Dataset
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document


def mount(
    run: Run,
    datasets: Sequence[Dataset],
    target: Path,
    *,
    reader: int,
    source: str = "",
    ready: Callable[[Document[MountItem]], None],
) -> Document[MountItem]:
    """Show the snapshots of these data sets below `target`, a folder a repository, until we are interrupted.

    `reader` is the number of the account that will look: the folder becomes its own, nobody else comes in,
    and it may read every file whoever that belonged to. `ready` is called once all can be read. No lock is
    taken: backups go on. `source` names a copy to look into.

    Raise Refused if the folder is not empty, Rejected if this machine has no FUSE or restic cannot mount.
    """
    mounting.require()
    document: Document[MountItem] = run.document("bitools.backup.mount/1")
    target = target.absolute()
    _make_own(target, reader)
    opened: dict[str, Repository] = {}
    members: dict[str, list[str]] = {}
    for history in histories(run, datasets, document, source):
        opened[history.repository.name] = history.repository
        members.setdefault(history.repository.name, []).append(history.dataset.name)
    for name, datasets_in in members.items():
        folder = str(target / name)
        document.items.append({"target": name, "repository": name, "folder": folder, "datasets": datasets_in})
    with ExitStack() as stack:
        for item in document.items:
            before = {"folder": item["folder"], "datasets": item["datasets"], "reader": reader}
            entry = stack.enter_context(
                run.ledger.intent(acts.BACKUP_MOUNT, item["repository"], before=before)
            )
            repository, place = opened[item["repository"]], Path(item["folder"])
            zone = run.inventory.settings.zone.key
            stack.enter_context(mounting.mounted(repository, place, item["datasets"], reader, zone))
            entry.done({"folder": item["folder"]})
        if document.items:
            ready(document)
            mounting.wait([Path(item["folder"]) for item in document.items])
    return document


def _make_own(target: Path, reader: int) -> None:
    """A folder that the reader alone may enter. Raise Refused if there is something in it."""
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(target.iterdir()):
        raise Refused(
            _("{folder} is not empty").format(folder=target),
            hint=_("name an empty folder, or one that is made"),
            reason="not_empty",
        )
    target.chmod(0o700)
    os.chown(target, reader, -1)
