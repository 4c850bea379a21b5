"""Which ledger entries somebody wants to see. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Filter:
    """All must fit; a part of the word is enough, but a duty is a whole article.

    `until` without a time of day includes that day.
    """

    since: datetime | None = None
    until: datetime | None = None
    actor: str = ""
    action: str = ""
    target: str = ""
    run: str = ""
    duty: str = ""

    def fits(self, entry: Mapping[str, Any]) -> bool:
        """Is this entry wanted?"""
        words = ("actor", "action", "target", "run")
        if self.duty and self.duty not in entry["duties"]:
            return False
        return self._in_time(str(entry["time"])) and all(
            getattr(self, word) in str(entry[word]) for word in words
        )

    def _in_time(self, text: str) -> bool:
        if not (self.since or self.until):
            return True
        moment = datetime.fromisoformat(text)
        return (self.since is None or moment >= self.since) and (
            self.until is None or moment < self._end(self.until)
        )

    def _end(self, until: datetime) -> datetime:
        return until + timedelta(days=1) if until.time() == time(0) else until


def select(entries: Iterable[Mapping[str, Any]], wanted: Filter) -> Iterator[dict[str, Any]]:
    """The entries that fit, in their order."""
    return (dict(entry) for entry in entries if wanted.fits(entry))
