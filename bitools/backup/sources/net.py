"""bitools' own history, documents, ledger and inventory, without what must not be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING

from pydantic import BaseModel

from bitools.backup.sources import files
from bitools.backup.sources.paths import mounts, with_targets
from bitools.backup.sources.source import Restored, Scene, Source
from bitools.backup.wire.restic import escape
from bitools.credentials import Reference
from bitools.inventory.backups import NetDataset, kept_apart
from bitools.inventory.model import Inventory
from bitools.ledger import acts

if TYPE_CHECKING:
    from bitools.documents.backup import Proof

# first passwords; what only a living run needs; scratch; what is made anew from documents
_LEFT_OUT = ("slips", "locks", "scratch", "index")
_HALF_WRITTEN = ".*.????????"


def file_name(dataset: NetDataset) -> None:
    """Stored as files and folders."""


def dump(dataset: NetDataset, scene: Scene) -> Source:
    """The state folder and the inventory, without the keys that lie in it.

    Nobody may write the history meanwhile: git writes objects before what refers to them, restic reads them
    in the other order.
    """
    folder, inventory = scene.run.state.folder, scene.run.inventory
    options = [f"--exclude={escape(str(folder))}/{name}" for name in (*_LEFT_OUT, *kept_apart())]
    options += [f"--exclude={escape(str(file))}" for file in _secrets(inventory)]
    options += [f"--exclude={escape(one.location)}" for one in inventory.repositories.values()]
    paths = [folder, inventory.folder]
    return Source(
        paths=with_targets(paths),
        options=(*options, f"--exclude={_HALF_WRITTEN}"),
        mounts=mounts(dataset, paths, scene),
        lock="net",
        act=acts.BACKUP_MAKE_NETWORK,
    )


def prove(dataset: NetDataset, restored: Restored) -> Proof:
    """As files are proven."""
    return files.prove(dataset, restored)


def _secrets(inventory: Inventory) -> set[str]:
    """The files that hold secrets: no key lies in the repository that it opens, nor beside its hashes."""
    found: set[str] = set()
    waiting: list[object] = [getattr(inventory, part.name) for part in fields(inventory)]
    while waiting:
        match waiting.pop():
            case Reference(kind="file", place=place):
                found.add(place)
            case BaseModel() as part:
                waiting.extend(value for _name, value in part)
            case Mapping() as entries:
                waiting.extend(entries.values())
            case list() | tuple() as entries:
                waiting.extend(entries)
    return found
