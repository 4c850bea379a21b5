"""What is mounted at and below the paths of a data set, and of what: a disk, a share, a folder of either."""

from __future__ import annotations

import os
from collections.abc import Iterable

from bitools import mounts

_PASSING = (
    "/dev",
    "/proc",
    "/sys",
    "/run",
    "/tmp",  # noqa: S108
    "/var/lib/docker",
    "/var/lib/containers",
    "/var/lib/kubelet",
)
_OF_PROGRAMS = (
    *("overlay", "squashfs", "nsfs", "proc", "sysfs", "autofs", "devpts", "devtmpfs", "ramfs", "cgroup"),
    *("fuse.restic", "fuse.gvfs", "fuse.snap", "fuse.portal"),
)


def inside(paths: Iterable[str]) -> dict[str, str]:
    """Mount point → what is mounted there, as `findmnt` writes it; a disk without its name, which another
    boot may change. What programs mount for themselves is left out.
    """
    roots = [os.path.normpath(one) for one in paths]
    return {
        point: what
        for point, kind, what in mounts.described()
        if not kind.startswith(_OF_PROGRAMS) or (kind == "overlay" and not what.endswith("[/]"))
        if point != "/" and any(_meets(point, root) for root in roots)
    }


def _meets(point: str, root: str) -> bool:
    """Is it mounted below this path, or at it? Not what passes below it."""
    if point == root:
        return True
    if any(point == one or point.startswith(one + "/") for one in _PASSING if not root.startswith(one)):
        return False
    return point.startswith(root.rstrip("/") + "/")
