"""Where the log lies in the state, and the numbers of its segments.

open/000124-2026-11-28/<source>.zst   what is taken, until it is sealed
cursors/<source>.json                 how far files are read
segments/000123/<source>.zst          sealed lines, until they may go
seals/000123.{json,list,tsr}          manifest, list of frames, time stamp; kept for good
index/                                derived, made anew at will
damaged/                              what was left of journals that are not as they were written
holds.json
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import NamedTuple

from bitools.iplog.decisions.manifest import Frame, parsed
from bitools.state import State, write

_OPEN = re.compile(r"(\d{6,})-(\d{4}-\d\d-\d\d)$")
_SEAL = re.compile(r"(\d{6,})\.json$")


class Opened(NamedTuple):
    """A segment that is not sealed yet: its number, its day, its folder."""

    number: int
    day: date
    folder: Path

    def sources(self) -> list[str]:
        """The sources that have lines or at least were looked at."""
        return sorted(path.stem for path in self.folder.glob("*.zst"))

    def file(self, source: str) -> Path:
        """Where a source's lines are."""
        return self.folder / f"{source}.zst"


class Store:
    """The folder `iplog/` of the state."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.folder = state.folder / "iplog"

    def path(self, *parts: str) -> Path:
        """A place inside; the folder it stands in exists afterwards. Raise as `State.path`."""
        return self.state.path("iplog", *parts)

    def opened(self) -> list[Opened]:
        """The segments that are not sealed, oldest first."""
        return [one for one in self._folders() if not self.manifest_file(one.number).exists()]

    def sealed(self) -> list[int]:
        """The numbers of the seals, in order."""
        found = (_SEAL.match(path.name) for path in self.folder.glob("seals/*.json"))
        return sorted(int(told[1]) for told in found if told)

    def today(self, day: date) -> Opened:
        """The segment for lines taken on this day; a new one if there is none."""
        for one in self.opened():
            if one.day >= day:  # a clock that was set back goes on in the segment that it left
                return one
        numbers = [one.number for one in self.opened()] + self.sealed()[-1:]
        number = max(numbers, default=0) + 1
        return Opened(number, day, self.path("open", f"{number:06d}-{day}", "x").parent)

    def open_folder(self, number: int, day: date) -> Opened:
        """Where the lines of a segment are until it is sealed; nothing is made."""
        return Opened(number, day, self.folder / "open" / f"{number:06d}-{day}")

    def leftovers(self) -> list[Opened]:
        """Open segments whose seal was finished by a run that died before it removed them."""
        return [one for one in self._folders() if self.manifest_file(one.number).exists()]

    def _folders(self) -> list[Opened]:
        found = ((_OPEN.match(path.name), path) for path in self.folder.glob("open/*"))
        return sorted(Opened(int(t[1]), date.fromisoformat(t[2]), path) for t, path in found if t)

    def manifest_file(self, number: int) -> Path:
        """The manifest."""
        return self.folder / "seals" / f"{number:06d}.json"

    def list_file(self, number: int) -> Path:
        """The list of frames."""
        return self.folder / "seals" / f"{number:06d}.list"

    def stamp_file(self, number: int) -> Path:
        """The time authority's response."""
        return self.folder / "seals" / f"{number:06d}.tsr"

    def segment_file(self, number: int, source: str) -> Path:
        """A source's sealed lines."""
        return self.folder / "segments" / f"{number:06d}" / f"{source}.zst"

    def frames(self, number: int) -> list[Frame]:
        """The list of a seal. Raise OSError or ValueError if it is missing or none."""
        return parsed(self.list_file(number).read_bytes())

    def put(self, content: bytes, *parts: str, mode: int = 0o640) -> Path:
        """Write a file so that a crash leaves the old one or the new one."""
        path = self.path(*parts)
        write(path, content, mode)
        return path
