"""Lines as zstd frames (RFC 8878): sealed ones, and the journal that a day is taken into.

A day's file is a row of records, each a skippable frame (RFC 8878 §3.1.2) that says what follows and how far
its source file had been read, then one frame of lines. One file, so that lines and position can never
disagree; and `zstd -dc` reads it. A record that a crash cut short is cut off: its lines are still in the file
they came from.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import zstandard

from bitools.errors import IntegrityBroken
from bitools.i18n import _
from bitools.iplog.decisions.manifest import Frame, digest
from bitools.state import roomy

LARGEST = 262_144  # bytes of lines in a frame
_SKIP = 0x184D2A50
_HEAD = struct.Struct("<II")
_fit = zstandard.ZstdCompressionParameters.from_level
_FAST = _fit(3, source_size=LARGEST)  # while taking, and sealed lines of firewalls
# Sealed lines of DHCP servers, kept for two years. A hardware address is found again whole or not at all: a
# shortest match of six bytes is both smaller and faster than what level 19 takes.
_SMALL = _fit(
    19, source_size=LARGEST, strategy=zstandard.STRATEGY_BTULTRA, min_match=6, search_log=7, target_length=256
)
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
    """The file that a source's lines of one day are taken into. `size`: bytes of whole records."""

    path: Path
    size: int = 0

    def __post_init__(self) -> None:
        self.size = sum(length for length, _header, _at in _records(self.path))

    def mend(self) -> None:
        """Cut off what a crash left half written."""
        if self.path.exists() and self.path.stat().st_size > self.size:
            os.truncate(self.path, self.size)

    def append(self, records: Iterable[Record]) -> None:
        """Add records; they are on the disk when this returns. Raise Rejected on a full disk."""
        compressor = zstandard.ZstdCompressor(compression_params=_FAST)
        with roomy(self.path), open(self.path, "ab") as file:
            os.fchmod(file.fileno(), 0o640)
            for header, content in records:
                packed = compressor.compress(content) if content else b""
                told = json.dumps({**header, "size": len(packed), "length": len(content)}).encode()
                whole = _HEAD.pack(_SKIP, len(told)) + told + packed
                try:
                    file.write(whole)
                    file.flush()
                except OSError:
                    os.truncate(self.path, self.size)  # half a record would hide what comes after it
                    raise
                self.size += len(whole)
            os.fsync(file.fileno())

    def records(self, skip: int = 0) -> Iterator[Record]:
        """The records from that byte on."""
        if not self.path.exists():
            return
        expand = zstandard.ZstdDecompressor()
        with open(self.path, "rb") as file:
            for _length, header, at in _records(self.path, skip):
                file.seek(at)
                packed = file.read(header["size"])
                yield Record(header, expand.decompress(packed, header["length"]) if packed else b"")

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
        for length, header, _content in _records(self.path, skip):
            at += length
            yield at, header


def _records(path: Path, skip: int = 0) -> Iterator[tuple[int, dict[str, Any], int]]:
    """Length, header and place of the content of every whole record."""
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
            magic, told = _HEAD.unpack(head)
            if magic != _SKIP or at + _HEAD.size + told > end:
                return
            try:
                header = json.loads(file.read(told))
                content = at + _HEAD.size + told
                length = _HEAD.size + told + header["size"]
            except (ValueError, KeyError, TypeError):
                return
            if at + length > end:
                return
            yield length, header, content
            at += length


def cut(pieces: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Lines regrouped into frames of at most LARGEST bytes, cut at line ends; a frame is of one day.

    A single line that is longer has a frame of its own.
    """
    held, day = bytearray(), ""
    for written, content in pieces:
        if held and written != day:
            yield from _whole(day, bytes(held))
            held.clear()
        day = written
        held += content
        while len(held) > LARGEST:
            at = held.rfind(b"\n", 0, LARGEST) + 1 or held.find(b"\n") + 1 or len(held)
            yield day, bytes(held[:at])
            del held[:at]
    if held:
        yield from _whole(day, bytes(held))


def _whole(day: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    yield day, content


def seal(source: str, pieces: Iterable[tuple[str, bytes]], target: Path, size: int) -> Iterator[Frame]:
    """Write the sealed segment of a source and tell its frames; `size` is about how many bytes there are."""
    compressor = zstandard.ZstdCompressor(compression_params=_SMALL if size < _FAST_FROM else _FAST)
    at = 0
    with roomy(target), open(target, "wb") as file:
        os.fchmod(file.fileno(), 0o440)
        for written, content in cut(pieces):
            packed = compressor.compress(content)
            file.write(packed)
            lines = content.count(b"\n") + (not content.endswith(b"\n"))
            yield Frame(digest(content), source, at, len(packed), len(content), lines, written)
            at += len(packed)
        file.flush()
        os.fsync(file.fileno())


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
