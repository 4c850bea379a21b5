"""Lines that are sealed and not read: whatever a firewall or a server writes."""

from __future__ import annotations

from bitools.iplog.decisions.found import Found, Reader, Word
from bitools.iplog.decisions.instants import Clock


def reader(clock: Clock) -> Reader:
    """Read nothing."""

    def read(line: str) -> Found:
        return Word.IGNORED

    return read
