"""The first bytes of some files: are they text, do they bear a type's mark, or are they random?

Of packed files it is also looked whether their skeleton goes on behind the mark (`skeleton`). Times of
modification can be set by anybody; what is changed is told by the time of the inode's change, which only the
kernel sets.
"""

from __future__ import annotations

import codecs
import fnmatch
import heapq
import os
import random
import stat
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import sqrt
from pathlib import Path

from bitools import privilege
from bitools.backup.decisions.looks import Look, Looks, Sample
from bitools.backup.wire import skeleton

INSIDE = 2
_HEAD = 1024  # bytes
_LEAST, _LEAST_RANDOM = 32, 256  # bytes; less says nothing, or nothing of chance
_LOOKS, _BIGGEST = 200, 16  # files
_WHOLE = 2 * _HEAD  # bytes; a text that has more is also looked at in its middle and at its end
_PLACES, _FEW = 16, 2  # in each of the biggest files; so many random ones are strange in a text
_BIG = 64 << 10  # bytes
_ALIKE, _FEW_ALIKE = 0.1, 4  # of the files looked at; so many of one word for word are strange
_WALKED = 200_000  # files; more are not walked through for a sample
_DEVIATIONS = 7  # of chi-square above its middle: chance makes it no more uneven
_ALPHABET = 16  # symbols; an encoding of bytes has as many at least
_PAGE = (b"<!doctype html", b"<html")
_ENCRYPTED = (b"Salted__", b"age-encryption.org", b"-----BEGIN PGP MESSAGE", b"-----BEGIN AGE ENCRYPTED")
_CONTROLS = frozenset(range(32)) - set(b"\t\n\r\f\x1b")
_HIGH = 0.3  # of a text in an eight-bit alphabet
_ENDING = 12  # characters
_MARKS: dict[bytes, tuple[str, ...]] = {
    b"PK": (".zip", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".jar", ".apk", ".epub"),
    b"%PDF": (".pdf",),
    b"\xff\xd8\xff": (".jpg", ".jpeg"),
    b"\x89PNG": (".png",),
    b"GIF8": (".gif",),
    b"\xd0\xcf\x11\xe0": (".doc", ".xls", ".ppt", ".msi", ".msg"),
    b"\x1f\x8b": (".gz", ".tgz"),
    b"BZh": (".bz2",),
    b"\xfd7zXZ": (".xz",),
    b"7z\xbc\xaf": (".7z",),
    b"Rar!": (".rar",),
    b"\x28\xb5\x2f\xfd": (".zst",),
    b"RIFF": (".wav", ".avi", ".webp"),
    b"OggS": (".ogg",),
    b"ID3": (),
    b"\xff\xfb": (),
    b"fLaC": (".flac",),
    b"II*\x00": (),
    b"MM\x00*": (),
    b"AC10": (".dwg",),
    b"SQLite format 3": (".sqlite",),
    b"PGDMP": (".pgdump",),
    b"\x04\x22\x4d\x18": (".lz4",),
    b"\x1f\x9d": (".z",),
    b"LZIP": (".lz",),
    b"{\\rtf": (".rtf",),
    b"\x7fELF": (),
    b"MZ": (".exe", ".dll"),
}
_BY_ENDING = {ending: mark for mark, endings in _MARKS.items() for ending in endings}


@privilege.raised()
def look(paths: Sequence[str], exclude: Sequence[str] = (), since: float = 0.0) -> Sample:
    """Look at some of the files below these paths, of those whose inode changed since then (seconds)."""
    chosen: list[str] = []
    biggest: list[tuple[int, str]] = []
    count = 0
    for file, size in _files(paths, exclude, since):
        count += 1
        if len(chosen) < _LOOKS:
            chosen.append(file)
        elif (place := int(random.random() * count)) < _LOOKS:
            chosen[place] = file
        if len(biggest) < _BIGGEST:
            heapq.heappush(biggest, (size, file))
        elif size > biggest[0][0]:
            heapq.heapreplace(biggest, (size, file))
    seen = {file: found for file in {*chosen, *(file for _size, file in biggest)} if (found := _look(file))}
    _mark_alike(seen, chosen)
    return Sample(
        _counted((_ending(file), seen[file][0], 1) for file in chosen if file in seen),
        count,
        _counted(
            (_ending(file), _all_over(file, size, seen[file][0]), size)
            for size, file in biggest
            if file in seen
        ),
        inside=INSIDE,
    )


def of_dumps(heads: Mapping[str, bytes]) -> Sample:
    """What dumps of these names begin with."""
    found = _counted(
        (_ending(name), look_of(head, _ending(name)), 1)
        for name, head in heads.items()
        if len(head) >= _LEAST
    )
    return Sample(found, len(heads))


def _counted(found: Iterable[tuple[str, Look, int]]) -> Looks:
    """By ending and look: how many, or how many bytes."""
    counts: dict[str, Counter[Look]] = defaultdict(Counter)
    for ending, look, many in found:
        counts[ending][look] += many
    return {ending: dict(looks) for ending, looks in counts.items()}


def _mark_alike(seen: dict[str, tuple[Look, bytes]], chosen: Sequence[str]) -> None:
    """Texts of which there are many, word for word: a note in the place of each file."""
    texts = Counter(seen[file][1] for file in chosen if file in seen and seen[file][0] == "text")
    many = {head for head, count in texts.items() if count > max(_ALIKE * len(chosen), _FEW_ALIKE)}
    for file, (look, head) in list(seen.items()):
        if look == "text" and head in many:
            seen[file] = "alike", head


def _files(paths: Sequence[str], exclude: Sequence[str], since: float) -> Iterator[tuple[str, int]]:
    """Files and their sizes; of a path that is a file, this one."""
    count = 0
    waiting = list(paths)
    while waiting and count < _WALKED:
        place = waiting.pop()
        try:
            entries = list(os.scandir(place))
        except NotADirectoryError:
            entries = []
            if (size := _changed(place, since)) is not None:
                yield place, size
        except OSError:
            continue
        for entry in entries:
            if exclude and _left_out(entry, exclude):
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            elif entry.is_file(follow_symlinks=False):
                count += 1
                if (size := _changed(entry, since)) is not None:
                    yield entry.path, size


def _left_out(entry: os.DirEntry[str], exclude: Sequence[str]) -> bool:
    return any(fnmatch.fnmatch(entry.name, one) or fnmatch.fnmatch(entry.path, one) for one in exclude)


def _changed(file: os.DirEntry[str] | str, since: float) -> int | None:
    """The size of a file whose inode changed since then; None of any other."""
    try:
        status = os.lstat(file) if isinstance(file, str) else file.stat(follow_symlinks=False)
    except OSError:
        return None
    return status.st_size if status.st_ctime >= since else None


def _look(file: str) -> tuple[Look, bytes] | None:
    """What an ordinary file looks like, and its first bytes; None if they say nothing, or cannot be read."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return None
        head, ending = os.read(descriptor, _HEAD), _ending(file)
        look = look_of(head, ending)
        if look == "marked" and not skeleton.is_whole(descriptor, status.st_size, head):
            look = "hollow"
        if look == "text" and status.st_size > _WHOLE:
            for place in (status.st_size // 2, status.st_size - _HEAD):
                if _is_random(os.pread(descriptor, _HEAD, place)):
                    look = "random"
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return look, head


def _all_over(file: str, size: int, look: Look) -> Look:
    """What a big file looks like if it is looked at in many places: one mailbox may be encrypted here and
    there, the image of a machine behind its first sector.
    """
    if size < _BIG or look not in ("text", "other"):
        return look
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return look
    try:
        places = [size * place // (_PLACES + 1) for place in range(1, _PLACES + 1)]
        found = sum(_is_random(os.pread(descriptor, _HEAD, place)) for place in places)
    except OSError:
        return look
    finally:
        os.close(descriptor)
    if look == "text":
        return "random" if found >= _FEW else look
    return "noise" if found == _PLACES else look


def _ending(file: str) -> str:
    """A name's type: `.pdf`; the numbers that rotation gives are one type."""
    ending = Path(file).suffix.lower()
    if ending[1:].isdigit():
        return ".0"
    return ending if len(ending) <= _ENDING and ending.isascii() else ""


def look_of(head: bytes, ending: str) -> Look:
    """What a file with these first bytes looks like."""
    if len(set(head)) <= 1:
        return "blank"
    if len(head) < _LEAST:
        return "scrap"
    if head.startswith(_ENCRYPTED):
        return "random"
    mark = _BY_ENDING.get(ending)
    if mark is not None:
        return "marked" if head.startswith(mark) else "unmarked"
    if head.startswith(tuple(_MARKS)) or head[4:8] == b"ftyp":
        return "marked"
    if _is_text(head):
        if head.lstrip().lower().startswith(_PAGE):
            return "page"
        return "random" if _is_encoded(head) else "text"
    return "random" if _is_even(head, 256) else "other"


def _is_text(head: bytes) -> bool:
    """Is it text: UTF-8, UTF-16 with its mark, or an eight-bit alphabet (ISO 8859-9, Windows-1254)?"""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if _CONTROLS.intersection(head):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # it may end within a character
    except UnicodeDecodeError:
        return sum(byte > 0x7F for byte in head) <= len(head) * _HIGH
    return True


def _is_encoded(head: bytes) -> bool:
    """Is it random bytes, written as hexadecimal, base64 or in any other alphabet?"""
    symbols = head.translate(None, b"\r\n=")
    alphabet = len(set(symbols))
    return alphabet >= _ALPHABET and _is_even(symbols, alphabet)


def _is_random(block: bytes) -> bool:
    """Is it random, and no text in which it is written?"""
    return not _is_text(block) and _is_even(block, 256)


def _is_even(symbols: bytes, alphabet: int) -> bool:
    """Are all symbols equally frequent, as chance has it?"""
    if len(symbols) < _LEAST_RANDOM:
        return False
    size = len(symbols)
    squares = sum([count * count for count in Counter(symbols).values()])
    most = alphabet - 1 + _DEVIATIONS * sqrt(2 * (alphabet - 1))
    return squares * alphabet / size - size <= most
