"""A packed file that is encrypted behind its beginning is not what it was, whatever its mark says."""

from __future__ import annotations

import os
import random
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bitools.backup.wire.first_bytes import sample_of
from bitools.backup.wire.skeleton import is_locked, is_whole
from bitools.backup.wire.survey import survey
from tests.wire.backup.office_files import PACKED

SEVEN = b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(24)


def whole(content: bytes) -> bool:
    descriptor = os.memfd_create("file")
    try:
        os.write(descriptor, content)
        return is_whole(descriptor, len(content), content[:1024])
    finally:
        os.close(descriptor)


@pytest.mark.parametrize(
    ("was", "became", "look_before", "look_now"),
    [
        (b"From vatandas\nSubject: ruhsat\n\n" * 9000, "here and there", "text", "random"),
        (bytes(range(64)) * 4 * 1500, "behind its beginning", "other", "noise"),
    ],
    ids=["mailbox", "image of a machine"],
)
def test_a_big_file_is_looked_at_all_over(tmp_path, was, became, look_before, look_now):
    file = tmp_path / "dosya.img"
    file.write_bytes(was)
    assert sample_of(survey([str(tmp_path)])).bytes == {".img": {look_before: len(was)}}
    blocks = [was[at : at + 4096] for at in range(0, len(was), 4096)]
    every = 4 if became == "here and there" else 1
    file.write_bytes(
        b"".join(os.urandom(len(one)) if n and n % every == 0 else one for n, one in enumerate(blocks))
    )
    assert sample_of(survey([str(tmp_path)])).bytes == {".img": {look_now: len(was)}}


@pytest.mark.parametrize("size", [700, 5_000, 80_000])
@pytest.mark.parametrize("ending", PACKED)
def test_what_a_program_wrote_is_whole(ending, size):
    assert all(whole(PACKED[ending](random.Random(seed), size)) for seed in range(5))


@pytest.mark.parametrize("left", [512, 1024, 4096])
@pytest.mark.parametrize("ending", PACKED)
def test_what_is_encrypted_behind_its_beginning_is_not(ending, left):
    chance = random.Random(left)
    was = PACKED[ending](chance, 30_000)
    assert not whole(was[:left] + chance.randbytes(len(was) - left))


@pytest.mark.parametrize("ending", [".docx", ".jpg", ".png"])
def test_what_is_encrypted_block_by_block_is_not(ending):
    chance = random.Random(7)
    was = PACKED[ending](chance, 60_000)
    blocks = [was[at : at + 1024] for at in range(0, len(was), 1024)]
    mixed = [chance.randbytes(len(one)) if n % 2 else one for n, one in enumerate(blocks)]
    assert not whole(b"".join(mixed))


@pytest.mark.parametrize("ending", [".docx", ".jpg", ".png", ".pdf", ".sqlite", ".doc", ".gz", ".xz"])
def test_what_is_written_by_a_quarter_only_is_not(ending):
    """As big as it was, and zeros behind."""
    was = PACKED[ending](random.Random(3), 60_000)
    assert not whole(was[: len(was) // 4].ljust(len(was), b"\0"))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"PK\x03\x04\x14\x00\x01\x00" + bytes(90), True),
        (b"PK\x03\x04\x14\x00\x00\x00" + bytes(90), False),
        (SEVEN[:12] + bytes(8) + b"\x06" + bytes(11) + b"\x01\x06\xf1\x07\x01\x00", True),
        (SEVEN[:12] + bytes(8) + b"\x06" + bytes(11) + b"\x01\x04\x06\x00\x03\x01", False),
        (b"Rar!\x1a\x07\x01\x00" + b"abcd\x21\x04\x00", True),
        (b"Rar!\x1a\x07\x01\x00" + b"abcd\x0b\x01\x05", False),
    ],
)
def test_what_asks_for_a_password_is_locked(tmp_path, content, found):
    (tmp_path / "a").write_bytes(content)
    with (tmp_path / "a").open("rb") as file:
        assert is_locked(file.fileno(), len(content), content) == found


def test_archives_that_are_not_like_most_are_whole(tmp_path):
    """Empty, with a word about itself, behind a program that unpacks it, with a password, of big entries."""
    file = tmp_path / "a.zip"
    zipfile.ZipFile(file, "w").close()
    assert whole(file.read_bytes())
    with zipfile.ZipFile(file, "w") as archive:
        archive.comment = b"yedek" * 900
        archive.writestr("a", random.Random(1).randbytes(100_000))
        archive.writestr("b", b"x" * 100)
    assert whole(file.read_bytes())
    once = file.read_bytes()
    at = once.rfind(b"PK\x01\x02")
    assert whole(once[: at + 8] + b"\x01" + once[at + 9 :]), "an entry that only its password unpacks"
    assert whole(b"PK\x03\x04" + bytes(500) + once), "something stands in front"


@given(some.binary(max_size=3000), some.sampled_from([*sorted(PACKED), ".7z"]), some.integers(0, 1200))
def test_nothing_that_lies_in_a_file_is_an_error(content, ending, left):
    was = SEVEN[:12] if ending == ".7z" else PACKED[ending](random.Random(3), 900)
    whole(was[:left] + content)


def test_the_look_calls_it_hollow(tmp_path):
    chance = random.Random(5)
    for number in range(20):
        was = PACKED[".docx"](chance, 9000)
        (tmp_path / f"{number}.docx").write_bytes(was[:600] + chance.randbytes(9000) if number % 2 else was)
    assert sample_of(survey([str(tmp_path)])).looks == {".docx": {"marked": 10, "hollow": 10}}
