"""The ledger's files: `ledger.jsonl`, and for each year or each 64 MB before it a `ledger-NUMBER.jsonl`.

NUMBER is that of a file's last entry. The chain goes on across files: the first entry of one holds the hash
of the last entry of the one before. Writers take turns by flock on `ledger.jsonl`; a file is only renamed by
who holds that lock, so everybody looks whether the file that was locked still has its name.
"""

from __future__ import annotations

import errno
import fcntl
import os
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

from bitools.errors import InventoryInvalid, Locked
from bitools.i18n import _, system_words
from bitools.ledger import chain
from bitools.ledger.chain import ENTRY, End, Piece
from bitools.state import locked, open_shared, sync_folder

LARGEST = 64_000_000  # bytes of one file; a hundred thousand entries and more
PATIENCE = 60.0  # seconds to wait for others' entries; each takes milliseconds
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_TAIL = 4_096  # bytes read back to find the last entry, to begin with


class Pen:
    """Writes at the end of the chain. One descriptor for all entries of a run."""

    def __init__(self, path: Path) -> None:
        self._path, self._name = path, str(path)
        self._descriptor = -1
        self._close: weakref.finalize[[int], Pen] | None = None
        self._end: End | None = None  # what is known of the file as we left it

    def append(self, make: Callable[[End, str], tuple[bytes, str]]) -> int:
        """Hold the end of the chain, make the next entry of it, write it to the disk; give its number.

        `make` gives the line and its hash, for an end and a time. Raise OSError.
        """
        while True:
            descriptor = self._opened()
            _hold(descriptor, self._path, fcntl.LOCK_EX)
            now = chain.clock()
            year = int(now[:4])
            try:
                if (end := self._where_it_ends(descriptor, year)) is None:
                    continue
                line, head = make(end, now)
                self._write(descriptor, line, end.size)
                self._end = End(end.number + 1, head, end.size + len(line), year)
                return end.number + 1
            finally:
                if self._descriptor == descriptor:
                    fcntl.flock(descriptor, fcntl.LOCK_UN)

    def _where_it_ends(self, descriptor: int, year: int) -> End | None:
        """The end of the chain; None if it is in another file by now."""
        now = os.fstat(descriptor)
        if not self._has_its_name(now):
            self._forget()
            return None
        end = self._end
        if end is None or now.st_size != end.size:
            end = _last(descriptor)
        if end.size and (end.size > LARGEST or end.year != year):
            self._turn_page(end)
            return None
        return end if end.size else _before(self._path.parent)

    def _write(self, descriptor: int, line: bytes, size: int) -> None:
        self._end = None
        if (written := os.write(descriptor, line)) != len(line):
            os.ftruncate(descriptor, os.fstat(descriptor).st_size - written)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(descriptor)
        if not size:
            sync_folder(self._path.parent)

    def _opened(self) -> int:
        if self._descriptor < 0:
            self._descriptor = open_shared(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
            self._close = weakref.finalize(self, os.close, self._descriptor)
        return self._descriptor

    def _has_its_name(self, now: os.stat_result) -> bool:
        """Is the file we have open still the one with the name? Another writer may have turned the page."""
        try:
            there = os.stat(self._name)  # noqa: PTH116 - a Path would take three times as long
        except FileNotFoundError:
            return False
        return there.st_ino == now.st_ino

    def _forget(self) -> None:
        """Close the file; the lock goes with it."""
        self._descriptor, self._end = -1, None
        if self._close:
            self._close()

    def _turn_page(self, end: End) -> None:
        """Put the full file aside; the next entry begins a new one with this one's head."""
        self._path.rename(self._path.with_name(f"{self._path.stem}-{end.number:010}.jsonl"))
        sync_folder(self._path.parent)
        self._forget()


def read(folder: Path) -> Iterator[Piece]:
    """Every file of the chain, the oldest first, without making the folder: an auditor may only read.

    Raise InventoryInvalid if one cannot be read.
    """
    path = folder / "ledger.jsonl"
    try:
        older, current, size = _now(folder, path)
    except OSError as error:
        raise _unreadable(path, error) from error
    for page in older:
        yield Piece(page, _lines(page, -1, -1))
    if current >= 0:
        yield Piece(path, _lines(path, current, size))


def _now(folder: Path, path: Path) -> tuple[list[Path], int, int]:
    """The older files, the current one (open; -1 if there is none) and its size, all of one moment."""
    while True:
        try:
            descriptor = os.open(path, _READ)
        except FileNotFoundError:
            return _older(folder), -1, 0
        _hold(descriptor, path, fcntl.LOCK_SH)
        older, size = _older(folder), os.fstat(descriptor).st_size
        try:
            same = path.stat().st_ino == os.fstat(descriptor).st_ino
        except FileNotFoundError:
            same = False
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        if same:
            return older, descriptor, size
        os.close(descriptor)


def _older(folder: Path) -> list[Path]:
    return sorted(folder.glob("ledger-*.jsonl"))


def _lines(path: Path, descriptor: int, size: int) -> Iterator[bytes]:
    """The lines of a file, or of its first `size` bytes."""
    try:
        with open(descriptor if descriptor >= 0 else os.open(path, _READ), "rb") as file:
            left = size if descriptor >= 0 else os.fstat(file.fileno()).st_size
            while left > 0 and (line := file.readline()):
                left -= len(line)
                yield line
    except OSError as error:
        raise _unreadable(path, error) from error


def _hold(descriptor: int, path: Path, how: int) -> None:
    """Raise Locked if another holds the file longer than anybody writes."""
    if not locked(descriptor, PATIENCE, how):
        message = _("{file}: another process has held it for {seconds:.0f} s")
        hint = _("nothing is changed that cannot be recorded; see who: fuser -v {file}").format(file=path)
        raise Locked(message.format(file=path, seconds=PATIENCE), hint=hint, reason="ledger")


def _unreadable(path: Path, error: OSError) -> InventoryInvalid:
    message = _("the ledger {file} cannot be read: {why}").format(file=path, why=system_words(error))
    other = error.errno in (errno.EISDIR, errno.ENOTDIR, errno.ELOOP)  # it is no file any more
    return InventoryInvalid(message, reason="link" if other else "", cause=error)


def _last(descriptor: int) -> End:
    """The last entry that can be read, and the size of the whole; a torn last line (a crash in mid-write) is
    cut off: its writer never returned, so nobody was told that it had been recorded.

    A whole line that is no entry is somebody's work, and evidence: it stays where it is, every run finds it,
    and the next entry follows the last one that can be read, for work must go on and be recorded.
    """
    end = os.fstat(descriptor).st_size
    size = min(_TAIL, end)
    while True:
        tail = os.pread(descriptor, size, end - size)
        lines = tail.splitlines(keepends=True)
        torn = len(lines[-1]) if lines and not lines[-1].endswith(b"\n") else 0
        whole = lines[1 if size < end else 0 : len(lines) - bool(torn)]  # the first may be half of one
        found = next((one for line in reversed(whole) if (one := ENTRY.fullmatch(line))), None)
        if found or size == end:
            break
        size = min(size * 16, end)  # look further back
    if torn:
        os.ftruncate(descriptor, end - torn)
    if not found:
        return End(size=end - torn)
    return End(int(found[1]), found[3].decode(), end - torn, int(found[2]))


def _before(folder: Path) -> End:
    """What the first entry of a new file continues."""
    if not (older := _older(folder)):
        return End()
    descriptor = os.open(older[-1], os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        last = _last(descriptor)
    finally:
        os.close(descriptor)
    return End(last.number, last.head)
