"""Which ledger entries somebody wants to see. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bitools.documents.ledger import EntryItem, Wanted


@dataclass(frozen=True, slots=True)
class Span:
    """From `since` to `until`, both included; open where there is none."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, entry: EntryItem) -> bool:
        """Was it written then?"""
        if not (self.since or self.until):
            return True
        moment = datetime.fromisoformat(entry["time"])
        return (self.since is None or moment >= self.since) and (self.until is None or moment <= self.until)


@dataclass(frozen=True, slots=True)
class Filter:
    """All must fit; a part of the word is enough, but a duty is a whole article."""

    span: Span = field(default_factory=Span)
    actor: str = ""
    action: str = ""
    target: str = ""
    run: str = ""
    duty: str = ""

    def fits(self, entry: EntryItem) -> bool:
        """Is this entry wanted?"""
        return (
            (not self.duty or self.duty in entry["duties"])
            and self.actor in entry["actor"]
            and self.action in entry["action"]
            and self.target in entry["target"]
            and self.run in entry["run"]
            and self.span.holds(entry)
        )

    @property
    def as_json(self) -> Wanted:
        """What was asked for; what was not is left out."""
        wanted: Wanted = {}
        if self.span.since:
            wanted["since"] = self.span.since.isoformat(timespec="milliseconds")
        if self.span.until:
            wanted["until"] = self.span.until.isoformat(timespec="milliseconds")
        if self.actor:
            wanted["actor"] = self.actor
        if self.action:
            wanted["action"] = self.action
        if self.target:
            wanted["target"] = self.target
        if self.run:
            wanted["run"] = self.run
        if self.duty:
            wanted["duty"] = self.duty
        return wanted
