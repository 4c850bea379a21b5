"""Following the files that servers write, through rotation, truncation and rewriting.

A file is known by its inode. One that shrank, or whose marks do not fit, was replaced: what it held is looked
for in the files beside it, where logrotate's `copytruncate` puts a copy, so that what was not read yet is
read there. A journal that a server rewrites (dhcpd.leases, Kea's CSV) is read anew, and of it only what was
not taken before. If a file that was still being written vanished with its end unread, that is a gap, and
told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bitools.iplog.decisions.formats import JOURNALS
from bitools.iplog.wire.files import LogFile, Seen, look, piece
from bitools.iplog.wire.frames import LARGEST, Record

_IDLE = 3600  # seconds without a line after which a file is not thought to be written any more
_LONGEST = 1 << 20  # bytes of a line; a longer one is cut
_HEADING = b"address,hwaddr,"  # of Kea's journal


class Follower:
    """One source's files. `cursor` is what the last taking left; give it back to go on.

    `now` is seconds since 1970; `day` names the day of such a time; `taken` gives the traces of what was
    taken of a journal before.
    """

    def __init__(
        self, pattern: Path, layout: str, cursor: dict[str, Any], now: float,
        day: Callable[[float], str], taken: Callable[[], set[bytes]],
    ) -> None:  # fmt: skip
        self.pattern = str(pattern)
        self.blocks = layout in JOURNALS
        self.seen = {inode: Seen.restored(stored) for inode, stored in cursor.items()}
        self.now, self.day, self.taken = now, day, taken

    def take(self) -> Iterator[Record]:
        """What is new: of files that go on, of copies and rotated ones, of files that began again."""
        found = look(self.pattern)
        whole = {one.inode for one in found if (seen := self.seen.get(one.inode)) and _goes_on(one, seen)}
        before = dict(self.seen)
        for one in found:
            if one.primary and one.inode in whole:
                yield from self._read(one, self.seen[one.inode])
        for one in found:
            if not one.primary:
                yield from self._rotated(one, whole)
        for one in found:
            if one.primary and one.inode not in whole:
                yield from self._begun(one, found)
        yield from self._vanished(before, found)

    def cursor(self) -> dict[str, Any]:
        """How far everything was read."""
        return {inode: asdict(seen) for inode, seen in self.seen.items()}

    def _rotated(self, one: LogFile, whole: set[str]) -> Iterator[Record]:
        """A file under another name, or a copy; a copy of a file that is still whole has nothing new."""
        seen = self.seen.get(one.inode)
        if seen is None or one.inode not in whole:
            seen = self.seen[one.inode] = self._recognised(one) or self._new(one)
            if seen.copy_of and seen.copy_of not in whole:
                seen.copy_of = ""
        if seen.copy_of:
            original = self.seen.get(seen.copy_of)
            if original is not None and seen.copy_of in whole:
                seen.offset = min(one.size, original.offset)
                seen.marks = [mark for mark in original.marks if mark[0] <= seen.offset][-1:]
                return
            seen.copy_of = ""
        yield from self._read(one, seen)

    def _begun(self, one: LogFile, found: list[LogFile]) -> Iterator[Record]:
        """A file at the living name that is new, or was replaced or truncated."""
        lost = self.seen.get(one.inode)
        kept = lost is None or any(other.inode != one.inode and _holds(other, lost) for other in found)
        if lost is not None and lost.active and not kept:
            yield self._gap(lost)
        seen = self._recognised(one) if lost is None else None
        seen = self.seen[one.inode] = seen or self._new(one)
        seen.copy_of = ""
        yield from self._read(one, seen)

    def _vanished(self, before: dict[str, Seen], found: list[LogFile]) -> Iterator[Record]:
        here = {one.inode for one in found}
        for inode, lost in before.items():
            if inode in here:
                continue
            del self.seen[inode]
            if lost.active and not any(_holds(other, lost) for other in found):
                yield self._gap(lost, inode)
            else:
                yield Record({"forget": inode, "lines": 0}, b"")

    def _recognised(self, one: LogFile) -> Seen | None:
        """How far this content was read under another inode: a copy, a file sent anew, one now compressed.

        At the living name only its own past counts: files of two days may begin alike.
        """
        known = [seen for seen in self.seen.values() if not one.primary or seen.path == str(one.path)]
        for seen in sorted(known, key=lambda other: -other.offset):
            for mark in reversed(seen.marks):
                if one.fits(mark):
                    return Seen(str(one.path), one.inode, mark[0], [mark], copy_of=seen.inode)
        return None

    def _new(self, one: LogFile) -> Seen:
        return Seen(str(one.path), one.inode, anew=self._journal(one))

    def _journal(self, one: LogFile) -> bool:
        return self.blocks or one.begins(_HEADING)

    def _read(self, one: LogFile, seen: Seen) -> Iterator[Record]:
        """The whole lines after the offset; a last one without its end once nobody writes to the file."""
        idle = self.now - one.written > _IDLE
        known = self.taken() if seen.anew else None
        seen.path, seen.looked, seen.active = str(one.path), self.now, not idle and one.primary
        try:
            file = one.open()
        except OSError:
            return
        with file:
            file.seek(seen.offset)
            rest = b""
            while read := piece(file, LARGEST):
                rest += read
                if end := _end(rest, self.blocks):
                    whole, rest = rest[:end], rest[end:]
                    yield self._record(one, seen, whole, known)
            if rest and idle and not one.primary and not self.blocks:
                yield self._record(one, seen, rest, known)
        seen.anew = False

    def _record(self, one: LogFile, seen: Seen, content: bytes, known: set[bytes] | None) -> Record:
        seen.advance(content)
        if known is not None:
            content = _unknown(content, known, self.blocks)
        if content and not content.endswith(b"\n") and len(content) < _LONGEST:
            content += b"\n"
        header = {"file": asdict(seen), "lines": content.count(b"\n"), "written": self.day(one.written)}
        return Record(header, content)

    def _gap(self, lost: Seen, inode: str = "") -> Record:
        header: dict[str, Any] = {"lines": 0, "gap": [lost.looked, self.now, lost.path]}
        return Record(header | ({"forget": inode} if inode else {}), b"")


def _goes_on(one: LogFile, seen: Seen) -> bool:
    """Is what was read still there, before what is new?"""
    if one.path.suffix != ".gz" and one.size < seen.offset:
        return False
    return not seen.marks or one.fits(seen.marks[-1])


def _holds(other: LogFile, lost: Seen) -> bool:
    """Does this file hold all that was read of the lost one?"""
    return bool(lost.marks) and other.fits(lost.marks[-1])


def _end(content: bytes, blocks: bool) -> int:
    """Where the last whole line, or the last whole block of a journal, ends."""
    if blocks:
        at = content.rfind(b"\n}\n")
        return at + 3 if at >= 0 else 0
    end = content.rfind(b"\n") + 1
    return end or (len(content) if len(content) > _LONGEST else 0)


def units(content: bytes, blocks: bool) -> list[bytes]:
    """The rows of a journal, or its blocks."""
    if blocks:
        return [part + b"\n}\n" for part in content.split(b"\n}\n") if part.strip()]
    return content.splitlines(keepends=True)


def trace(unit: bytes) -> bytes:
    """What stands for a row or a block that was taken."""
    return hashlib.blake2b(unit.strip(), digest_size=10).digest()


def _unknown(content: bytes, known: set[bytes], blocks: bool) -> bytes:
    fresh = []
    for unit in units(content, blocks):
        if (mark := trace(unit)) not in known:
            known.add(mark)
            fresh.append(unit)
    return b"".join(fresh)
