"""bitools' own history, documents and ledger: the state folder, without what must not be kept."""

from __future__ import annotations

from bitools.backup.sources import files
from bitools.backup.sources.paths import mounts, with_targets
from bitools.backup.sources.source import Proof, Restored, Scene, Source
from bitools.backup.wire.restic import escape
from bitools.inventory.backups import NetDataset
from bitools.ledger import acts

# first passwords; what only a living run needs; scratch; lines that must go when their time is over
_LEFT_OUT = ("slips", "locks", "scratch", "iplog")
_HALF_WRITTEN = ".*.????????"


def file_name(dataset: NetDataset) -> None:
    """Stored as files and folders."""


def dump(dataset: NetDataset, scene: Scene) -> Source:
    """The state folder. Nobody may write the history meanwhile: git writes objects before what refers to
    them, restic reads them in the other order.
    """
    folder = scene.run.state.folder
    options = [f"--exclude={escape(str(folder))}/{name}" for name in _LEFT_OUT]
    return Source(
        paths=with_targets([folder]),
        options=(*options, f"--exclude={_HALF_WRITTEN}"),
        mounts=mounts(dataset, [folder], scene),
        lock="net",
        act=acts.BACKUP_MAKE_NETWORK,
    )


def prove(dataset: NetDataset, restored: Restored) -> Proof:
    """As files are proven."""
    return files.prove(dataset, restored)
