"""What the documents of all runs say about each device and each data set: the newest first. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from bitools.documents.backup import RunDocument
from bitools.documents.net import Snapshot, SnapshotItem
from bitools.documents.stored import moment
from bitools.past.essence import severity
from bitools.past.reading import Told
from bitools.report.digest.devices import ChangedDevice, ChangedLine, author
from bitools.report.digest.reminders import startup
from bitools.report.digest.view import Row, rows
from bitools.sanitize import inert

KEPT = 50  # changes of one device that are shown in full
_LINES = 400  # lines of one change


@dataclass(frozen=True, slots=True)
class DeviceChange:
    """One change of a device as its page shows it."""

    time: datetime
    author: str
    added: int
    removed: int
    moved: int
    commit: str
    security: bool
    first: bool
    rows: tuple[Row, ...]
    hidden: int
    reviewed: bool = False


@dataclass(slots=True)
class DeviceHistory:
    """One device over all runs; `error` is why the last reading failed, empty if it did not.

    `unsaved`: when it was last asked, it would have started with another configuration than it ran.
    """

    name: str
    site: str = ""
    role: str = ""
    platform: str = ""
    lines: int = 0
    read: datetime | None = None
    error: str = ""
    changes: int = 0
    unsaved: bool = False
    events: list[DeviceChange] = field(default_factory=list)

    @property
    def unreviewed(self) -> int:
        """How many of its changes nobody has reviewed."""
        return sum(1 for event in self.events if not event.first and not event.reviewed)

    @property
    def last_change(self) -> datetime | None:
        """When it was last found changed."""
        return next((event.time for event in self.events if not event.first), None)


@dataclass(slots=True)
class TierStanding:
    """One tier of a data set."""

    complete: int = 0
    last: datetime | None = None
    snapshot: str = ""


@dataclass(slots=True)
class Dataset:
    """One data set over all runs; `failed` counts failures since its last complete backup."""

    name: str
    failed: int = 0
    tiers: dict[str, TierStanding] = field(default_factory=dict)


@dataclass(slots=True)
class FullHistory:
    """Everything."""

    devices: dict[str, DeviceHistory] = field(default_factory=dict)
    backups: dict[str, Dataset] = field(default_factory=dict)


def collect(every: Iterable[Told], zone: tzinfo) -> FullHistory:
    """Read the documents, oldest first. Dry runs are passed over."""
    seen = FullHistory()
    reviewed: set[str] = set()
    for each in every:
        if (document := each.document) is None or not document["applied"]:
            continue
        if (began := moment(document["started"])) is None:
            continue
        if document["schema"] == "bitools.net.snapshot/1":
            _snapshot(seen, document, began.astimezone(zone))
        elif document["schema"] == "bitools.backup.run/1":
            _backup(seen, document, began.astimezone(zone), each.times)
        elif document["schema"] == "bitools.net.ack/1":
            reviewed |= {_short(item["commit"]) for item in document["items"] if item["review"]}
        elif document["schema"] == "bitools.net.diff/1":
            for name, differs in startup(document):
                _device(seen, name).unsaved = differs
    for device in seen.devices.values():
        newest = device.events[::-1][:KEPT]
        device.events = [replace(event, reviewed=event.commit in reviewed) for event in newest]
    return seen


def _snapshot(seen: FullHistory, document: Snapshot, began: datetime) -> None:
    for item in document["items"]:
        device = _device(seen, item["device"])
        device.site = inert(item["site"]) or device.site
        device.role = inert(item["role"]) or device.role
        device.platform = inert(item["platform"]) or device.platform
        if item["status"] == "quarantined":
            continue
        device.read, device.error, device.lines = began, "", item["lines"]
        if item["status"] == "stored":
            device.changes += not item["first"]
            device.events.append(_event(device.name, item, began))
    for failure in document["failed"]:
        _device(seen, failure["target"]).error = inert(failure["error"]) or "?"


def _device(seen: FullHistory, name: str) -> DeviceHistory:
    key = inert(name)
    return seen.devices.setdefault(key, DeviceHistory(key))


def _short(commit: str | None) -> str:
    return inert(commit or "")[:12]


def _event(name: str, item: SnapshotItem, began: datetime) -> DeviceChange:
    first = item["first"]
    changes = tuple(map(ChangedLine.of, item["changes"]))
    diff = "\n".join(map(inert, item["diff"].split("\n")))
    every = () if first else tuple(rows(ChangedDevice(name, changes=changes, diff=diff)))
    return DeviceChange(
        began,
        author(item),
        item["added"],
        item["removed"],
        item.get("moved", 0),
        _short(item["commit"]),
        severity(item) == "critical",
        first,
        every[:_LINES],
        max(0, len(every) - _LINES),
    )


def _backup(seen: FullHistory, document: RunDocument, began: datetime, times: int) -> None:
    for item in document["items"]:
        name = inert(item["dataset"])
        dataset = seen.backups.setdefault(name, Dataset(name))
        if item["status"] != "complete":
            continue
        dataset.failed = 0
        for tier in item["tiers"] or ("–",):
            standing = dataset.tiers.setdefault(inert(tier), TierStanding())
            standing.complete += 1
            standing.last, standing.snapshot = began, inert(item["snapshot"] or "")
    for failure in document["failed"]:
        name = inert(failure["target"])
        seen.backups.setdefault(name, Dataset(name)).failed += times
