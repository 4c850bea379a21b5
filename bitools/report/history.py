"""What the documents of all runs say about each device and each data set: the newest first. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import Any

from bitools.report.activity import began
from bitools.report.changes import Change
from bitools.report.changes import Device as Changed
from bitools.report.view import Row, rows
from bitools.sanitize import inert

Json = Mapping[str, Any]

KEPT = 50  # changes of one device that are shown in full
_LINES = 400  # lines of one change


@dataclass(frozen=True, slots=True)
class Event:
    """One change of a device as its page shows it."""

    time: datetime
    author: str
    added: int
    removed: int
    commit: str
    security: bool
    first: bool
    rows: tuple[Row, ...]
    hidden: int
    reviewed: bool = False


@dataclass(slots=True)
class Device:
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
    events: list[Event] = field(default_factory=list)

    @property
    def unreviewed(self) -> int:
        """How many of its changes nobody has reviewed."""
        return sum(1 for event in self.events if not event.first and not event.reviewed)

    @property
    def last_change(self) -> datetime | None:
        """When it was last found changed."""
        return next((event.time for event in self.events if not event.first), None)


@dataclass(slots=True)
class Standing:
    """One tier of a data set."""

    complete: int = 0
    last: datetime | None = None
    snapshot: str = ""


@dataclass(slots=True)
class Dataset:
    """One data set over all runs; `failed` counts failures since its last complete backup."""

    name: str
    failed: int = 0
    tiers: dict[str, Standing] = field(default_factory=dict)


@dataclass(slots=True)
class Seen:
    """Everything."""

    devices: dict[str, Device] = field(default_factory=dict)
    backups: dict[str, Dataset] = field(default_factory=dict)


def collect(documents: Iterable[Json], zone: tzinfo) -> Seen:
    """Read the documents, oldest first. Dry runs are passed over."""
    seen = Seen()
    reviewed: set[str] = set()
    for document in documents:
        moment = began(document)
        if moment is None or document.get("applied") is False:
            continue
        kind = str(document.get("schema", "")).removeprefix("bitools.").partition("/")[0]
        if kind == "net.snapshot":
            _snapshot(seen, document, moment.astimezone(zone))
        elif kind == "backup.run":
            _backup(seen, document, moment.astimezone(zone))
        elif kind == "net.ack":
            reviewed |= {_short(item) for item in document.get("items") or () if item.get("review")}
        elif kind == "net.diff" and document.get("against") == "startup":
            for item in document.get("items") or ():
                _device(seen, item.get("device", "")).unsaved = bool(item.get("added") or item.get("removed"))
    for device in seen.devices.values():
        newest = device.events[::-1][:KEPT]
        device.events = [replace(event, reviewed=event.commit in reviewed) for event in newest]
    return seen


def _snapshot(seen: Seen, document: Json, moment: datetime) -> None:
    for item in document.get("items") or ():
        device = _device(seen, item.get("device", ""))
        for key in ("site", "role", "platform"):
            setattr(device, key, inert(item.get(key) or "") or getattr(device, key))
        if item.get("status") == "quarantined":
            continue
        device.read, device.error, device.lines = moment, "", int(item.get("lines") or 0)
        if item.get("status") == "stored":
            device.changes += not item.get("first")
            device.events.append(_event(device.name, item, moment))
    for failure in document.get("failed") or ():
        _device(seen, failure.get("target", "")).error = inert(failure.get("error", "")) or "?"


def _device(seen: Seen, name: object) -> Device:
    key = inert(name)
    return seen.devices.setdefault(key, Device(key))


def _short(item: Json) -> str:
    return inert(item.get("commit") or "")[:12]


def _event(name: str, item: Json, moment: datetime) -> Event:
    first = bool(item.get("first"))
    changes = tuple(Change.from_json(change) for change in item.get("changes") or ())
    diff = "\n".join(map(inert, str(item.get("diff") or "").split("\n")))
    every = () if first else tuple(rows(Changed(name, changes=changes, diff=diff)))
    return Event(
        moment,
        "" if item.get("author") in (None, "unknown") else inert(item["author"]),
        int(item.get("added") or 0),
        int(item.get("removed") or 0),
        _short(item),
        any(change.is_security for change in changes),
        first,
        every[:_LINES],
        max(0, len(every) - _LINES),
    )


def _backup(seen: Seen, document: Json, moment: datetime) -> None:
    for item in document.get("items") or ():
        name = inert(item.get("dataset", ""))
        dataset = seen.backups.setdefault(name, Dataset(name))
        if item.get("status") != "complete":
            continue
        dataset.failed = 0
        for tier in item.get("tiers") or ("–",):
            standing = dataset.tiers.setdefault(inert(tier), Standing())
            standing.complete += 1
            standing.last, standing.snapshot = moment, inert(item.get("snapshot") or "")
    for failure in document.get("failed") or ():
        name = inert(failure.get("target", ""))
        seen.backups.setdefault(name, Dataset(name)).failed += 1
