"""The first bytes of some files: are they text, do they bear a type's mark, or are they random?

Times of modification can be set by anybody;
what is changed is told by the time of the inode's change, which only the kernel sets.
"""

from __future__ import annotations

import codecs
import fnmatch
import os
import random
import stat
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from bitools import privilege
from bitools.backup.decisions.looks import Look, Sample

_HEAD = 1024  # bytes
_LEAST, _LEAST_RANDOM = 32, 256  # bytes; less says nothing, or nothing of chance
_LOOKS = 200  # files
_WALKED = 200_000  # files; more are not walked through for a sample
# By how many symbols there are, how even chance makes them: chi-square, seven deviations above its middle.
_EVEN = {256: 420.0, 64: 141.0, 16: 53.0}
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
_HEXADECIMAL = b"0123456789abcdef"
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
    count = 0
    for file in _files(paths, exclude, since):
        count += 1
        if len(chosen) < _LOOKS:
            chosen.append(file)
        elif (place := int(random.random() * count)) < _LOOKS:
            chosen[place] = file
    found: dict[str, Counter[Look]] = defaultdict(Counter)
    for file in chosen:
        if (head := _head(file)) is not None:
            ending = _ending(file)
            found[ending][look_of(head, ending)] += 1
    return Sample({ending: dict(looks) for ending, looks in found.items()}, count)


def _files(paths: Sequence[str], exclude: Sequence[str], since: float) -> Iterator[str]:
    count = 0
    waiting = list(paths)
    while waiting and count < _WALKED:
        place = waiting.pop()
        try:
            entries = list(os.scandir(place)) if Path(place).is_dir() else []
        except OSError:
            continue
        for entry in entries:
            if any(fnmatch.fnmatch(entry.name, one) or fnmatch.fnmatch(entry.path, one) for one in exclude):
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            elif entry.is_file(follow_symlinks=False):
                count += 1
                if not since or _changed(entry, since):
                    yield entry.path


def _changed(entry: os.DirEntry[str], since: float) -> bool:
    try:
        return entry.stat(follow_symlinks=False).st_ctime >= since
    except OSError:
        return False


def _head(file: str) -> bytes | None:
    """The first bytes of an ordinary file; None if they say nothing, or cannot be read."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        head = os.read(descriptor, _HEAD)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return head if len(head) >= _LEAST or not head else None


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
    if head.startswith(_ENCRYPTED):
        return "random"
    mark = _BY_ENDING.get(ending)
    if mark is not None:
        return "marked" if head.startswith(mark) else "unmarked"
    if head.startswith(tuple(_MARKS)) or head[4:8] == b"ftyp":
        return "marked"
    if _is_text(head):
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
    """Is it random bytes, written as base64 or hexadecimal?"""
    symbols = head.translate(None, b"\r\n=")
    if not symbols.translate(None, _HEXADECIMAL):
        return _is_even(symbols, 16)
    return not symbols.translate(None, _BASE64) and _is_even(symbols, 64)


def _is_even(symbols: bytes, alphabet: int) -> bool:
    """Are all symbols equally frequent, as chance has it?"""
    if len(symbols) < _LEAST_RANDOM:
        return False
    expected = len(symbols) / alphabet
    counts = Counter(symbols).values()
    missing = (alphabet - len(counts)) * expected
    return missing + sum((count - expected) ** 2 for count in counts) / expected <= _EVEN[alphabet]
