"""The figures of a period, from the ledger and the documents of its runs. Pure.

An act is counted in the period in which it began, whatever became of it and when. Everything the tables say
can be counted again from `ledger.jsonl` and `documents/` by anybody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from bitools.documents.backup import RunDocument
from bitools.documents.net import Ack, Snapshot, SnapshotItem
from bitools.documents.stored import moment
from bitools.figures.performed import Performed
from bitools.figures.period import Period
from bitools.past.essence import severity
from bitools.past.reading import Told
from bitools.sanitize import inert


@dataclass(slots=True)
class DeviceYear:
    """One device in the period. `changes`: how often its configuration was found changed."""

    name: str
    site: str = ""
    role: str = ""
    read: int = 0
    unread: int = 0
    changes: int = 0
    critical: int = 0
    added: int = 0
    removed: int = 0
    last: datetime | None = None


@dataclass(slots=True)
class DatasetYear:
    """One data set in the period. `bytes`: what its complete backups added, before compression."""

    name: str
    complete: int = 0
    failed: int = 0
    bytes: int = 0
    last: datetime | None = None
    tiers: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Activity:
    """All figures of one period."""

    period: Period
    acts: list[Performed] = field(default_factory=list)
    devices: dict[str, DeviceYear] = field(default_factory=dict)
    datasets: dict[str, DatasetYear] = field(default_factory=dict)
    changes: Counter[str] = field(default_factory=Counter)  # by part of the period
    critical: Counter[str] = field(default_factory=Counter)
    reviews: list[float] = field(default_factory=list)  # hours that each reviewed change had waited
    documents: int = 0

    def counted(self, *actions: str, well: bool = True) -> Counter[str]:
        """Acts of these kinds by part of the period: those that went well, or the others."""
        return Counter(
            self.period.part(act.time) for act in self.acts if act.action in actions and act.went_well is well
        )

    def done(self, *actions: str) -> int:
        """How many acts of these kinds went well."""
        return sum(1 for act in self.acts if act.action in actions and act.went_well)

    @property
    def by_duty(self) -> dict[str, list[Performed]]:
        """Article → its acts."""
        found: dict[str, list[Performed]] = defaultdict(list)
        for act in self.acts:
            for duty in act.duties:
                found[duty].append(act)
        return dict(found)


def activity(period: Period, every: Iterable[Performed], told: Iterable[Told]) -> Activity:
    """Count what belongs to the period. Dry runs did nothing and are passed over."""
    found = Activity(period, [act for act in every if period.holds(act.time)])
    for each in told:
        if (document := each.document) is None or not document["applied"]:
            continue
        began = moment(document["started"])
        if began is None or not period.holds(began):
            continue
        found.documents += each.times
        if document["schema"] == "bitools.net.snapshot/1":
            _snapshot(found, document, began, each.times)
        elif document["schema"] == "bitools.backup.run/1":
            _backups(found, document, began, each.times)
        elif document["schema"] == "bitools.net.ack/1":
            found.reviews += _reviews(document)
    return found


def _snapshot(found: Activity, document: Snapshot, began: datetime, times: int) -> None:
    quarantined = set()
    for item in document["items"]:
        device = _device(found, item["device"])
        device.site, device.role = inert(item["site"]) or device.site, inert(item["role"]) or device.role
        if item["status"] == "quarantined":
            device.unread += times
            quarantined.add(item["device"])
            continue
        device.read += times
        if item["status"] == "stored" and not item["first"]:
            _changed(found, device, item, began)
    for failure in document["failed"]:
        if failure["target"] not in quarantined:
            _device(found, failure["target"]).unread += times


def _changed(found: Activity, device: DeviceYear, item: SnapshotItem, began: datetime) -> None:
    device.changes += 1
    device.added += item["added"]
    device.removed += item["removed"]
    device.last = max(device.last, began) if device.last else began
    part = found.period.part(began)
    found.changes[part] += 1
    if severity(item) == "critical":
        device.critical += 1
        found.critical[part] += 1


def _reviews(document: Ack) -> Iterator[float]:
    for item in document["items"]:
        if item["status"] == "reviewed" and item["review"]:
            waited = datetime.fromisoformat(item["review"]["time"]) - datetime.fromisoformat(item["time"])
            yield waited.total_seconds() / 3600


def _device(found: Activity, name: str) -> DeviceYear:
    key = inert(name)
    return found.devices.setdefault(key, DeviceYear(key))


def _backups(found: Activity, document: RunDocument, began: datetime, times: int) -> None:
    partial = set()
    for item in document["items"]:
        name = inert(item["dataset"])
        dataset = found.datasets.setdefault(name, DatasetYear(name))
        if item["status"] == "complete":
            dataset.complete += 1
            dataset.bytes += item["bytes"]
            dataset.tiers.update(item["tiers"])
            dataset.last = max(dataset.last, began) if dataset.last else began
        elif item["status"] == "partial":
            dataset.failed += times
            partial.add(name)
    for failure in document["failed"]:
        name = inert(failure["target"])
        if name not in partial:
            found.datasets.setdefault(name, DatasetYear(name)).failed += times
