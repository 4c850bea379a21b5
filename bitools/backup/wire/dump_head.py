"""How much is in a dump, by what it begins with: `pg_dump`'s custom format and SQLite say so in front.

Places: PostgreSQL's pg_backup_archiver.c, `ReadHead` and `ReadToc` (format 1.10: PostgreSQL 8, 1.15: 16);
SQLite's file format 1.3.
"""

from __future__ import annotations

from struct import unpack_from

from bitools.backup.decisions.suspicion import Extent

_MOST = 1 << 24  # entries


def extent_of(head: bytes, size: int, tables: int | None = None) -> Extent:
    """A dump of so many bytes; of an SQLite database the bytes in use: what was deleted leaves it as big.

    `tables` is how many the server said that it has. An empty database counts as one, 0 says: unknown.
    """
    if head.startswith(b"PGDMP"):
        return Extent(_entries(head), size)
    if head.startswith(b"SQLite format 3") and len(head) >= 40:
        pages, free = unpack_from(">I4xI", head, 28)
        return Extent(0, size * (pages - free) // pages if 0 <= free < pages else size)
    return Extent(0 if tables is None else max(1, tables), size)


def _entries(head: bytes) -> int:
    """How many entries its directory has: tables, their data, indexes, rights; 0 if it is not understood."""
    major, minor, _revision, width = head[5:9].ljust(4, b"\0")
    if major != 1 or not 10 <= minor < 32 or width not in (4, 8):
        return 0
    number = 1 + width  # its sign stands in front
    at = 11 + (1 if minor >= 15 else number) + 7 * number  # how it is packed, and when it was made
    for _name in ("database", "server", "program"):
        length = _number(head, at, width)
        at += number + max(0, length)
    return max(0, min(_number(head, at, width), _MOST))


def _number(head: bytes, at: int, width: int) -> int:
    """A number; -1 if there is none."""
    if len(head) < at + 1 + width or head[at]:
        return -1
    return int.from_bytes(head[at + 1 : at + 1 + width], "little")
