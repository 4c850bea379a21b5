"""What was purged by the book: of its time nobody can say any more that nobody had an address."""

from __future__ import annotations

import json
from bisect import bisect_left
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from bitools.iplog.wire.store import Store

_AHEAD = timedelta(days=1)  # what a line may be ahead of the day it was taken on


class Purged:
    """Sealed segments whose lines are gone, whoever removed them; their manifests are still there."""

    def __init__(self, store: Store, zone: ZoneInfo) -> None:
        self._store, self._zone = store, zone
        self._numbers = [one for one in store.sealed() if not store.segment_file(one, "x").parent.exists()]
        self._said = cache(self._read)

    def touches(self, source: str, begins: int, ends: int) -> bool:
        """Did lines of this source tell of a stretch of time (ms)? Late ones stand in any later segment."""
        earliest = datetime.fromtimestamp(begins / 1000, self._zone).date() - _AHEAD
        first = bisect_left(self._numbers, earliest, key=lambda number: self._said(number)[0])
        told = (self._said(number)[1].get(source) for number in self._numbers[first:])
        return any(one is not None and one[0] <= ends and one[1] >= begins for one in told)

    def _read(self, number: int) -> tuple[date, dict[str, tuple[int, int]]]:
        """The day of a segment, and the first and the last time that each source told of in it."""
        said = json.loads(self._store.manifest_file(number).read_bytes())
        stretches = {
            name: (_instant(one["first"]), _instant(one["last"]))
            for name, one in said["sources"].items()
            if one["first"] and one["last"]
        }
        return date.fromisoformat(said["day"]), stretches


def _instant(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)
