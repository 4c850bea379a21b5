"""Lines that are sealed and not read: whatever a firewall or a server writes."""

from __future__ import annotations

from bitools.iplog.decisions.events import Meaning, Reader, Word
from bitools.iplog.decisions.instants import Clock


def reader(clock: Clock) -> Reader:
    """Read nothing."""

    def read(line: str) -> Meaning:
        return Word.IGNORED

    return read
