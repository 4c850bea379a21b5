"""Lines as zstd frames (RFC 8878): sealed ones, and the journal that a day is taken into.

A day's file is a row of records, each a skippable frame (RFC 8878 §3.1.2) that says what follows and how far
its source file had been read, then one frame of lines. One file, so that lines and position can never
disagree; and `zstd -dc` reads it. A record that a crash cut short is cut off: its lines are still in the file
they came from.

Until it is sealed, each record holds the SHA-256 of its frame, and a link: the SHA-256 of the link before it
and of what it says itself. The last link is kept with the cursor (`verbs/unsealed.py`), so that a bit that
flips, a record that is taken out, or an end that is cut off is found before anything is believed of it.
"""

from __future__ import annotations

import json
import os
import struct
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import zstandard

from bitools.errors import IntegrityBroken
from bitools.i18n import _
from bitools.iplog.decisions.manifest import Frame, digest
from bitools.state import roomy

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

LINE, BLOCK = b"\n", b"\n}\n"  # a block of a journal is proven by one frame alone
LARGEST = 262_144  # bytes of lines in a frame
_SKIP = 0x184D2A50
_HEAD = struct.Struct("<II")
_LINK = "link"
_MARK = len(', "": "') + len(_LINK)  # bytes between a record's words and its link
_fit = zstandard.ZstdCompressionParameters.from_level
_FAST = _fit(3, source_size=LARGEST)  # while taking, and sealed lines of firewalls
# Sealed lines of DHCP servers, kept for two years. A hardware address is found again whole or not at all: a
# shortest match of six bytes is both smaller and faster than what level 19 takes.
_SMALL = _fit(
    19, source_size=LARGEST, strategy=zstandard.STRATEGY_BTULTRA, min_match=6, search_log=7, target_length=256
)
_AT_ONCE = 2  # frames that are packed side by side
_FAST_FROM = 32 * 1024 * 1024  # bytes a day and source from which speed counts


class Record(NamedTuple):
    """What a taking left: how far a file is read, its day, lines, a lost stretch."""

    header: dict[str, Any]
    content: bytes

    @property
    def lines(self) -> int:
        """How many lines it holds."""
        return int(self.header["lines"])


@dataclass(slots=True)
class Journal:
    """The file that a source's lines of one day are taken into.

    `size`: bytes of whole records, as far as each follows the one before; `links`: after which byte which
    link stands, the last of them `link`.
    """

    path: Path
    size: int = 0
    links: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for length, header, _at in _records(self.path):
            self.size += length
            self.links[self.size] = header.get(_LINK, "")

    @property
    def link(self) -> str:
        """The last link; empty before the first record."""
        return self.links.get(self.size, "")

    def mend(self) -> None:
        """Cut off what a crash left half written."""
        if self.path.exists() and self.path.stat().st_size > self.size:
            os.truncate(self.path, self.size)

    def append(self, records: Iterable[Record]) -> None:
        """Add records; they are on the disk when this returns. Raise Rejected on a full disk."""
        compressor, link = zstandard.ZstdCompressor(compression_params=_FAST), self.link
        with roomy(self.path), open(self.path, "ab") as file:
            os.fchmod(file.fileno(), 0o640)
            for header, content in records:
                packed = compressor.compress(content) if content else b""
                lengths = {"size": len(packed), "length": len(content), "sha256": digest(packed)}
                head_text = _linked(json.dumps({**header, **lengths}).encode(), link)
                whole = _HEAD.pack(_SKIP, len(head_text)) + head_text + packed
                try:
                    file.write(whole)
                    file.flush()
                except OSError:
                    os.truncate(self.path, self.size)  # half a record would hide what comes after it
                    raise
                self.size += len(whole)
                link = self.links[self.size] = _link_of(head_text)
            os.fsync(file.fileno())

    def records(self, skip: int = 0) -> Iterator[Record]:
        """The records from that byte on, proven. Raise IntegrityBroken if one is not as it was taken."""
        for record in self.readable(skip):
            if isinstance(record, IntegrityBroken):
                raise record
            yield record

    def readable(self, skip: int = 0) -> Iterator[Record | IntegrityBroken]:
        """The same; in the place of what is not as it was taken stands what is to be said of it."""
        if not self.path.exists():
            return
        expand = zstandard.ZstdDecompressor()
        with open(self.path, "rb") as file:
            for _length, header, at in _records(self.path, skip, self.links.get(skip, "")):
                file.seek(at)
                packed = file.read(header["size"])
                try:
                    if header.get("sha256", digest(packed)) != digest(packed):
                        raise zstandard.ZstdError(header["sha256"])
                    yield Record(header, expand.decompress(packed, header["length"]) if packed else b"")
                except (zstandard.ZstdError, MemoryError) as error:
                    yield changed(self.path, error)

    @property
    def whole(self) -> bool:
        """Is each frame the one that was taken, as far as the records reach? None is unpacked for it."""
        if not self.path.exists():
            return True
        with open(self.path, "rb") as file:
            for _length, header, at in _records(self.path):
                file.seek(at)
                if "sha256" in header and header["sha256"] != digest(file.read(header["size"])):
                    return False
        return True

    def before(self, until: int) -> tuple[int, int]:
        """Where the last record with lines begins that ends by that byte; how many lines are before it."""
        found, begin, lines = (0, 0), 0, 0
        for end, header in self.headers():
            if end > until:
                break
            if header["lines"]:
                found = begin, lines
            begin, lines = end, lines + header["lines"]
        return found

    def headers(self, skip: int = 0) -> Iterator[tuple[int, dict[str, Any]]]:
        """What each record says of itself, with the byte it ends at."""
        at = skip
        for length, header, _content in _records(self.path, skip, self.links.get(skip, "")):
            at += length
            yield at, header


def changed(path: Path, cause: BaseException | None = None) -> IntegrityBroken:
    """Lines of an open segment are gone, or not as they were taken."""
    text = _("{file}: lines that are not sealed yet were altered or are gone").format(file=path)
    return IntegrityBroken(text, hint=_("see: bitools iplog verify"), reason="open", cause=cause)


def _linked(head_text: bytes, link: str) -> bytes:
    """What a record says of itself, with the link that binds it to the record before."""
    return head_text[:-1] + b', "%s": "%s"}' % (_LINK.encode(), digest(link.encode() + head_text).encode())


def _link_of(head_text: bytes) -> str:
    return head_text[-66:-2].decode("ascii", "replace")


def _follows(head_text: bytes, link: str) -> bool:
    """Is it bound to this link? A record of a version that wrote none follows nothing but its like."""
    if head_text[-66 - _MARK : -66] != b', "%s": "' % _LINK.encode():
        return not link
    return _linked(head_text[: -66 - _MARK] + b"}", link) == head_text


def _records(path: Path, skip: int = 0, link: str = "") -> Iterator[tuple[int, dict[str, Any], int]]:
    """Length, header and place of the content of every whole record; `link`: that of the one before."""
    if not path.exists():
        return
    with open(path, "rb") as file:
        end = os.fstat(file.fileno()).st_size
        at = skip
        while True:
            file.seek(at)
            head = file.read(_HEAD.size)
            if len(head) < _HEAD.size:
                return
            magic, header_size = _HEAD.unpack(head)
            if magic != _SKIP or at + _HEAD.size + header_size > end:
                return
            try:
                said = file.read(header_size)
                header = json.loads(said) if _follows(said, link) else {}
                content = at + _HEAD.size + header_size
                length = _HEAD.size + header_size + header["size"]
            except (ValueError, KeyError, TypeError):
                return
            if at + length > end:
                return
            yield length, header, content
            at, link = at + length, header.get(_LINK, "")


def cut(pieces: Iterable[tuple[str, bytes]], ends: bytes = LINE) -> Iterator[tuple[str, bytes]]:
    """Lines regrouped into frames of at most LARGEST bytes, cut at line ends; a frame is of one day.

    `ends`: the end of what belongs together, a LINE or a BLOCK. A single line that is longer has a frame of
    its own; a block that is longer is cut at a line's end.
    """
    held, day = bytearray(), ""
    for written, content in pieces:
        if held and written != day:
            yield from _whole(day, bytes(held))
            held.clear()
        day = written
        held += content
        while len(held) > LARGEST:
            at = _behind(held.rfind(ends, 0, LARGEST), ends)
            at = at or held.rfind(LINE, 0, LARGEST) + 1 or held.find(LINE) + 1 or len(held)
            yield day, bytes(held[:at])
            del held[:at]
    if held:
        yield from _whole(day, bytes(held))


def _behind(found: int, ends: bytes) -> int:
    return found + len(ends) if found >= 0 else 0


def _whole(day: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    yield day, content


def seal(
    source: str, pieces: Iterable[tuple[str, bytes]], target: Path, size: int, ends: bytes = LINE
) -> Iterator[Frame]:
    """Write the sealed segment of a source and tell its frames; `size` is about how many bytes there are."""
    from concurrent.futures import ThreadPoolExecutor  # not at the top: who asks seals nothing

    fitting, at = _SMALL if size < _FAST_FROM else _FAST, 0
    with roomy(target), open(target, "wb") as file, ThreadPoolExecutor(_AT_ONCE) as pool:
        os.fchmod(file.fileno(), 0o440)
        for written, content, packed in _packed(cut(pieces, ends), fitting, pool):
            file.write(packed)
            lines = content.count(b"\n") + (not content.endswith(b"\n"))
            yield Frame(digest(content), source, at, len(packed), len(content), lines, written)
            at += len(packed)
        file.flush()
        os.fsync(file.fileno())


def _packed(
    pieces: Iterable[tuple[str, bytes]],
    fitting: zstandard.ZstdCompressionParameters,
    pool: ThreadPoolExecutor,
) -> Iterator[tuple[str, bytes, bytes]]:
    """Day, lines and frame of each piece, in order; a few are packed at a time, which is most of the work."""

    def pack(content: bytes) -> bytes:
        return zstandard.ZstdCompressor(compression_params=fitting).compress(content)

    waiting: deque[tuple[str, bytes, Future[bytes]]] = deque()
    for written, content in pieces:
        waiting.append((written, content, pool.submit(pack, content)))
        if len(waiting) > _AT_ONCE:
            day, lines, frame = waiting.popleft()
            yield day, lines, frame.result()
    for day, lines, frame in waiting:
        yield day, lines, frame.result()


def content(path: Path, frame: Frame) -> bytes:
    """The lines of one sealed frame, proven. Raise IntegrityBroken if they are not those that were sealed."""
    try:
        with open(path, "rb") as file:
            file.seek(frame.offset)
            packed = file.read(frame.size)
        lines = zstandard.ZstdDecompressor().decompress(packed, frame.length)
    except (OSError, zstandard.ZstdError, MemoryError) as error:
        raise _altered(path, error) from error
    if digest(lines) != frame.sha256:
        raise _altered(path, None)
    return lines


def _altered(path: Path, cause: BaseException | None) -> IntegrityBroken:
    text = _("{file}: these are not the lines that were sealed").format(file=path)
    return IntegrityBroken(text, hint=_("see: bitools iplog verify"), reason="frame", cause=cause)
