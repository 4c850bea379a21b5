"""The canonical manifest of a sealed segment, the list of its frames, and the chain they make. Pure.

The list has one line a frame: the SHA-256 of its uncompressed lines, and where it is. The manifest holds the
SHA-256 of the list, the counts, and the SHA-256 of the manifest before; the time stamp is over the manifest.
So one token vouches for every line of its day and, through `previous`, for all days before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

GENESIS = "0" * 64
SCHEMA = "iplog-manifest/1"


class Frame(NamedTuple):
    """One frame of a source's segment: hash of its lines, where its compressed bytes are, how much is in it.

    `written` is the day (in the inventory's zone) on which its lines' file was last written: lines without a
    year are read by it.
    """

    sha256: str
    source: str
    offset: int
    size: int
    length: int
    lines: int
    written: str


def canonical(manifest: Mapping[str, Any]) -> bytes:
    """The one way to write a manifest: keys sorted, no blanks, UTF-8, a newline at its end; no fractions."""
    text = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode() + b"\n"


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def listed(frames: Iterable[Frame]) -> bytes:
    """The list: begins with the hash, as `sha256sum` writes, then source, place, sizes, lines and day."""
    return "".join(" ".join(str(field) for field in frame) + "\n" for frame in frames).encode()


def parsed(content: bytes) -> list[Frame]:
    """The frames of a list. Raise ValueError if it is none."""
    frames = []
    for row in content.decode().splitlines():
        sha256, source, offset, size, length, lines, written = row.split(" ")
        if len(sha256) != 64:
            raise ValueError(row)
        frames.append(Frame(sha256, source, int(offset), int(size), int(length), int(lines), written))
    return frames


class Fault(NamedTuple):
    """What is wrong with a seal: its number, a word for machines, and the source it concerns, if one."""

    number: int
    what: str
    source: str = ""


def chained(manifests: Iterable[tuple[int, bytes]]) -> list[Fault]:
    """What is wrong with a row of manifests, given by number in order: not canonical, missing, not following.

    The first one of the row is taken as it is: what came before it is proven elsewhere or purged never.
    """
    faults: list[Fault] = []
    before: tuple[int, bytes] | None = None
    for number, content in manifests:
        try:
            said = json.loads(content)
            fair = (
                canonical(said) == content and said.get("number") == number and said.get("schema") == SCHEMA
            )
        except (ValueError, AttributeError):
            said, fair = {}, False
        if not fair:
            faults.append(Fault(number, "manifest"))
        if before is not None:
            faults += [Fault(missing, "dropped") for missing in range(before[0] + 1, number)]
            follows = before[0] + 1 == number
        else:
            faults += [Fault(missing, "dropped") for missing in range(1, number)]
            follows = number == 1
        previous = digest(before[1]) if before is not None else GENESIS
        if fair and follows and said.get("previous") != previous:
            faults.append(Fault(number, "chain"))
        before = number, content
    return faults
