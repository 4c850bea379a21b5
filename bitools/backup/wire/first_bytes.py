"""The first bytes of some files: are they text, do they bear a type's mark, or are they random?

Of packed files it is also looked whether their skeleton goes on behind the mark (`skeleton`).
"""

from __future__ import annotations

import codecs
import os
import random
import stat
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt

from bitools import privilege
from bitools.backup.decisions.looks import Look, Looks, Sample
from bitools.backup.wire import skeleton
from bitools.backup.wire.survey import File, Survey, ending

INSIDE = 3
_HEAD = 1024  # bytes
_LEAST, _LEAST_RANDOM = 32, 256  # bytes; less says nothing, or nothing of chance
_LOOKS, _TOGETHER = 200, 24  # files; of one folder or one type
_WHOLE = 2 * _HEAD  # bytes; a text that has more is also looked at in its middle and at its end
_PLACES, _FEW = 16, 2  # in each of the biggest files; so many random ones are strange in a text
_BIG = 64 << 10  # bytes
_ALIKE, _FEW_ALIKE = 0.1, 4  # of the files looked at; so many of one word for word are strange
_ALIKE_OF_TYPE = 0.5  # likewise of one type, or in one folder
_DEVIATIONS = 7  # of chi-square above its middle: chance makes it no more uneven
_ALPHABET = 16  # symbols; an encoding of bytes has as many at least
_PAGE = (b"<!doctype html", b"<html")
_ENCRYPTED = (b"Salted__", b"age-encryption.org", b"-----BEGIN PGP MESSAGE", b"-----BEGIN AGE ENCRYPTED")
_CONTROLS = frozenset(range(32)) - set(b"\t\n\r\f\x1b")
_HIGH = 0.3  # of a text in an eight-bit alphabet
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
_BY_TYPE = {kind: mark for mark, kinds in _MARKS.items() for kind in kinds}


@privilege.raised()
def whole_since(files: Sequence[str], since: float) -> list[str]:
    """Those of these packed files that came since then, and can be unpacked by everybody."""
    found = []
    for file in files:
        try:
            new = os.lstat(file).st_ctime >= since
        except OSError:
            continue
        if new and (look := _look(file)) and look[0] == "marked":
            found.append(file)
    return found


@privilege.raised()
def sample_of(found: Survey) -> Sample:
    """What some of those that changed look like, what the biggest do, and what some of each rare type do."""
    chosen = random.sample(found.changed, min(_LOOKS, len(found.changed)))
    seen = _seen([*chosen, *found.biggest])
    often = {ending(one.path) for one in chosen}
    rare = [one for kind, some in found.kinds.items() if kind not in often for one in some]
    heavy = [
        (ending(one.path), _all_over(one.path, one.size, seen[one.path]), one.size)
        for one in found.biggest
        if one.path in seen
    ]
    known = {one.path: look for one in rare if (look := _look(one.path))}
    heavy += [(ending(one.path), known[one.path][0], 1) for one in rare if one.path in known]
    return Sample(
        _counted((ending(one.path), seen[one.path], 1) for one in chosen if one.path in seen),
        round(found.count),
        _counted(heavy),
        inside=INSIDE,
    )


@privilege.raised()
def sample_together(files: Sequence[File], most: int = _TOGETHER) -> Sample:
    """What some of these look like, which are of one folder or of one type."""
    chosen = random.sample(files, min(most, len(files)))
    seen = _seen(chosen, _ALIKE_OF_TYPE)
    looks = _counted((ending(one.path), seen[one.path], 1) for one in chosen if one.path in seen)
    return Sample(looks, len(files), inside=INSIDE)


def is_of_its_type(kind: str, sample: Sample) -> bool:
    """Are all files of a type what their names say, by its own mark? Also those that rotation numbers."""
    return kind == ".0" or (kind in _BY_TYPE and set(sample.looks.get(kind, ())) <= {"marked"})


def of_dumps(heads: Mapping[str, bytes]) -> Sample:
    """What dumps of these names begin with."""
    found = _counted(
        (ending(name), look_of(head, ending(name)), 1) for name, head in heads.items() if len(head) >= _LEAST
    )
    return Sample(found, len(heads))


def _counted(found: Iterable[tuple[str, Look, int]]) -> Looks:
    """By ending and look: how many, or how many bytes."""
    counts: dict[str, Counter[Look]] = defaultdict(Counter)
    for kind, look, many in found:
        counts[kind][look] += many
    return {kind: dict(looks) for kind, looks in counts.items()}


def _seen(files: Sequence[File], alike: float = _ALIKE) -> dict[str, Look]:
    """What each looks like. Texts of which there are many, as long and word for word, are `alike`: a note in
    the place of each file. Of one type half must be, for a program may write many.
    """
    found = {one: look for one in dict.fromkeys(files) if (look := _look(one.path))}
    texts = {one: (ending(one.path), one.size, head) for one, (look, head) in found.items() if look == "text"}
    of_type = Counter(ending(one.path) for one in found)
    counts, of_all = Counter(texts.values()), Counter(text[1:] for text in texts.values())
    many = {
        one
        for one, text in texts.items()
        if of_all[text[1:]] > max(alike * len(found), _FEW_ALIKE)
        or counts[text] > max(_ALIKE_OF_TYPE * of_type[text[0]], _FEW_ALIKE)
    }
    return {one.path: "alike" if one in many else look for one, (look, _head) in found.items()}


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
        head = os.read(descriptor, _HEAD)
        look = look_of(head, ending(file))
        if look == "marked" and not skeleton.is_whole(descriptor, status.st_size, head):
            look = "hollow"
        if look == "marked" and skeleton.is_locked(descriptor, status.st_size, head):
            look = "random"
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


def look_of(head: bytes, kind: str) -> Look:
    """What a file with these first bytes looks like."""
    if len(set(head)) <= 1:
        return "blank"
    if len(head) < _LEAST:
        return "scrap"
    if head.startswith(_ENCRYPTED):
        return "random"
    mark = _BY_TYPE.get(kind)
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
