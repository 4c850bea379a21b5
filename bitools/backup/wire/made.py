"""A snapshot that was just made: what went in, and whether that is all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

_VANISHED = re.compile(r"no such file or directory$", re.IGNORECASE)

Head = bytes


@dataclass(frozen=True, slots=True)
class Made:
    """A snapshot just made: its id (8 digits before restic 0.15), what went in, whether all could be read.

    `added` is how many bytes the repository grew by, `new` and `changed` how many files restic had not, or
    not so, in the snapshot that it compared with. `parts` are the bytes of each file, where several
    snapshots are one run; `heads` the first bytes of what programs wrote, by file, `tables` how many tables
    the server said there were, `rows` how many rows in each.
    """

    id: str
    bytes: int
    complete: bool
    complaint: str = ""
    files: int = 0
    added: int = 0
    new: int = 0
    changed: int = 0
    unread: tuple[str, ...] = ()
    parts: Mapping[str, int] = field(default_factory=dict)
    heads: Mapping[str, Head] = field(default_factory=dict)
    tables: Mapping[str, int | None] = field(default_factory=dict)
    rows: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def tolerant(self, share: float) -> Made:
        """Complete, if all that is missing is files that were gone when they were read, and no more of them
        than this share.
        """
        gone = all(_VANISHED.search(one) for one in self.unread)
        few = len(self.unread) <= share * (self.files + len(self.unread))
        if self.complete or not self.unread or not gone or not few:
            return self
        return replace(self, complete=True)


def together(made: Mapping[str, Made], complaint: str = "") -> Made:
    """Several snapshots of one file each as one; with a `complaint` something is missing."""
    every = list(made.values())
    return Made(
        id=every[-1].id,
        bytes=sum(one.bytes for one in every),
        complete=not complaint and all(one.complete for one in every),
        complaint=complaint,
        files=sum(one.files for one in every),
        added=sum(one.added for one in every),
        parts={name: one.bytes for name, one in made.items()},
        heads={name: head for one in every for name, head in one.heads.items()},
        tables={name: count for one in every for name, count in one.tables.items()},
        rows={name: rows for one in every for name, rows in one.rows.items()},
    )
