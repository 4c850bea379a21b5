"""What is mounted where, by the kernel's own list (proc(5)): nothing is looked into.

Whoever looks into what is mounted over a network, or by a program, waits for as long as that gives no answer,
in the kernel, where no time limit reaches.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

_LIST = Path("/proc/self/mountinfo")
_ELSEWHERE = ("nfs", "cifs", "smb", "fuse", "9p", "ceph", "gluster", "afs", "autofs", "ncpfs", "lustre")
_OCTAL = re.compile(r"\\([0-7]{3})")
_LINKS = 40  # that lead to one another, as the kernel counts

Mounts = list[tuple[Path, bool]]  # where, and is it from elsewhere


def is_elsewhere(path: Path, mounted: Mounts | None = None) -> bool:
    """Does it lie on what is mounted over a network, or by a program? By its name: no link is followed."""
    return _under(path, mounts() if mounted is None else mounted)[1]


def point(path: Path, mounted: Mounts) -> Path:
    """Where that is mounted in which it lies."""
    return _under(path, mounted)[0]


def _under(path: Path, mounted: Mounts) -> tuple[Path, bool]:
    best = (Path("/"), False)
    for place, far in mounted:
        # The last of several at one place counts.
        if len(place.parts) >= len(best[0].parts) and path.is_relative_to(place):
            best = (place, far)
    return best


def resolved(path: str, mounted: Mounts | None = None) -> str:
    """Where its links lead, as `realpath`; what is mounted from elsewhere is not asked, and stays."""
    mounted = mounts() if mounted is None else mounted
    if not any(far for _point, far in mounted):
        return os.path.realpath(path)
    here, rest, links = Path("/"), list(Path(path).absolute().parts[1:]), 0
    while rest:
        word = rest.pop(0)
        here = here.parent if word == ".." else here / word
        if is_elsewhere(here, mounted):
            break
        try:
            led = here.readlink()
        except OSError:
            continue
        links += 1
        if links > _LINKS:
            break
        here = Path("/") if led.is_absolute() else here.parent
        rest = [one for one in led.parts if one != "/"] + rest
    return os.path.normpath(here.joinpath(*rest))


def mounts() -> Mounts:
    """All of them, as they are now."""
    return [(Path(point), kind.startswith(_ELSEWHERE)) for point, kind, _what in described()]


def described() -> list[tuple[str, str, str]]:
    """Of each the mount point, the kind of file system, and what of it is mounted: `nas:/birimler[/2026]`; a
    disk by its kind alone, for its name may be another after the next boot.
    """
    found = []
    for line in _LIST.read_text(errors="replace").splitlines():
        words, _dash, behind = line.partition(" - ")
        root, point = (_plain(one) for one in words.split()[3:5])
        kind, source = (_plain(one) for one in behind.split()[:2])
        found.append((point, kind, f"{kind if source.startswith('/dev/') else source}[{root}]"))
    return found


def _plain(word: str) -> str:
    return _OCTAL.sub(lambda one: chr(int(one[1], 8)), word)
