"""A file that a server writes, how far it was read, and how it is known again under another name.

What was read is remembered by marks: an offset and a hash of what stood right before it.
"""

from __future__ import annotations

import glob
import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeAlias, cast

_BEFORE = 1024  # bytes before an offset that are hashed
_MARKS = 8
_PARTS = (".output", ".completed", ".pid", ".lock", ".tmp", ".swp")  # Kea's clean-up at work, and others'

Mark: TypeAlias = tuple[int, int, str]  # offset, how many bytes before it are hashed, their hash


@dataclass(slots=True)
class Seen:
    """How far a file was read.

    `active`: it was still being written when it was `looked` at (seconds since 1970). `anew`: a journal that
    is being read from its beginning once more. `copy_of`: the file that this one copies and that is still
    whole.
    """

    path: str
    inode: str
    offset: int = 0
    marks: list[Mark] = field(default_factory=list)
    active: bool = True
    looked: float = 0.0
    anew: bool = False
    copy_of: str = ""

    def advance(self, content: bytes) -> None:
        """This was read."""
        self.offset += len(content)
        tail = content[-_BEFORE:]
        mark = self.offset, len(tail), _hash(tail)
        self.marks = [*self.marks[-(_MARKS - 1) :], mark]

    @classmethod
    def restored(cls, stored: dict[str, Any]) -> Seen:
        """From JSON."""
        marks: list[Mark] = [(mark[0], mark[1], mark[2]) for mark in stored["marks"]]
        return cls(**{**stored, "marks": marks})


@dataclass(frozen=True, slots=True)
class LogFile:
    """A file as it is now. `primary`: it has the name that the server writes to."""

    path: Path
    inode: str
    size: int
    written: float
    primary: bool

    def open(self) -> IO[bytes]:
        """Its content, decompressed if need be."""
        packed = self.path.suffix == ".gz"
        return cast(IO[bytes], gzip.open(self.path, "rb") if packed else open(self.path, "rb"))

    def fits(self, mark: Mark) -> bool:
        """Does the marked content stand before the offset here?"""
        offset, length, wanted = mark
        if self.path.suffix != ".gz" and self.size < offset:
            return False
        try:
            with self.open() as file:
                file.seek(offset - length)
                there = file.read(length)
        except (OSError, EOFError):
            return False
        return len(there) == length and _hash(there) == wanted

    def begins(self, words: bytes) -> bool:
        """Are these its first bytes?"""
        try:
            with self.open() as file:
                return file.read(len(words)) == words
        except (OSError, EOFError):
            return False


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def look(pattern: str) -> list[LogFile]:
    """The files of that name or pattern and what rotation made of them, the oldest first, the living last."""
    return sorted(_all(pattern), key=lambda one: (one.primary, one.written))


def _all(pattern: str) -> Iterator[LogFile]:
    primary = set(glob.glob(pattern) if glob.has_magic(pattern) else [pattern])  # noqa: PTH207  # a pattern
    begin = pattern if glob.has_magic(pattern) else glob.escape(pattern)
    beside = {name for end in (".*", "-*", "~") for name in glob.glob(begin + end)}  # noqa: PTH207
    for name in primary | beside:
        if name.endswith(_PARTS):
            continue
        try:
            told = Path(name).stat()
        except OSError:
            continue
        if Path(name).is_file():
            inode = f"{told.st_dev}:{told.st_ino}"
            yield LogFile(Path(name), inode, told.st_size, told.st_mtime, name in primary)


def piece(file: IO[bytes], size: int) -> bytes:
    """The next bytes; none where a compressed file is not whole yet."""
    try:
        return file.read(size)
    except (OSError, EOFError):
        return b""
