"""What lies further inside of packed files: is it still where their type has it?

The content of a packed file is random by nature, encrypted or not; its skeleton is not. Where a zip says that
an entry begins one begins, and in a picture's data no byte 255 stands alone. In a file that was encrypted
behind an intact beginning, or here and there, that is gone. A few hundred bytes of each file are read.

Places: zip APPNOTE 4.3; JPEG ITU T.81 B.1.1.5; ISO 14496-12 4.2; ISO 32000-1 7.5.5; PNG 5.3; MS-CFB 2.2 and
2.6; SQLite's file format 1.3 and 1.6; RFC 1952 2.3.1; xz 2.1.2; 7zFormat.txt.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Callable
from struct import unpack_from

_TAIL = 1024  # bytes
_COMMENT = 65_535 + 22  # bytes in which the end of a zip's directory lies, at most
_ENTRIES, _SMALL = 4, 8192  # entries of a zip that are looked for; bytes of the one that is unpacked
_PLACES, _BLOCK = 5, 1024  # in a picture
_LONELY, _FEW_LONELY = 0.1, 3  # of the bytes 255: in a picture's data they are followed by 0, or by a mark
_FOLLOWED, _LONELY_BYTE = re.compile(rb"\xff[^\xff]"), re.compile(rb"\xff[\x01-\xbf\xf0-\xfe]")
_BOXES = 32
_AES = b"\x06\xf1\x07\x01"  # what 7z calls its cipher
_DEFLATED = 1100  # nothing is packed tighter (zlib: 1032)
_NAME = re.compile(rb"[A-Za-z0-9 \xa9_-]{4}")
_OBJECT = re.compile(rb"\s*(xref|\d+\s+\d+\s+obj)")
_START = re.compile(rb"startxref\s+(\d{1,15})\s+%%EOF")

Read = Callable[[int, int], bytes]  # from which byte on, how many


def is_whole(descriptor: int, size: int, head: bytes) -> bool:
    """Is the skeleton there? Also of a file whose type has none that we know. Raise OSError."""

    def read(at: int, count: int) -> bytes:
        return os.pread(descriptor, count, at) if 0 <= at < size else b""

    if head[4:8] == b"ftyp":
        return _boxes(read, size)
    look = next((look for mark, look in _LOOKS.items() if head.startswith(mark)), None)
    return look is None or look(read, size)


def is_locked(descriptor: int, size: int, head: bytes) -> bool:
    """Is it packed with a password? Nothing of what it holds can be seen then. Raise OSError."""
    if head.startswith(b"PK\x03\x04"):
        return bool(head[6:7] and head[6] & 1)
    if head.startswith(b"7z\xbc\xaf"):
        offset, length = (int.from_bytes(head[at : at + 8].ljust(8, b"\0"), "little") for at in (12, 20))
        return _AES in os.pread(descriptor, min(length, _COMMENT), min(32 + offset, size))
    return head.startswith(b"Rar!\x1a\x07\x01\x00") and head[13:14] == b"\x04"


def _zip(read: Read, size: int) -> bool:
    """The directory is at the end, and what it names is where it says; a small entry unpacks."""
    for tail in (_TAIL, _COMMENT):
        start = max(0, size - tail)
        end = read(start, tail)
        if (at := end.rfind(b"PK\x05\x06")) >= 0 and len(end) >= at + 22:
            break
    else:
        return False
    count, length, offset = unpack_from("<HII", end, at + 10)
    if offset == 0xFFFFFFFF or not count:
        return True  # of more than 4 GB: the directory's end has another form
    begins = start + at - length
    entries = list(_directory(read(begins, min(length, _SMALL))))
    before = begins - offset  # what stands in front of the archive: a program that unpacks it
    some = entries[:: max(1, len(entries) // _ENTRIES)]
    if not entries or any(read(before + place, 4) != b"PK\x03\x04" for *_said, place in some):
        return False
    small = min((one for one in entries if 64 <= one[2] <= _SMALL), key=lambda one: one[2], default=None)
    return small is None or _unpacks(read, before + small[3], *small[:3])


def _directory(content: bytes) -> list[tuple[int, int, int, int]]:
    """Of each entry: how it is packed (-1: not for us), the sum of what is in it, packed size, place."""
    found, at = [], 0
    while content.startswith(b"PK\x01\x02", at) and len(content) >= at + 46:
        flags, method, total, packed = unpack_from("<HH4xII", content, at + 8)
        name, extra, comment = unpack_from("<HHH", content, at + 28)
        (place,) = unpack_from("<I", content, at + 42)
        if place != 0xFFFFFFFF:
            found.append((-1 if flags & 1 else method, total, packed, place))
        at += 46 + name + extra + comment
    return found


def _unpacks(read: Read, place: int, method: int, total: int, packed: int) -> bool:
    if method not in (0, 8):
        return True
    name, extra = unpack_from("<HH", read(place, 30).ljust(30, b"\0"), 26)
    content = read(place + 30 + name + extra, packed)
    try:
        return zlib.crc32(zlib.decompress(content, -15) if method else content) == total
    except zlib.error:
        return False


def _jpeg(read: Read, size: int) -> bool:
    """In its data no byte 255 stands alone, and there is some."""
    seen = lonely = blank = 0
    for place in range(1, _PLACES + 1):
        block = read(size * place // (_PLACES + 1), _BLOCK)
        blank += len(block) > 1 and len(set(block)) == 1
        seen += len(_FOLLOWED.findall(block))
        lonely += len(_LONELY_BYTE.findall(block))
    return blank <= _PLACES // 2 and lonely < max(_FEW_LONELY, seen * _LONELY)


def _boxes(read: Read, size: int) -> bool:
    """A film is a row of boxes, each with its length and its name; more are in the one that describes it."""
    return _row(read, 0, size)


def _row(read: Read, at: int, ends: int) -> bool:
    for _box in range(_BOXES):
        if at >= ends:
            return at == ends
        header = read(at, 16)
        if len(header) < 8 or not _NAME.fullmatch(header, 4, 8):
            return False
        (length,) = unpack_from(">I", header)
        inside = 8
        if length == 1 and len(header) == 16:
            (length,), inside = unpack_from(">Q", header, 8), 16
        if length == 0:
            return True  # to the end
        if length < inside or (header[4:8] == b"moov" and not _row(read, at + inside, at + length)):
            return False
        at += length
    return True


def _pdf(read: Read, size: int) -> bool:
    """At its end stands where its directory begins. One without, which a program wrote badly, has no end."""
    end = read(max(0, size - _TAIL), _TAIL)
    found = _START.search(end)
    if found is None:
        return b"%%EOF" in end
    return _OBJECT.match(read(int(found[1]), 32)) is not None


def _png(read: Read, size: int) -> bool:
    at = 8
    for _chunk in range(_BOXES):
        header = read(at, 8)
        if len(header) < 8 or not header[4:].isalpha():
            return False
        if header[4:] == b"IEND":
            return True
        at += 12 + unpack_from(">I", header)[0]
    return b"IEND" in read(max(0, size - _TAIL), _TAIL)


def _office(read: Read, _size: int) -> bool:
    """A folder of streams: its own directory begins with its root."""
    header = read(0, 52).ljust(52, b"\0")
    sector = 1 << unpack_from("<H", header, 30)[0] % 16
    root = read((unpack_from("<I", header, 48)[0] + 1) * sector, 20)
    return root.startswith("Root Entry".encode("utf-16-le")) or root[:2] == b"R\0"


def _sqlite(read: Read, size: int) -> bool:
    """Every page begins with its kind, or with the number of another; of one that is half written many are
    empty.
    """
    header = read(0, 32).ljust(32, b"\0")
    page = {1: 65_536}.get(said := unpack_from(">H", header, 16)[0], said)
    pages = size // page if page else 0
    kinds = [
        read(page * (pages * place // (_PLACES + 1)), 32)
        for place in range(1, _PLACES + 1)
        if pages * place // (_PLACES + 1)
    ]
    strange = sum(
        len(kind) == 32
        and kind[0] not in (2, 5, 10, 13)
        and (int.from_bytes(kind[:4], "big") > pages or not any(kind))
        for kind in kinds
    )
    return strange < 2


def _gzip(read: Read, size: int) -> bool:
    """The length of what was packed stands at the end; of a big file it may be anything."""
    length = int.from_bytes(read(size - 4, 4), "little")
    return size * _DEFLATED >= 1 << 32 or size // 8 <= length + 64 <= size * _DEFLATED + 64


def _xz(read: Read, size: int) -> bool:
    return read(size - 64, 64).rstrip(b"\0").endswith(b"YZ")


def _seven(read: Read, size: int) -> bool:
    """The start says where the directory is, and its sum."""
    header = read(0, 32).ljust(32, b"\0")
    offset, length = (int.from_bytes(header[at : at + 8], "little") for at in (12, 20))
    if length > _COMMENT:
        return 32 + offset + length <= size
    return zlib.crc32(read(32 + offset, length)) == int.from_bytes(header[28:32], "little")


_LOOKS: dict[bytes, Callable[[Read, int], bool]] = {
    b"PK\x03\x04": _zip,
    b"\xff\xd8\xff": _jpeg,
    b"%PDF": _pdf,
    b"\x89PNG": _png,
    b"\xd0\xcf\x11\xe0": _office,
    b"SQLite format 3": _sqlite,
    b"\x1f\x8b": _gzip,
    b"\xfd7zXZ": _xz,
    b"7z\xbc\xaf": _seven,
}
