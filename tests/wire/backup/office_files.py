"""Files as an office has them: texts, and packed ones that are whole, as the programs of their types make them."""

from __future__ import annotations

import gzip
import io
import lzma
import random
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

WORDS = ["imar", "ruhsat", "encümen", "karar", "dosya", "ışık", "şube", "ödeme", "tahakkuk", "12.04.2026"]
_DAY = (2026, 11, 28, 9, 0, 0)


def text(chance: random.Random, size: int) -> bytes:
    return " ".join(chance.choice(WORDS) for _ in range(size // 6)).encode()


def zipped(chance: random.Random, size: int) -> bytes:
    """As a writer's or a table's file: texts and a picture."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {
            "[Content_Types].xml": b"<Types/>" * 20,
            "word/document.xml": text(chance, size),
            "word/media/image1.jpeg": chance.randbytes(size // 2),
            "docProps/app.xml": text(chance, 300),
        }.items():
            archive.writestr(zipfile.ZipInfo(name, _DAY), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def picture(chance: random.Random, size: int) -> bytes:
    """JPEG: no byte 255 of the data stands alone."""
    start = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xda\x00\x08\x01\x01\x00\x00?\x00"
    return start + chance.randbytes(size).replace(b"\xff", b"\xff\x00") + b"\xff\xd9"


def printed(chance: random.Random, size: int) -> bytes:
    """PDF: one stream, and the table of where it is."""
    body = (
        b"%%PDF-1.7\n1 0 obj<</Length %d>>stream\n" % size + chance.randbytes(size) + b"\nendstream endobj\n"
    )
    table = b"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer<</Size 2>>\n"
    return body + table + b"startxref\n%d\n%%%%EOF\n" % len(body)


def drawn(chance: random.Random, size: int) -> bytes:
    """PNG: a row of chunks, each with its sum."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    data = [chunk(b"IDAT", chance.randbytes(size // 4)) for _ in range(4)]
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13)) + b"".join(data) + chunk(b"IEND", b"")


def filmed(chance: random.Random, size: int) -> bytes:
    """MP4: boxes; the description stands behind the data."""

    def box(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content) + 8) + name + content

    described = box(b"moov", box(b"mvhd", bytes(100)) + box(b"trak", box(b"tkhd", bytes(84))))
    return box(b"ftyp", b"isom\0\0\2\0isomiso2") + box(b"mdat", chance.randbytes(size)) + described


def table(chance: random.Random, size: int) -> bytes:
    """SQLite, by itself."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE borc (n INTEGER PRIMARY KEY, kim TEXT)")
    base.executemany(
        "INSERT INTO borc (kim) VALUES (?)", [(text(chance, 60).decode(),) for _ in range(size // 60)]
    )
    base.commit()
    return base.serialize()


def streams(chance: random.Random, size: int) -> bytes:
    """An office file of the old kind: its directory in the second sector, streams behind it (MS-CFB 2.2, 2.6)."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<H", header, 30, 9)
    struct.pack_into("<I", header, 48, size // 512)
    root = "Root Entry".encode("utf-16-le").ljust(512, b"\0")
    return bytes(header) + chance.randbytes(size // 512 * 512) + root + chance.randbytes(512)


PACKED: dict[str, Callable[[random.Random, int], bytes]] = {
    ".docx": zipped,
    ".jpg": picture,
    ".pdf": printed,
    ".png": drawn,
    ".mp4": filmed,
    ".sqlite": table,
    ".doc": streams,
    ".gz": lambda chance, size: gzip.compress(text(chance, size * 3), mtime=0),
    ".xz": lambda chance, size: lzma.compress(text(chance, size * 3)),
}
KINDS: dict[str, Callable[[random.Random, int], bytes]] = {
    ".docx": zipped, ".xlsx": zipped, ".pdf": printed, ".jpg": picture,
    ".dwg": lambda chance, size: b"AC1032" + chance.randbytes(size), ".txt": text, ".csv": text, ".xml": text,
}  # fmt: skip


def write(file: Path, chance: random.Random, size: int = 2000) -> None:
    """A file of the kind that its name says."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(KINDS[file.suffix](chance, size))
