"""git's objects as bytes (gitformat-loose(5), git-cat-file(1)): what of a damaged store can still be read.

An object is believed if its SHA-1 is its name. It is read one way after the other: as a loose file, by git
from its pack, and from a pack that has lost its end by unpacking it from the front.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from bitools.net.wire.git import Git

_HEADER = re.compile(rb"(commit|tree|blob|tag) (\d+)\0")
_NAME = re.compile(r"[0-9a-f]{40}")


def rescue(old: Path, new: Git) -> None:
    """Put every object that can be read of the bare repository `old` into `new`, as loose files.

    Git is never let into the old one, of which not even the head may be whole.
    """
    for name, raw in _loose(old / "objects"):
        _write(new.folder, name, raw)
    lent = []
    for pack in sorted((old / "objects" / "pack").glob("pack-*.pack")):
        new.run(["unpack-objects", "-r", "-q"], stdin=pack.read_bytes())  # whatever it says: the best it can
        for part in (pack, pack.with_suffix(".idx")):
            if part.exists():
                lent.append(new.folder / "objects" / "pack" / part.name)
                lent[-1].parent.mkdir(mode=0o750, exist_ok=True)
                lent[-1].write_bytes(part.read_bytes())
    for name, kind, content in list(_packed(new)):
        _write(new.folder, name, b"%s %d\0" % (kind, len(content)) + content)
    for part in lent:
        part.unlink()


def read(git: Git) -> Iterator[tuple[str, bytes, bytes]]:
    """Every loose object of a store: name, kind, content."""
    for name, raw in _loose(git.folder / "objects"):
        if found := _HEADER.match(raw):
            yield name, found[1], raw[found.end() :]


def _loose(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.glob("[0-9a-f][0-9a-f]/*")):
        name = path.parent.name + path.name
        try:
            raw = zlib.decompress(path.read_bytes())
        except (OSError, zlib.error):
            continue
        if _NAME.fullmatch(name) and hashlib.sha1(raw, usedforsecurity=False).hexdigest() == name:
            yield name, raw


def _packed(git: Git) -> Iterator[tuple[str, bytes, bytes]]:
    """Objects that git can read from packs; one that it cannot is left out, and it is asked for the rest."""
    names: list[str] = []
    for index in sorted((git.folder / "objects" / "pack").glob("pack-*.idx")):
        shown = git.run(["show-index"], stdin=index.read_bytes()).stdout.decode(errors="replace")
        names += [line.split()[1] for line in shown.splitlines() if len(line.split()) >= 2]
    while names:
        asked = "".join(f"{name}\n" for name in names).encode()
        output = git.run(["cat-file", "--batch"], stdin=asked).stdout
        read = 0
        for name, kind, content in _batch(output):
            read += 1
            if kind:
                yield name, kind, content
        names = names[read + 1 :]  # it died of the one after these


def _batch(output: bytes) -> Iterator[tuple[str, bytes, bytes]]:
    position = 0
    while (end := output.find(b"\n", position)) >= 0:
        words = output[position:end].split()
        position = end + 1
        if len(words) == 3 and words[2].isdigit():
            size = int(words[2])
            content = output[position : position + size]
            if len(content) < size:
                return
            position += size + 1
            raw = b"%s %d\0" % (words[1], size) + content
            sound = hashlib.sha1(raw, usedforsecurity=False).hexdigest() == words[0].decode()
            yield words[0].decode(), words[1] if sound else b"", content
        else:
            yield "", b"", b""


def _write(folder: Path, name: str, raw: bytes) -> None:
    path = folder / "objects" / name[:2] / name[2:]
    if not path.exists():
        path.parent.mkdir(mode=0o750, exist_ok=True)
        path.write_bytes(zlib.compress(raw))
