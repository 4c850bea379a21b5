"""The lines that an answer stands on, fetched from where they are sealed, or from what is not sealed yet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from bitools.errors import IntegrityBroken
from bitools.i18n import _
from bitools.iplog.decisions import addresses
from bitools.iplog.decisions.events import Address
from bitools.iplog.decisions.manifest import Frame
from bitools.iplog.decisions.tenancies import Place
from bitools.iplog.verbs.archive import Archive
from bitools.iplog.verbs.unsealed import as_taken
from bitools.iplog.wire import frames
from bitools.iplog.wire.encoding import texts
from bitools.iplog.wire.frames import changed
from bitools.iplog.wire.store import Opened

if TYPE_CHECKING:
    from bitools.documents.iplog import Evidence

_LONGEST = 2_000  # characters of a line that are shown
_MAC = len("00:00:00:00:00:00")
_WORD = re.compile(r"[0-9A-Fa-f:.-]{4,}")  # whatever can be an address or names a client


def _names(word: str, client: bytes) -> bool:
    """Is it this client's address or identity? The kind of hardware may stand before it (`06-`, `01:`)."""
    return client in (addresses.client(word), addresses.mac(word[-_MAC:]))


class Lines:
    """Fetches lines by their place; what was fetched once is not read again."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._listed = lru_cache(16)(archive.store.frames)
        self._content = lru_cache(64)(self._frame)
        self._as_taken = lru_cache(16)(partial(as_taken, archive))

    def evidence(self, *places: Place) -> list[Evidence]:
        """The lines at these places, each once, in order."""
        found: list[Evidence] = []
        for place in sorted(set(places)):
            content, sealed = self.block(place)
            text = "\n".join(texts(content))[:_LONGEST]
            found.append({
                "segment": place.segment, "source": place.source, "line": place.line, "sealed": sealed,
                "text": text,
            })  # fmt: skip
        return found

    def proven(self, ip: Address, mac: bytes | None, first: Place, last: Place) -> list[Evidence]:
        """The lines of who held an address: what the index says of him must stand in them.

        Raise IntegrityBroken if it does not: the index was altered, or is of other lines.
        """
        for place, wanted in ((first, mac), (last, None)):  # what ends a tenancy need not name the client
            text = "\n".join(texts(self.block(place)[0]))
            words = [word.strip(".-:") for word in _WORD.findall(text)]
            named = wanted is None or "ia-" in text or any(_names(one, wanted) for one in words)
            if not named or all(addresses.address(one) != ip for one in words):
                said = _("{source}: line {line} of {segment:06d} does not say what the index says of it")
                hint = _("make it anew: bitools iplog ingest --reindex")
                raise IntegrityBroken(said.format(**place._asdict()), hint=hint, reason="index")
        return self.evidence(first, last)

    def block(self, place: Place) -> tuple[bytes, bool]:
        """The line, or the block of a journal that ends there; and whether it is sealed.

        Raise IntegrityBroken if its frame is not the one that was sealed.
        """
        sealed = self.archive.store.manifest_file(place.segment).exists()
        found = self.frame(place) if sealed else None
        if found is not None:
            frame, first = found
            rows = self._content(place.segment, frame).split(b"\n")
        else:
            rows, first = self._open(place)
        at = place.line - first
        source = self.archive.sources().get(place.source)
        begin = at
        if source is not None and source.format == "dhcpd-leases":
            while begin > 0 and not rows[begin].startswith((b"lease ", b"ia-")):
                begin -= 1
        return b"\n".join(rows[begin : at + 1]) + b"\n", found is not None

    def frame(self, place: Place) -> tuple[Frame, int] | None:
        """The sealed frame that holds a line, and the number of its first line."""
        first = 1
        for frame in self._listed(place.segment):
            if frame.source != place.source:
                continue
            if first <= place.line < first + frame.lines:
                return frame, first
            first += frame.lines
        return None

    def _frame(self, segment: int, frame: Frame) -> bytes:
        return frames.content(self.archive.store.segment_file(segment, frame.source), frame)

    def _open(self, place: Place) -> tuple[list[bytes], int]:
        """The lines of the record that holds this one, and the number of its first.

        Raise IntegrityBroken if they are not as they were taken.
        """
        for opened in self.archive.store.opened():
            if opened.number == place.segment:
                first = 1
                for _day, content in self._taken(opened, place.source):
                    count = content.count(b"\n")
                    if first <= place.line < first + count:
                        return content.split(b"\n"), first
                    first += count
                raise changed(opened.file(place.source))
        raise changed(self.archive.store.folder / "open" / f"{place.segment:06d}")

    def _taken(self, opened: Opened, source: str) -> Iterator[tuple[str, bytes]]:
        if not self._as_taken(opened, source):
            raise changed(opened.file(source))
        return self.archive.pieces(opened, source)
