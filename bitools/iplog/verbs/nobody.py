"""Before it is said that nobody had an address, the lines themselves are read: an index can lose some.

Of every source that covers the address, as far back as a lease could reach; sealed frames are proven on the
way.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from bitools.iplog.decisions import addresses
from bitools.iplog.decisions.events import Address, Event, Flag, Reader
from bitools.iplog.decisions.formats import JOURNALS, READERS
from bitools.iplog.decisions.grading import Coverage
from bitools.iplog.verbs.archive import Archive
from bitools.iplog.wire.encoding import texts
from bitools.iplog.wire.index import Index, altered


class Nobody:
    """Reads what lines say of an address; what was read once is remembered."""

    def __init__(self, archive: Archive, index: Index) -> None:
        self.archive, self.index = archive, index
        self._times = lru_cache(4096)(self._read)

    def proven(self, ip: Address, at: int, coverages: list[Coverage]) -> None:
        """Raise IntegrityBroken if a line within reach of the instant (ms) tells of the address after all."""
        for one in coverages:
            since = max(one.known or 0, at - (one.longest or 0))
            for segment in self.index.segments(one.source, since, at):
                times = self._times(segment, one.source, ip)
                if bisect_right(times, at) > bisect_right(times, since):
                    raise altered(addresses.shown(ip))

    def _read(self, segment: int, source: str, ip: Address) -> list[int]:
        """When a segment's lines tell of the address, as far as they say a time without doubt."""
        wanted = addresses.shown(ip).encode() if isinstance(ip, int) else b""
        layout = self.archive.sources()[source].format
        whole = not wanted or layout in JOURNALS  # whatever else a line refers to names the address, too
        readers: dict[str, Reader] = {}
        found = []
        for written, content in self._pieces(segment, source):
            if not whole and b"\0" not in content:  # UTF-16 would not hold it as it is written here
                content = b"\n".join(row for row in content.split(b"\n") if wanted in row)
            read = readers.setdefault(written, READERS[layout](self.archive.clock(source, written)))
            for one in map(read, texts(content)):
                if type(one) is Event and one.ip == ip:
                    found += [one.at] if one.alternative is None and not one.flags & Flag.UNTIMED else []
        return sorted(found)

    def _pieces(self, segment: int, source: str) -> Iterator[tuple[str, bytes]]:
        store = self.archive.store
        if store.manifest_file(segment).exists():
            if store.segment_file(segment, source).exists():
                yield from self.archive.sealed_pieces(segment, source, store.frames(segment))
            return
        for opened in store.opened():
            if opened.number == segment:
                yield from self.archive.pieces(opened, source)
