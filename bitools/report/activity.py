"""The figures of a period, from the ledger and the documents of its runs. Pure.

An act is counted in the period in which it began, whatever became of it and when. Everything the tables say
can be counted again from `ledger.jsonl` and `documents/` by anybody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bitools.report.acts import Act
from bitools.report.changes import SECURITY
from bitools.report.period import Period
from bitools.sanitize import inert

Json = Mapping[str, Any]

CLOSING = ("user.disable", "user.offboard")


@dataclass(slots=True)
class DeviceYear:
    """One device in the period. `changes`: how often its configuration was found changed."""

    name: str
    site: str = ""
    role: str = ""
    read: int = 0
    unread: int = 0
    changes: int = 0
    security: int = 0
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
    acts: list[Act] = field(default_factory=list)
    devices: dict[str, DeviceYear] = field(default_factory=dict)
    datasets: dict[str, DatasetYear] = field(default_factory=dict)
    changes: Counter[str] = field(default_factory=Counter)  # by part of the period
    security: Counter[str] = field(default_factory=Counter)
    reviews: list[float] = field(default_factory=list)  # hours that each reviewed change had waited
    documents: int = 0

    def counted(self, *actions: str, well: bool = True) -> Counter[str]:
        """Acts of these kinds by part of the period: those that went well, or the others."""
        return Counter(
            self.period.part(act.time) for act in self.acts if act.action in actions and act.went_well is well
        )

    @property
    def by_duty(self) -> dict[str, list[Act]]:
        """Article → its acts."""
        found: dict[str, list[Act]] = defaultdict(list)
        for act in self.acts:
            for duty in act.duties:
                found[duty].append(act)
        return dict(found)


def activity(period: Period, every: Iterable[Act], documents: Iterable[Json]) -> Activity:
    """Count what belongs to the period. Dry runs did nothing and are passed over."""
    found = Activity(period, [act for act in every if period.holds(act.time)])
    for document in documents:
        moment = began(document)
        if moment is None or not period.holds(moment) or document.get("applied") is False:
            continue
        found.documents += 1
        kind = str(document.get("schema", "")).removeprefix("bitools.").partition("/")[0]
        if kind == "net.snapshot":
            _snapshot(found, document, moment)
        elif kind == "backup.run":
            _backups(found, document, moment)
        elif kind == "net.ack":
            found.reviews += _reviews(document)
    return found


def began(document: Json) -> datetime | None:
    """When the run began that wrote a document; None if it does not say."""
    try:
        return datetime.fromisoformat(str(document.get("started", "")))
    except ValueError:
        return None


def _snapshot(found: Activity, document: Json, moment: datetime) -> None:
    for item in document.get("items") or ():
        device = _device(found, item.get("device", ""))
        device.site = inert(item.get("site") or "") or device.site
        device.role = inert(item.get("role") or "") or device.role
        if item.get("status") == "quarantined":
            device.unread += 1
            continue
        device.read += 1
        if item.get("status") == "stored" and not item.get("first"):
            _changed(found, device, item, moment)
    quarantined = {item.get("device") for item in document.get("items") or ()}
    for failure in document.get("failed") or ():
        if failure.get("target") not in quarantined:
            _device(found, failure.get("target", "")).unread += 1


def _changed(found: Activity, device: DeviceYear, item: Json, moment: datetime) -> None:
    device.changes += 1
    device.added += int(item.get("added") or 0)
    device.removed += int(item.get("removed") or 0)
    device.last = max(device.last, moment) if device.last else moment
    part = found.period.part(moment)
    found.changes[part] += 1
    if any(change.get("severity") in SECURITY for change in item.get("changes") or ()):
        device.security += 1
        found.security[part] += 1


def _reviews(document: Json) -> Iterator[float]:
    for item in document.get("items") or ():
        review = item.get("review") or {}
        if item.get("status") == "reviewed" and review.get("time"):
            waited = datetime.fromisoformat(review["time"]) - datetime.fromisoformat(item["time"])
            yield waited.total_seconds() / 3600


def _device(found: Activity, name: object) -> DeviceYear:
    key = inert(name)
    return found.devices.setdefault(key, DeviceYear(key))


def _backups(found: Activity, document: Json, moment: datetime) -> None:
    partial = set()
    for item in document.get("items") or ():
        name, status = inert(item.get("dataset", "")), item.get("status")
        dataset = found.datasets.setdefault(name, DatasetYear(name))
        if status == "complete":
            dataset.complete += 1
            dataset.bytes += int(item.get("bytes") or 0)
            dataset.tiers.update(map(inert, item.get("tiers") or ()))
            dataset.last = max(dataset.last, moment) if dataset.last else moment
        elif status == "partial":
            dataset.failed += 1
            partial.add(name)
    for failure in document.get("failed") or ():
        name = inert(failure.get("target", ""))
        if name not in partial:
            found.datasets.setdefault(name, DatasetYear(name)).failed += 1
