"""Folders and files of this machine, byte for byte."""

from __future__ import annotations

import filecmp
import os
from pathlib import Path
from typing import TYPE_CHECKING

from bitools import privilege
from bitools.backup.sources.paths import mounts, suspicious, with_targets
from bitools.backup.sources.source import Restored, Scene, Source, broken
from bitools.backup.wire import answering, mounted
from bitools.i18n import _
from bitools.inventory.backups import Dataset, FilesDataset

if TYPE_CHECKING:
    from bitools.documents.backup import Proof


def file_name(dataset: FilesDataset) -> None:
    """Stored as files and folders."""


def dump(dataset: FilesDataset, scene: Scene) -> Source:
    """The paths, without what is excluded. Raise Rejected if one is not there, or the sentinel is not."""
    if dataset.sentinel:
        answering.prove(dataset.sentinel, dataset.silence)
    with privilege.raised():
        there = dataset.sentinel is None or os.path.lexists(dataset.sentinel)
    if dataset.sentinel and not there:
        raise suspicious(dataset, dataset.sentinel, _("the sentinel is not there"), "sentinel")
    options = tuple(f"--exclude={pattern}" for pattern in dataset.exclude)
    options += ("--exclude-caches",) if dataset.exclude_caches else ()
    options += ("--one-file-system",) if dataset.one_file_system else ()
    places = mounts(dataset, dataset.paths, scene)
    paths = with_targets(dataset.paths)
    inside = mounted.inside(paths)
    apart = inside.keys() - set(paths) if dataset.one_file_system else ()
    return Source(
        paths=paths,
        options=options,
        mounts=places,
        tolerated=dataset.vanished,
        looked_at=paths,
        left_out=tuple(dataset.exclude),
        apart=frozenset(apart),
        inside={one: what for one, what in inside.items() if one not in apart},
    )


def prove(dataset: Dataset, restored: Restored) -> Proof:
    """Restore all of it, and compare byte by byte what has not changed since with the living file."""
    restored.repository.restore(restored.snapshot, restored.folder)
    files = size = compared = 0
    for here, _folders, names in os.walk(restored.folder):
        for name in names:
            file = Path(here, name)
            status = file.lstat()
            files, size = files + 1, size + status.st_size
            living = Path("/", file.relative_to(restored.folder))
            if file.is_symlink() or not _unchanged(living, status):
                continue
            compared += 1
            if not filecmp.cmp(file, living, shallow=False):
                message = _("{path} came back different, although it has not changed since")
                raise broken(dataset, message.format(path=living))
    if not files:
        raise broken(dataset, _("restic says that all went well, but nothing was restored"))
    return {"kind": "files", "files": files, "bytes": size, "compared": compared}


def _unchanged(living: Path, status: os.stat_result) -> bool:
    try:
        now = living.lstat()
    except OSError:
        return False
    same = (now.st_size, now.st_mtime_ns, now.st_mode) == (status.st_size, status.st_mtime_ns, status.st_mode)
    return same and living.is_file()
