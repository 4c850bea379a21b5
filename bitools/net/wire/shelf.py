"""Where a large text waits until it is stored: masked, in a file without a name that ends with us."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import IO

from bitools.errors import Refused
from bitools.i18n import _, system_words
from bitools.net.decisions.configuration import BEGINNING, Configuration

LEAST = 1 << 19  # letters of a text that goes there
_PIECE = 1 << 20  # letters


class Shelved(Configuration):
    """A configuration whose text is read anew by whoever needs it."""

    __slots__ = ("_lines", "file")
    file: IO[str]
    _lines: int

    def __init__(self, file: IO[str], lines: int, author: str, changed_at: str) -> None:
        known = {"file": file, "_lines": lines, "author": author, "changed_at": changed_at, "full": ""}
        for name, value in known.items():
            object.__setattr__(self, name, value)

    @property
    def text(self) -> str:
        """All of it; not for long."""
        return "".join(_read(self.file))

    @property
    def lines(self) -> int:
        """See Configuration."""
        return self._lines

    @property
    def beginning(self) -> str:
        """See Configuration."""
        self.file.seek(0)
        return self.file.read(BEGINNING)

    def says(self, text: str) -> bool:
        """See Configuration."""
        place = 0
        for piece in _read(self.file):
            if not text.startswith(piece, place):
                return False
            place += len(piece)
        return place == len(text)

    def same(self, other: Configuration) -> bool:
        """Do both have the same text?"""
        if not isinstance(other, Shelved):
            return self.says(other.text)
        return all(ours == theirs for ours, theirs in zip_longest(_read(self.file), _read(other.file)))


def _read(file: IO[str]) -> Iterator[str]:
    file.seek(0)
    while piece := file.read(_PIECE):
        yield piece


def shelved(folder: Path, pieces: Iterable[str]) -> tuple[IO[str], int]:
    """A file of that folder's disk with this text, and how many lines it has. Raise Refused if it is full."""
    lines = 0
    try:
        file = tempfile.TemporaryFile("w+", dir=folder, encoding="utf-8", newline="")  # noqa: SIM115 - it is handed on
        for piece in pieces:
            lines += piece.count("\n")
            file.write(piece)
        file.flush()
    except OSError as error:
        message = _("the state folder {folder} cannot be written: {why}")
        raise Refused(message.format(folder=folder, why=system_words(error)), cause=error) from error
    return file, lines
