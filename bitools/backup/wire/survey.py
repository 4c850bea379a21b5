"""A walk through a tree: how many files each folder holds, and which of them changed.

Times of modification can be set by anybody; what is changed is told by the time of the inode's change, which
only the kernel sets. Asking for it is most of the walk: where little changed, every fourth file of a folder
is asked, which is enough to see that a whole folder changed, or half of a type.
"""

from __future__ import annotations

import fnmatch
import heapq
import os
import random
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bitools import privilege
from bitools.backup.decisions.places import DEEP

_POOL = 20_000  # files that changed, of which some are looked at
_BIGGEST = 16
_WALKED = 5_000_000  # files; more are not walked through
_OF_A_KIND, _KINDS = 4, 400  # files of each type, and types, that a sample of all may miss
_ENDING = 12  # characters
_CACHE = "CACHEDIR.TAG"  # bford.info/cachedir: nobody misses what is in there
_PACKED = (".zip", ".gz", ".tgz", ".xz", ".bz2", ".zst", ".7z", ".rar", ".tar")


@dataclass(frozen=True, slots=True, order=True)
class File:
    """One that changed: its size, where it is, the folder that it is counted in, when it changed, how many
    it stands for.
    """

    size: int
    path: str
    folder: str
    changed: float
    stands_for: float = 1.0


@dataclass(slots=True)
class Survey:
    """What a walk found: how many files by folder, those below it too; some that `changed`, and how many did
    in all; the biggest of them; some of each type; packed files near the top.
    """

    roots: Sequence[str]
    files: Counter[str] = field(default_factory=Counter)
    bare: set[str] = field(default_factory=set)
    packed: list[str] = field(default_factory=list)
    changed: list[File] = field(default_factory=list)
    biggest: list[File] = field(default_factory=list)
    kinds: dict[str, list[File]] = field(default_factory=dict)
    count: float = 0.0

    def above(self, folder: str) -> Iterator[str]:
        """The folder itself and those that it lies in."""
        yield folder
        while folder not in self.roots and folder != (above := folder.rpartition("/")[0] or "/"):
            yield (folder := above)


@privilege.raised()
def survey(
    paths: Sequence[str],
    exclude: Sequence[str] = (),
    since: float | None = 0.0,
    *,
    every: int = 1,
    apart: Collection[str] = (),
) -> Survey:
    """Walk below these paths, as the one who may read it all, and note what changed since then (seconds);
    None: only count. Of `every` so many files one is asked; `apart` are folders that are not entered.
    """
    found, own, walked = Survey(tuple(paths)), Counter[str](), 0
    for folder, depth, files in _folders(paths, exclude, apart, found.bare):
        own[folder] += len(files)
        walked += len(files)
        if depth < DEEP:
            found.packed += [one.path for one in files if one.name.endswith(_PACKED)]
        if since is not None:
            _ask(found, folder, files, since, every if len(files) > every else 1)
        if walked >= _WALKED:
            break
    for path in paths:
        if since is not None and Path(path).is_file() and (status := _changed(path, since)):
            _note(found, File(status.st_size, path, path, status.st_ctime), rare=not since)
    for folder, count in own.items():
        for above in found.above(folder):
            found.files[above] += count
    return found


def ending(name: str) -> str:
    """A name's type: `.pdf`; the numbers that rotation gives are one type."""
    stem, _dot, suffix = name.rpartition("/")[2].rpartition(".")
    if not stem or not suffix:
        return ""
    if suffix.isdigit():
        return ".0"
    return f".{suffix.lower()}" if len(suffix) < _ENDING and suffix.isascii() else ""


def _folders(
    paths: Sequence[str], exclude: Sequence[str], apart: Collection[str], bare: set[str]
) -> Iterator[tuple[str, int, list[os.DirEntry[str]]]]:
    """Each folder's files, the one that they are counted in, and how deep that lies; those with nothing in
    them are noted.
    """
    waiting = [(path, path, 0) for path in paths]
    while waiting:
        place, folder, depth = waiting.pop()
        try:
            with os.scandir(place) as listing:
                entries = list(listing)
        except OSError:
            continue
        if not entries and place == folder:
            bare.add(folder)
        files, below = [], []
        for entry in entries:
            if exclude and _left_out(entry, exclude):
                continue
            if entry.is_dir(follow_symlinks=False):
                below.append(entry.path)
            elif entry.is_file(follow_symlinks=False):
                files.append(entry)
        if any(one.name == _CACHE for one in files):
            continue
        waiting += [(one, one if depth < DEEP else folder, depth + 1) for one in below if one not in apart]
        yield folder, depth, files


def _ask(found: Survey, folder: str, files: Sequence[os.DirEntry[str]], since: float, stride: int) -> None:
    """Which of a folder's files changed, of each so many one."""
    chosen = random.sample(files, -(-len(files) // stride)) if stride > 1 else files
    for one in chosen:
        if status := _changed(one, since):
            stands_for = len(files) / len(chosen)
            _note(found, File(status.st_size, one.path, folder, status.st_ctime, stands_for), rare=not since)


def _left_out(entry: os.DirEntry[str], exclude: Sequence[str]) -> bool:
    return any(fnmatch.fnmatch(entry.name, one) or fnmatch.fnmatch(entry.path, one) for one in exclude)


def _changed(file: os.DirEntry[str] | str, since: float) -> os.stat_result | None:
    """Of a file whose inode changed since then; None of any other."""
    try:
        status = os.lstat(file) if isinstance(file, str) else file.stat(follow_symlinks=False)
    except OSError:
        return None
    return status if status.st_ctime >= since else None


def _note(found: Survey, file: File, *, rare: bool) -> None:
    found.count += file.stands_for
    if len(found.changed) < _POOL:
        found.changed.append(file)
    elif (place := int(random.random() * found.count)) < _POOL:
        found.changed[place] = file
    if len(found.biggest) < _BIGGEST:
        heapq.heappush(found.biggest, file)
    elif file.size > found.biggest[0].size:
        heapq.heapreplace(found.biggest, file)
    if rare:
        kind = found.kinds.setdefault(ending(file.path), []) if len(found.kinds) < _KINDS else []
        if len(kind) < _OF_A_KIND:
            kind.append(file)
