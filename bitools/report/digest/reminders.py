"""What stays on the report until somebody does something about it. Pure.

Devices that nobody reads any more, configurations that were not saved and would be gone after a power cut,
changes that nobody has reviewed. The documents tell of each once; a cursor carries it on to the next report.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bitools.documents.net import Diff, SnapshotItem
from bitools.documents.stored import Known
from bitools.past.places import Place
from bitools.report.digest.again import Again
from bitools.sanitize import inert

STALE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Lasting:
    """Times are ISO 8601.

    `read`: device → when it was last read, or when a report first met it. `unsaved`: device → since when.
    `unreviewed`: commit → its device and when it was stored.
    """

    read: Mapping[str, str] = field(default_factory=dict)
    unsaved: Mapping[str, str] = field(default_factory=dict)
    unreviewed: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reminders:
    """What a report says of it. `stale` and `unsaved`: device → since when; `unreviewed`: device → the times
    of its changes, those that this report tells for the first time left out. `news`: is one of it new?
    """

    stale: Mapping[str, str] = field(default_factory=dict)
    unsaved: Mapping[str, str] = field(default_factory=dict)
    unreviewed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    news: frozenset[str] = frozenset()

    def of(self, devices: Container[str]) -> Reminders:
        """The part that is about these devices."""
        return Reminders(
            {name: since for name, since in self.stale.items() if name in devices},
            {name: since for name, since in self.unsaved.items() if name in devices},
            {name: times for name, times in self.unreviewed.items() if name in devices},
            frozenset(name for name in self.news if name in devices),
        )


def remind(
    before: Lasting,
    after: Lasting,
    places: Mapping[str, Place],
    failing: Container[str],
    reported: datetime | None,
    now: datetime,
) -> Reminders:
    """What is to be said now; of a device that fails, its failure says more than that it is stale."""
    stale = {
        name: read
        for name, read in after.read.items()
        if not places[name].silent and name not in failing and now - datetime.fromisoformat(read) >= STALE
    }
    unreviewed: dict[str, tuple[str, ...]] = {}
    for commit, (name, at) in sorted(after.unreviewed.items(), key=lambda entry: entry[1]):
        if commit in before.unreviewed:
            unreviewed[name] = (*unreviewed.get(name, ()), at)
    grown = {name for name, read in stale.items() if _is_new(datetime.fromisoformat(read) + STALE, reported)}
    return Reminders(
        stale, after.unsaved, unreviewed, frozenset(grown | after.unsaved.keys() - before.unsaved.keys())
    )


def _is_new(since: datetime, reported: datetime | None) -> bool:
    return reported is None or since > reported


def last(before: Lasting, documents: Iterable[Known], places: Mapping[str, Place], now: datetime) -> Lasting:
    """What lasts after these documents, oldest first. A device that left the inventory is forgotten."""
    read, unsaved, unreviewed = dict(before.read), dict(before.unsaved), dict(before.unreviewed)
    read_of, stored_of = Again(_read), Again(_stored)
    for document in documents:
        if document["schema"] == "bitools.net.snapshot/1":
            began = document["started"]
            read.update(dict.fromkeys(read_of(document["items"]), began))
            unreviewed.update((commit, (name, began)) for commit, name in stored_of(document["items"]))
        elif document["schema"] == "bitools.net.ack/1":
            for reviewed in document["items"]:
                if reviewed["status"] in ("reviewed", "unchanged"):
                    unreviewed.pop(reviewed["commit"], None)
        elif document["schema"] == "bitools.net.diff/1":
            for name, differs in startup(document):
                if differs:
                    unsaved.setdefault(name, document["started"])
                else:
                    unsaved.pop(name, None)
    for name in places:
        read.setdefault(name, now.isoformat(timespec="seconds"))
    return Lasting(
        {name: at for name, at in read.items() if name in places},
        {name: at for name, at in unsaved.items() if name in places},
        unreviewed,
    )


def startup(document: Diff) -> Iterator[tuple[str, bool]]:
    """Each device that was asked for its startup configuration; would it start with another one?"""
    if document.get("against") == "startup":
        for item in document["items"]:
            yield inert(item["device"]), bool(item["added"] or item["removed"] or item.get("moved"))


def _read(items: Sequence[SnapshotItem]) -> list[str]:
    return [inert(item["device"]) for item in items if item["status"] in ("stored", "unchanged")]


def _stored(items: Sequence[SnapshotItem]) -> list[tuple[str, str]]:
    """Each commit that somebody is to review, and its device."""
    return [
        (item["commit"], inert(item["device"]))
        for item in items
        if item["status"] == "stored" and not item["first"] and item["commit"]
    ]
