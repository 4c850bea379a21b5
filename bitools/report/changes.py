"""What happened since the last report, from the documents of the runs that saw it. Pure.

One digest for everything: what changed on which devices (the same change on many devices once), devices seen
for the first time, devices that could not be read, accounts, backups.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from bitools.report.lasting import Lasting, Reminders, remind
from bitools.report.lasting import follow as follow_lasting
from bitools.report.troubles import Place, Trouble, audible, follow, sites_down, watched
from bitools.sanitize import inert, inert_lines

Json = Mapping[str, Any]

# What else proves that backups are good: kinds of documents, and what their items call their target.
CARE = {
    "backup.copy": "target",
    "backup.verify": "target",
    "backup.drill": "dataset",
    "backup.prune": "target",
    "backup.status": "target",
}
SECURITY = ("security", "critical", "high")


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a configuration, under its section headers. `kind`: added, removed, modified, moved."""

    path: tuple[str, ...]
    kind: str
    line: str
    old: str
    new: str
    severity: str

    @property
    def is_security(self) -> bool:
        """Does it touch users, AAA, access lists, SNMP, crypto, management access, or a WAN line?"""
        return self.severity in SECURITY

    @classmethod
    def from_json(cls, item: Json) -> Change:
        """One entry of a net.snapshot item's `changes`."""
        kind, line, old, new, severity = (
            inert(item.get(key) or "") for key in ("kind", "line", "old", "new", "severity")
        )
        return cls(tuple(inert(step) for step in item.get("path") or ()), kind, line, old, new, severity)


@dataclass(frozen=True, slots=True)
class Device:
    """What happened to one device: changes, the first look at it, or why it could not be read."""

    name: str
    site: str = ""
    role: str = ""
    authors: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    added: int = 0
    removed: int = 0
    diff: str = ""
    lines: int = 0
    is_new: bool = False

    @property
    def is_security(self) -> bool:
        """Is one of its changes security-relevant?"""
        return any(change.is_security for change in self.changes)


@dataclass(frozen=True, slots=True)
class Group:
    """Devices that changed in exactly the same way."""

    devices: tuple[Device, ...]

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
    def is_security(self) -> bool:
        """Is one of the changes security-relevant?"""
        return self.devices[0].is_security

    @property
    def order(self) -> tuple[bool, bool, tuple[str, ...], str]:
        """Security first, then WAN, then by site and name."""
        return (not self.is_security, "wan" not in self.roles, self.sites, self.devices[0].name)


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything one report says. `failing` maps what still fails to the time it began."""

    groups: tuple[Group, ...] = ()
    first_seen: tuple[Device, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    recovered: tuple[str, ...] = ()
    accounts: tuple[tuple[str, str, str], ...] = ()  # action, account, status
    backups: tuple[Trouble, ...] = ()
    failing: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)  # device → site
    reminders: Reminders = field(default_factory=Reminders)
    lasting: Lasting = field(default_factory=Lasting)

    @property
    def devices(self) -> tuple[Device, ...]:
        """Every device that changed, in the report's order."""
        return tuple(device for group in self.groups for device in group.devices)

    @property
    def is_security(self) -> bool:
        """Is a security-relevant change among them?"""
        return any(group.is_security for group in self.groups)

    @property
    def is_problem(self) -> bool:
        """Does something need a person at once: a WAN or security change, a new failure?"""
        failed = any(trouble.news for trouble in (*self.troubles, *self.backups))
        return failed or self.is_security or any("wan" in group.roles for group in self.groups)

    def at(self, sites: Sequence[str]) -> Digest:
        """The part that concerns these sites: their devices, nobody's accounts or backups."""
        devices = [device for device in self.devices if device.site in sites]
        return Digest(
            groups=_groups(devices),
            first_seen=tuple(device for device in self.first_seen if device.site in sites),
            troubles=tuple(trouble for trouble in self.troubles if trouble.site in sites),
            recovered=tuple(name for name in self.recovered if self.places.get(name) in sites),
            failing=self.failing,
            places=self.places,
            reminders=self.reminders.of({name for name, site in self.places.items() if site in sites}),
            lasting=self.lasting,
        )

    @property
    def is_news(self) -> bool:
        """Is there anything to say?"""
        told = any(trouble.news for trouble in (*self.troubles, *self.backups))
        happened = self.groups or self.first_seen or self.recovered or self.accounts
        return bool(happened or told or self.reminders.news)


def digest(
    documents: Iterable[Json],
    failing: Mapping[str, str],
    reported: datetime | None,
    now: datetime,
    places: Mapping[str, Place] | None = None,
    before: Lasting | None = None,
) -> Digest:
    """Given the documents that were not reported yet, oldest first, say what happened.

    `failing` is what failed when the last report was made, at `reported`. Documents of kinds that are not
    known here are passed over; of dry runs too. `places`: the devices that are to be read; by them a site
    that is down is one trouble, and a device that is to be silent none. `before`: what lasted then.
    """
    known, earlier = places or {}, before or Lasting()
    documents = [_timed(document, now) for document in documents if document.get("applied") is not False]
    documents.sort(key=_began)  # runs of one second have names that say nothing of their order
    after = follow_lasting(earlier, documents, known, now)
    snapshots, users, backups = [], [], []
    care: dict[str, list[Json]] = {kind: [] for kind in CARE}
    for document in documents:
        kind = str(document.get("schema", "")).removeprefix("bitools.").partition("/")[0]
        if kind == "net.snapshot":
            snapshots.append(document)
        elif kind.startswith("user."):
            users.append(document)
        elif kind == "backup.run":
            backups.append(document)
        elif kind in CARE:
            care[kind].append(watched(document) if kind == "backup.status" else document)
    devices = _devices(snapshots)
    net, net_failing, net_over = follow(audible(snapshots, known), "device", "net:", failing, reported, now)
    jobs, jobs_failing, jobs_over = follow(backups, "dataset", "backup:", failing, reported, now)
    for kind, key in CARE.items():
        more, failing_on, over = follow(care[kind], key, f"{kind}:", failing, reported, now)
        jobs, jobs_over = (*jobs, *more), (*jobs_over, *over)
        jobs_failing |= failing_on
    return Digest(
        groups=_groups(device for device in devices if not device.is_new),
        first_seen=tuple(device for device in devices if device.is_new),
        troubles=sites_down(net, known),
        recovered=(*net_over, *jobs_over),
        accounts=_accounts(users),
        backups=jobs,
        failing={**net_failing, **jobs_failing},
        places={name: place.site for name, place in known.items()},
        reminders=remind(earlier, after, known, {trouble.name for trouble in net}, reported, now),
        lasting=after,
    )


def _timed(document: Json, now: datetime) -> Json:
    """The document, with a time that can be counted with: it may come from another machine."""
    try:
        if datetime.fromisoformat(str(document.get("started", ""))).tzinfo:
            return document
    except ValueError:
        pass
    return {**document, "started": now.isoformat(timespec="seconds")}


def _began(document: Json) -> datetime:
    return datetime.fromisoformat(document["started"])


def _devices(snapshots: Sequence[Json]) -> list[Device]:
    """One entry a device, whatever number of snapshots changed it in the period."""
    stored: dict[str, list[Json]] = {}
    for document in snapshots:
        for item in document.get("items", ()):
            if item.get("status") == "stored":
                stored.setdefault(str(item.get("device", "")), []).append(item)
    return [_device(name, items) for name, items in stored.items()]


def _device(name: str, items: Sequence[Json]) -> Device:
    last, changed = items[-1], [item for item in items if not item.get("first")]
    return Device(
        name=inert(name),
        site=inert(last.get("site") or ""),
        role=inert(last.get("role") or ""),
        authors=tuple(
            dict.fromkeys(
                inert(item["author"]) for item in changed if (item.get("author") or "unknown") != "unknown"
            )
        ),
        changes=tuple(Change.from_json(change) for item in changed for change in item.get("changes") or ()),
        added=sum(int(item.get("added") or 0) for item in changed),
        removed=sum(int(item.get("removed") or 0) for item in changed),
        diff="\n".join(inert_lines(item["diff"]).rstrip("\n") for item in changed if item.get("diff")),
        lines=int(last.get("lines") or 0),
        is_new=not changed,
    )


def _groups(devices: Iterable[Device]) -> tuple[Group, ...]:
    """Devices with equal changes together; a device of which only the text is known stands alone."""

    def likeness(device: Device) -> tuple[object, ...]:
        return device.changes or (device.name,)

    alike: dict[tuple[object, ...], list[Device]] = {}
    for device in devices:
        alike.setdefault(likeness(device), []).append(device)
    groups = [
        Group(tuple(sorted(same, key=lambda device: (device.site, device.name)))) for same in alike.values()
    ]
    return tuple(sorted(groups, key=lambda group: group.order))


def _accounts(documents: Sequence[Json]) -> tuple[tuple[str, str, str], ...]:
    """What was done to accounts; looking at one is no act."""
    acts = [
        (
            inert(item.get("action", "")),
            inert(item.get("sam_account_name", "")),
            inert(item.get("status", "")),
        )
        for document in documents
        if document.get("changed")
        for item in document.get("items", ())
        if item.get("status") not in ("unchanged", "planned")
    ]
    return tuple(act for act, _same in groupby(sorted(acts)))


def backups_made(documents: Iterable[Json]) -> tuple[tuple[str, tuple[str, ...], int], ...]:
    """Each data set with the tiers it was backed up for and the number of complete backups."""
    tiers: dict[str, list[str]] = {}
    counts: Counter[str] = Counter()
    for document in documents:
        if document.get("schema") == "bitools.backup.run/1" and document.get("applied") is not False:
            for item in document.get("items", ()):
                if item.get("status") == "complete":
                    name = inert(item.get("dataset", ""))
                    counts[name] += 1
                    tiers.setdefault(name, []).extend(map(inert, item.get("tiers") or ()))
    return tuple((name, tuple(dict.fromkeys(tiers[name])), counts[name]) for name in sorted(counts))
