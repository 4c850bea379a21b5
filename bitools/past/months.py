"""Documents that are too old to be kept whole: one file a month, `state/digests/2025-10.jsonl.zst`.

A line is one document: the name of its file and the SHA-256 of it as it was, and what reports need of it
(`essence.digested`). A month is written anew as a whole, so a crash leaves the old one or the new one; the
documents go after that. A document that is there whole counts, and not its line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bitools import state
from bitools.errors import IntegrityBroken
from bitools.i18n import _
from bitools.past.essence import digested
from bitools.state import State

if TYPE_CHECKING:
    from bitools.documents.stored import Known

FOLDER, SUFFIX = "digests", ".jsonl.zst"
_LEVEL = 9


@dataclass(frozen=True, slots=True)
class Line:
    """One document. `document` is None if no report reads it, or if it was not as its type says.

    `sha256` is that of the whole file; `run`, `schema`, `started` are what every document says of itself.
    """

    file: str
    sha256: str
    size: int
    run: str
    schema: str
    started: str
    document: Known | None = None
    complaint: str = ""


def line_of(file: str, sha256: str, size: int, content: dict[str, Any]) -> Line:
    """A document as it is indexed, or kept when it is old."""
    from bitools.documents.stored import Malformed, known  # heavy: only when something new is there

    said = content["run"], content["schema"], content["started"]
    try:
        return Line(file, sha256, size, *said, known(content))
    except Malformed as error:
        return Line(file, sha256, size, *said, None, str(error))


def read(folder: State, month: str) -> Iterator[Line]:
    """The lines of a month (`2025-10`). Raise IntegrityBroken if the file cannot be read."""
    import zstandard

    try:
        content = folder.read(FOLDER, month + SUFFIX)
    except FileNotFoundError:
        return
    try:
        for text in zstandard.ZstdDecompressor().decompress(content).splitlines():
            yield _line(json.loads(text))
    except (zstandard.ZstdError, ValueError, KeyError, TypeError) as error:
        message = _("{file} cannot be read: {why}").format(file=f"{FOLDER}/{month}{SUFFIX}", why=error)
        hint = _("fetch it from a backup of the state")
        raise IntegrityBroken(message, target="documents", hint=hint, reason="digest") from error


def _line(said: dict[str, Any]) -> Line:
    if said["document"] is None:
        return Line(**said)
    from bitools.documents.stored import known  # heavy: only when a month is read

    return Line(**{**said, "document": known(said["document"])})


def add(folder: State, month: str, lines: Iterable[Line]) -> None:
    """Put these documents into their month, beside those that are there. Raise IntegrityBroken as `read`."""
    import zstandard

    every = {line.file: line for line in (*read(folder, month), *lines)}
    texts = []
    for _file, line in sorted(every.items()):
        document = digested(line.document) if line.document else None
        said = {name: getattr(line, name) for name in line.__slots__} | {"document": document}
        texts.append(json.dumps(said).encode() + b"\n")
    made = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(b"".join(texts))
    state.write(folder.path(FOLDER, month + SUFFIX), made)
