"""Does what is mounted from elsewhere still answer? A dead file server blocks whoever looks into it.

It is asked by a program of its own, which can be ended; this process would hang in the kernel, with all that
was to come after. What lies on a disk of this machine is not asked, and costs nothing.
"""

from __future__ import annotations

from pathlib import Path

from bitools import mounts, process
from bitools.errors import Unreachable
from bitools.i18n import _

REPOSITORY = 60.0  # seconds


def prove(path: Path, patience: float) -> None:
    """Raise Unreachable if it gives no answer within so many seconds."""
    mounted = mounts.mounts()
    if not mounts.is_elsewhere(Path(mounts.resolved(str(path), mounted)), mounted):
        return
    try:
        process.run(["stat", "-L", "--", str(path)], timeout=patience, root=True)
    except Unreachable as error:
        message = _("{path}: what is mounted there gives no answer for {seconds:.0f} s")
        hint = _("is its server up? look: findmnt -T {path}")
        raise Unreachable(
            message.format(path=path, seconds=patience), hint=hint.format(path=path), reason="silent"
        ) from error
