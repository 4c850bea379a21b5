"""A repository as a folder, by `restic mount` and FUSE, for as long as a block lasts.

FUSE lets nobody but the account that mounts look in, root neither; restic needs the rights of whoever the
repository belongs to. So where those are two, others are let in, past the modes of the stored files, and the
folder above keeps all but the reader out.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bitools import process
from bitools.backup.decisions.runs import SET
from bitools.backup.wire.producer import content
from bitools.backup.wire.restic import Repository
from bitools.backup.wire.restic_answers import Answer, interpret
from bitools.errors import Rejected
from bitools.i18n import _

_DEVICE = Path("/dev/fuse")
_START = 120.0  # seconds until restic has read its indexes
_LOOK = 0.2  # seconds


def require() -> None:
    """Raise Rejected if this machine cannot mount."""
    instead = _("without it: bitools backup find NAME, then bitools backup restore NAME --to DIR --path P")
    if not any(process.installed(program) for program in ("fusermount", "fusermount3")):
        hint = _("try: apt-get install {package}").format(package="fuse3") + "; " + instead
        raise Rejected(
            _("FUSE is not installed, and nothing can be mounted without it"), hint=hint, reason="missing"
        )
    if not _DEVICE.exists():
        message = _("this machine has no {device}: a container must be given it").format(device=_DEVICE)
        raise Rejected(message, hint=instead, reason="missing")


@contextmanager
def mounted(
    repository: Repository, folder: Path, datasets: Sequence[str], reader: int, zone: str
) -> Iterator[None]:
    """These data sets' snapshots below `folder`, by time in that zone and by id.

    Raise as `interpret` does.
    """
    folder.mkdir()
    words = ["mount", "--no-lock", *(f"--tag={SET}{name}" for name in datasets)]
    words += ["--path-template=snapshots/%T", "--path-template=ids/%i"]
    if reader != os.getuid():
        words += ["--allow-other", "--no-default-permissions"]
    with repository.begun([*words, str(folder)], TZ=zone) as (child, _said, complaints):
        try:
            _until_there(child, folder, repository, complaints)
            yield
        finally:
            _unmount(child, folder)


def _until_there(child: process.Child, folder: Path, repository: Repository, complaints: IO[bytes]) -> None:
    ends = time.monotonic() + _START
    while not folder.is_mount():
        if (code := process.waited(child, _LOOK)) is not None or time.monotonic() > ends:
            interpret(Answer(code or 1, b"", content(complaints)), repository.access.location)
            raise Rejected(_("restic ended and mounted nothing"), target=repository.name, reason="restic")


def wait(folders: Sequence[Path]) -> None:
    """Until we are interrupted, or all of them were unmounted by somebody else."""
    try:
        while any(folder.is_mount() for folder in folders):
            time.sleep(_LOOK)
    except KeyboardInterrupt:
        return


def _unmount(child: process.Child, folder: Path) -> None:
    """restic unmounts when it is told to end, unless somebody still stands in there."""
    process.interrupt(child, 3.0)
    if os.path.ismount(folder):
        program = "fusermount" if process.installed("fusermount") else "fusermount3"
        process.run([program, "-u", "-z", str(folder)], root=True)
    if not os.path.ismount(folder) and folder.is_dir():
        folder.rmdir()
