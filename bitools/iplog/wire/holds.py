"""Ranges of days that are frozen for a file number: `holds.json`, small and rewritten whole."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date

from bitools.iplog.wire.store import Store


@dataclass(frozen=True, slots=True)
class Hold:
    """Days from `begins` to `ends`, both included, and who froze them, why and when (ISO 8601).

    `pinned`: data set → time of the backup that is kept for it, too.
    """

    file_number: str
    begins: str
    ends: str
    reason: str
    by: str
    since: str
    pinned: dict[str, str] = field(default_factory=dict)

    def touches(self, first: date, last: date) -> bool:
        """Is any of these days frozen?"""
        return date.fromisoformat(self.begins) <= last and date.fromisoformat(self.ends) >= first


def read(store: Store) -> list[Hold]:
    """Every hold. Raise ValueError if the file is none of ours: nothing is purged then."""
    try:
        stored = json.loads(store.path("holds.json").read_bytes())
    except FileNotFoundError:
        return []
    return [Hold(**one) for one in stored]


def write(store: Store, held: list[Hold]) -> None:
    """Replace them."""
    store.put(json.dumps([asdict(one) for one in held], ensure_ascii=False, indent=1).encode(), "holds.json")
