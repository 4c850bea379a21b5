"""How much is in a dump is read in its first bytes, and nothing else than a count is made of them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bitools.backup.wire.dump_head import extent_of


def number(value: int, width: int) -> bytes:
    return b"\1" * (value < 0) + b"\0" * (value >= 0) + abs(value).to_bytes(width, "little")


def archive(entries: int, minor: int = 14, width: int = 4) -> bytes:
    """As `pg_dump` begins: how it is packed, when it was made, three names, how many entries."""
    packed = b"\1" if minor >= 15 else number(-1, width)
    names = b"".join(number(len(one), width) + one for one in (b"belediye", b"15.4", b"15.4"))
    return (
        b"PGDMP"
        + bytes([1, minor, 0, width, 8, 1])
        + packed
        + number(26, width) * 7
        + names
        + number(entries, width)
    )


@pytest.mark.parametrize(("minor", "width"), [(10, 4), (14, 4), (15, 4), (16, 8)])
def test_the_entries_of_an_archive_are_counted(minor, width):
    assert extent_of(archive(1234, minor, width) + bytes(40), 99_000).files == 1234


@given(some.integers(0, 60), some.binary(max_size=200))
def test_what_is_not_understood_says_nothing(kept, rest):
    found = extent_of(archive(77)[:kept] + rest, 5000)
    assert 0 <= found.files <= 1 << 24
    assert 0 <= found.bytes <= 5000


def test_deleted_rows_are_not_in_an_sqlite_database_that_is_as_big_as_ever(tmp_path: Path):
    with closing(sqlite3.connect(file := tmp_path / "ruhsat.db")) as base:
        base.execute("CREATE TABLE ruhsat (metin TEXT)")
        base.executemany("INSERT INTO ruhsat VALUES (?)", [("x" * 500,)] * 900)
        base.commit()
        before = extent_of(file.read_bytes()[:1024], file.stat().st_size)
        base.execute("DELETE FROM ruhsat")
        base.commit()
    after = extent_of(file.read_bytes()[:1024], file.stat().st_size)
    assert file.stat().st_size == before.bytes
    assert after.bytes < before.bytes / 20


def test_a_text_has_as_many_tables_as_the_server_said():
    assert extent_of(b"-- MariaDB dump 10.19", 5000, 12).files == 12
    assert extent_of(b"-- MariaDB dump 10.19", 5000, 0).files == 1
    assert extent_of(b"-- MariaDB dump 10.19", 5000).files == 0
