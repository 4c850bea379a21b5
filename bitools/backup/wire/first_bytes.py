"""The first bytes of some files: do they look random, and are they what the files' names say?

Encrypted content is random and begins with no mark of a type. What is packed (pictures, archives, office
files) is nearly random too, but begins with its type's mark. Times of modification can be set by anybody;
what is changed is told by the time of the inode's change, which only the kernel sets.
"""

from __future__ import annotations

import fnmatch
import os
import random
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bitools import privilege
from bitools.backup.decisions.suspicion import Sample

_HEAD = 4096  # bytes
_LEAST = 256  # bytes; less says nothing
_LOOKS = 200  # files
_WALKED = 200_000  # files; more are not walked through for a sample
_UNIFORM = 420.0  # chi-square of 255 degrees of freedom: random bytes are at 255 ± 23, any text far above
_MARKS: dict[bytes, tuple[str, ...]] = {
    b"PK": (".zip", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".jar", ".apk", ".epub"),
    b"%PDF": (".pdf",),
    b"\xff\xd8\xff": (".jpg", ".jpeg"),
    b"\x89PNG": (".png",),
    b"GIF8": (".gif",),
    b"\xd0\xcf\x11\xe0": (".doc", ".xls", ".ppt", ".msi", ".msg"),
    b"\x1f\x8b": (".gz", ".tgz"),
    b"BZh": (".bz2",),
    b"\xfd7zXZ": (".xz",),
    b"7z\xbc\xaf": (".7z",),
    b"Rar!": (".rar",),
    b"\x28\xb5\x2f\xfd": (".zst",),
    b"RIFF": (".wav", ".avi", ".webp"),
    b"OggS": (".ogg",),
    b"ID3": (),
    b"\xff\xfb": (),
    b"fLaC": (".flac",),
    b"II*\x00": (),
    b"MM\x00*": (),
    b"AC10": (".dwg",),
    b"SQLite format 3": (".sqlite",),
    b"PGDMP": (".pgdump",),
    b"age-encryption.org": (".age",),
    b"\x7fELF": (),
    b"MZ": (".exe", ".dll"),
}
_BY_ENDING = {ending: mark for mark, endings in _MARKS.items() for ending in endings}


@privilege.raised()
def look(paths: Sequence[str], exclude: Sequence[str] = (), since: float = 0.0) -> Sample:
    """Look at some of the files below these paths, of those whose inode changed since then (seconds)."""
    chosen: list[str] = []
    for count, file in enumerate(_files(paths, exclude, since)):
        if len(chosen) < _LOOKS:
            chosen.append(file)
        elif (place := random.randrange(count + 1)) < _LOOKS:
            chosen[place] = file
    heads = [(file, head) for file in chosen if (head := _head(file)) is not None]
    return Sample(
        looked=len(heads),
        random=sum(_random(head) for _file, head in heads),
        foreign=sum(_foreign(file, head) for file, head in heads),
    )


def _files(paths: Sequence[str], exclude: Sequence[str], since: float) -> Iterator[str]:
    count = 0
    waiting = list(paths)
    while waiting and count < _WALKED:
        place = waiting.pop()
        try:
            entries = list(os.scandir(place)) if Path(place).is_dir() else []
        except OSError:
            continue
        for entry in entries:
            if any(fnmatch.fnmatch(entry.name, one) or fnmatch.fnmatch(entry.path, one) for one in exclude):
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            elif entry.is_file(follow_symlinks=False):
                count += 1
                if not since or _changed(entry, since):
                    yield entry.path


def _changed(entry: os.DirEntry[str], since: float) -> bool:
    try:
        return entry.stat(follow_symlinks=False).st_ctime >= since
    except OSError:
        return False


def _head(file: str) -> bytes | None:
    """The first bytes of an ordinary file; None if they say nothing, or cannot be read."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        head = os.read(descriptor, _HEAD)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return head if len(head) >= _LEAST else None


def _random(head: bytes) -> bool:
    """Are all bytes equally frequent, as chance has it, and no packed type's mark in front?"""
    if head.startswith(tuple(_MARKS)) or head[4:8] == b"ftyp":
        return False
    expected = len(head) / 256
    counts = Counter(head)
    return sum((counts[byte] - expected) ** 2 for byte in range(256)) / expected <= _UNIFORM


def _foreign(file: str, head: bytes) -> bool:
    """Does it not begin as files of this name's type do?"""
    mark = _BY_ENDING.get(Path(file).suffix.lower())
    return mark is not None and not head.startswith(mark)
