"""A file that takes up room in a local repository, so that forgetting and pruning still work on a full disk.

restic cannot even lock a repository without a free byte, so nothing could make room there any more.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from bitools import privilege
from bitools.backup.wire.restic import Repository
from bitools.errors import Rejected
from bitools.i18n import _
from bitools.run import Run

NAME = "bitools.ballast"  # restic lists only the folders that it knows
_MIB = 1 << 20

Result = TypeVar("Result")


def despite_full_disk(run: Run, repository: Repository, work: Callable[[], Result]) -> Result:
    """Do what frees room; if there is none to do it in, let the ballast go first."""
    try:
        result = work()
    except Rejected as error:
        if error.reason != "full" or not release(repository):
            raise
        text = _("{name}: the disk is full; the ballast was let go to make room")
        repository.notes.append(text.format(name=repository.name))
        result = work()
    return result


@privilege.raised()
def release(repository: Repository) -> bool:
    """Give the room back; False if there was none held."""
    file = Path(repository.access.folder or "/nonexistent", NAME)
    if not file.exists():
        return False
    file.unlink()
    return True


@privilege.raised()
def take(run: Run, repository: Repository) -> None:
    """Hold the room that the inventory wants held, if the disk has three times as much."""
    size = run.inventory.repositories[repository.name].ballast * _MIB
    folder = Path(repository.access.folder or "/nonexistent")
    file = folder / NAME
    if run.dry_run or not folder.is_dir() or (size == 0 and not file.exists()):
        return
    if size == 0:
        file.unlink()
        return
    held = file.stat().st_size if file.exists() else 0
    free = os.statvfs(folder)
    if held == size or free.f_bavail * free.f_frsize < 3 * size:
        return
    with open(file, "wb") as out:
        os.posix_fallocate(out.fileno(), 0, size)
