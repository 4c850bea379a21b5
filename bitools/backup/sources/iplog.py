"""The IP-distribution log: sealed days, their seals and what is not sealed yet; the index can be made anew.

The inventory sees to it that no tier keeps it for long: a backup that outlived the retention would keep what
the law wants gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bitools.backup.sources import files
from bitools.backup.sources.paths import mounts, with_targets
from bitools.backup.sources.source import Restored, Scene, Source
from bitools.backup.wire.restic import escape
from bitools.errors import Rejected
from bitools.i18n import _
from bitools.inventory.backups import IpLogDataset
from bitools.ledger import acts

if TYPE_CHECKING:
    from bitools.documents.backup import Proof

_HALF_WRITTEN = ".*.????????"


def file_name(dataset: IpLogDataset) -> None:
    """Stored as files and folders."""


def dump(dataset: IpLogDataset, scene: Scene) -> Source:
    """The folder of the log; nobody seals meanwhile. Raise Rejected if nothing was ever taken."""
    folder = scene.run.state.folder / "iplog"
    if not folder.is_dir():
        text = _("{folder}: nothing of the IP-distribution log is here").format(folder=folder)
        raise Rejected(text, target=dataset.name, hint="bitools iplog ingest", reason="missing")
    return Source(
        paths=with_targets([folder]),
        options=(f"--exclude={escape(str(folder))}/index", f"--exclude={_HALF_WRITTEN}"),
        mounts=mounts(dataset, [folder], scene),
        lock="iplog",
        act=acts.BACKUP_MAKE,
    )


def prove(dataset: IpLogDataset, restored: Restored) -> Proof:
    """As files are proven."""
    return files.prove(dataset, restored)
