"""Devices whose configuration changed, and which of them changed alike. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bitools.documents import net
from bitools.documents.net import Snapshot, SnapshotItem
from bitools.documents.words import Severity, gravest
from bitools.sanitize import inert, inert_lines


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """One change of a configuration, under its section headers. `kind`: added, removed, modified, moved, …"""

    path: tuple[str, ...]
    kind: str
    line: str
    old: str
    new: str
    severity: Severity
    place: str | None = None  # where order means something: the line before it, empty for the first place

    @property
    def is_critical(self) -> bool:
        """Does it decide who may get in or what may pass, or touch a WAN line?"""
        return self.severity == "critical"

    @classmethod
    def of(cls, item: net.Change) -> ChangedLine:
        """One entry of a snapshot item's `changes`, made harmless."""
        path = tuple(map(inert, item["path"]))
        line, old, new = inert(item["line"]), inert(item["old"] or ""), inert(item["new"] or "")
        place = inert(item["after"] or "") if "after" in item else None
        return cls(path, item["kind"], line, old, new, item["severity"], place)


@dataclass(frozen=True, slots=True)
class ChangedDevice:
    """What happened to one device: changes, or the first look at it."""

    name: str
    site: str = ""
    role: str = ""
    authors: tuple[str, ...] = ()
    changes: tuple[ChangedLine, ...] = ()
    added: int = 0
    removed: int = 0
    moved: int = 0
    diff: str = ""
    lines: int = 0
    is_new: bool = False

    @property
    def severity(self) -> Severity:
        """The gravest of its changes."""
        return gravest(change.severity for change in self.changes)

    @property
    def is_critical(self) -> bool:
        """Is one of its changes critical?"""
        return self.severity == "critical"


@dataclass(frozen=True, slots=True)
class AlikeDevices:
    """Devices that changed in exactly the same way."""

    devices: tuple[ChangedDevice, ...]

    @property
    def sites(self) -> tuple[str, ...]:
        """Where they are."""
        return tuple(sorted({device.site for device in self.devices}))

    @property
    def roles(self) -> tuple[str, ...]:
        """What they are for; `wan` first."""
        return tuple(sorted({device.role for device in self.devices}, reverse=True))

    @property
    def authors(self) -> tuple[str, ...]:
        """Who changed them, as far as it is known."""
        return tuple(sorted({author for device in self.devices for author in device.authors}))

    @property
    def is_critical(self) -> bool:
        """Is one of the changes critical?"""
        return self.devices[0].is_critical

    @property
    def order(self) -> tuple[bool, bool, tuple[str, ...], str]:
        """Critical first, then WAN, then by site and name."""
        return (not self.is_critical, "wan" not in self.roles, self.sites, self.devices[0].name)


def devices(snapshots: Iterable[Snapshot]) -> list[ChangedDevice]:
    """One entry a device, whatever number of snapshots changed it in the period."""
    stored: dict[str, list[SnapshotItem]] = {}
    for document in snapshots:
        for item in document["items"]:
            if item["status"] == "stored":
                stored.setdefault(item["device"], []).append(item)
    return [_device(name, items) for name, items in stored.items()]


def _device(name: str, items: Sequence[SnapshotItem]) -> ChangedDevice:
    last, changed = items[-1], [item for item in items if not item["first"]]
    return ChangedDevice(
        name=inert(name),
        site=inert(last["site"]),
        role=inert(last["role"]),
        authors=tuple(dict.fromkeys(filter(None, map(author, changed)))),
        changes=tuple(ChangedLine.of(change) for item in changed for change in item["changes"]),
        added=sum(item["added"] for item in changed),
        removed=sum(item["removed"] for item in changed),
        moved=sum(item.get("moved", 0) for item in changed),
        diff="\n".join(inert_lines(item["diff"]).rstrip("\n") for item in changed if item["diff"]),
        lines=last["lines"],
        is_new=not changed,
    )


def author(item: SnapshotItem) -> str:
    """Who changed it; empty if nothing says so."""
    if item.get("authors"):
        return inert(", ".join(item["authors"]))
    return "" if item["author"] in (None, "unknown") else inert(item["author"])


def groups(found: Iterable[ChangedDevice]) -> tuple[AlikeDevices, ...]:
    """Devices with equal changes together; a device of which only the text is known stands alone."""
    alike: dict[tuple[object, ...], list[ChangedDevice]] = {}
    for device in found:
        alike.setdefault(device.changes or (device.name,), []).append(device)
    every = [
        AlikeDevices(tuple(sorted(same, key=lambda device: (device.site, device.name))))
        for same in alike.values()
    ]
    return tuple(sorted(every, key=lambda group: group.order))
