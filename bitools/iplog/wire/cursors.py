"""How far the files of a source are read, and how much of it lies in segments that are not sealed yet.

cursors/<source>.json   files   by inode, as `follow` knows them
                        upto    the segment, and the byte in it, that told last
                        open    by number, of each segment that is not sealed: day, bytes, last link
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any, NamedTuple

from bitools.iplog.wire.frames import Journal
from bitools.iplog.wire.store import Opened, Store


class End(NamedTuple):
    """Where a source's lines in an open segment ended; `link` is empty where an older version wrote it."""

    day: date
    size: int
    link: str


class Cursors:
    """Those of all sources of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def sources(self) -> list[str]:
        """Every source that was ever read."""
        return sorted(path.stem for path in self._store.folder.glob("cursors/*.json"))

    def files(self, source: str) -> dict[str, Any]:
        """How far a source's files are read: as last written, and what the open segments know since."""
        stored = self._stored(source)
        files, (number, size) = stored["files"], stored["upto"]
        for one in self._store.opened():
            if one.number >= number and source in one.sources():
                _follow(files, Journal(one.file(source)), size if one.number == number else 0)
        return dict(files)

    def ends(self, source: str) -> dict[int, End]:
        """What was accounted for of the segments that are not sealed."""
        stored = self._stored(source)
        number, size = stored["upto"]
        older = {
            str(one.number): [str(one.day), size, ""] for one in self._store.opened() if one.number == number
        }
        known = stored.get("open", older)
        return {
            int(key): End(date.fromisoformat(day), size, link)
            for key, (day, size, link) in known.items()
            if int(key) and not self._store.manifest_file(int(key)).exists()
        }

    def keep(self, source: str, files: dict[str, Any], opened: Opened, journal: Journal) -> None:
        """Write how far its files are read, by what this segment holds now."""
        ends = {**self.ends(source), opened.number: End(opened.day, journal.size, journal.link)}
        told = {str(number): [str(end.day), end.size, end.link] for number, end in ends.items()}
        self._write(source, {"files": files, "upto": [opened.number, journal.size], "open": told})

    def save_positions(self, source: str, opened: Opened) -> None:
        """Before an open segment goes away, the positions in it are written down here."""
        stored, journal = self._stored(source), Journal(opened.file(source))
        number, size = stored["upto"]
        if (opened.number, journal.size) > (number, size):
            _follow(stored["files"], journal, size if number == opened.number else 0)
            self.keep(source, stored["files"], opened, journal)

    def sealed(self, source: str, number: int) -> None:
        """From now on its manifest vouches for the segment."""
        stored = self._stored(source)
        if stored.get("open", {}).pop(str(number), None):
            self._write(source, stored)

    def _write(self, source: str, stored: dict[str, Any]) -> None:
        self._store.put(json.dumps(stored).encode(), "cursors", f"{source}.json")

    def _stored(self, source: str) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(self._store.path("cursors", f"{source}.json").read_bytes())
        except (OSError, ValueError):
            return {"files": {}, "upto": [0, 0]}
        return found


def _follow(files: dict[str, Any], journal: Journal, skip: int) -> None:
    """What records say of the files they were read from, from that byte on."""
    for _end, header in journal.headers(skip):
        if told := header.get("file"):
            files[told["inode"]] = told
        if gone := header.get("forget"):
            files.pop(gone, None)
