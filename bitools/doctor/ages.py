"""What has not happened for too long: devices not read, nothing backed up or proven, mails that wait.

Told from the documents of past runs alone: nothing is connected to (`backup status` asks repositories).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bitools.doctor.finding import Finding
from bitools.errors import BitoolsError
from bitools.i18n import _, ng, percent
from bitools.inventory.model import Inventory
from bitools.owned import ASIDE
from bitools.state import State

Json = Mapping[str, Any]
_SEALED = timedelta(days=2)
_UNSTAMPED = 2  # days
_UNTOLD = ("dhcpd", "dnsmasq", "windows")  # formats that do not say how long a lease lasts
_SHOWN = 5  # names in one sentence
_FREE = 0.05  # of the state's disk


def examine(inventory: Inventory, state: State, now: datetime) -> Iterator[Finding]:
    """A warning for each thing that is overdue; a damaged document is one, too."""
    try:
        yield from [
            *_devices(inventory, state, now),
            *_backups(inventory, state, now),
            *_proofs(inventory, state, now),
            *_addresses(inventory, state, now),
        ]
    except BitoolsError as error:
        yield Finding("documents", "warning", str(error), error.hint)
    yield from _mails(inventory, state, now)
    yield from _disk(state)
    yield from _set_aside(state)


def _addresses(inventory: Inventory, state: State, now: datetime) -> Iterator[Finding]:
    """The IP-distribution log: is it taken, sealed, stamped; by the last documents alone."""
    if inventory.iplog is None or not inventory.iplog.sources:
        return
    sealed = next(state.documents("iplog.seal", newest_first=True), None)
    if sealed is None or now - datetime.fromisoformat(sealed["started"]) > _SEALED:
        yield Finding(
            "iplog", "warning", _("the IP-distribution log was not sealed lately"), "bitools iplog seal"
        )
    elif inventory.settings.timestamp and sealed.get("unstamped", 0) > _UNSTAMPED:
        text = _("{count} sealed days have no time stamp").format(count=sealed["unstamped"])
        yield Finding("timestamp", "warning", text, "bitools iplog seal")
    elif inventory.settings.timestamp is None:
        text = _("no time authority is set: nothing proves when a day was sealed")
        yield Finding("timestamp", "warning", text, "settings.yaml: timestamp")
    for name, source in inventory.iplog.sources.items():
        if (
            source.format in ("dhcpd", "dnsmasq", "windows")
            and source.lease is None
            and source.index != "none"
        ):
            text = _("{name}: its lines do not say how long a lease lasts").format(name=name)
            yield Finding(name, "warning", text, f"iplog.yaml: sources: {name}: lease: 8h")


def _devices(inventory: Inventory, state: State, now: datetime) -> Iterator[Finding]:
    age = inventory.settings.ages.device
    expected = {
        device.name: now - age
        for device in inventory.devices.values()
        if device.enabled and not (device.silent_until and device.silent_until >= now.date())
    }
    good = ("stored", "unchanged")
    if late := _missing(state, "net.snapshot", "device", good, expected):
        text = ng(
            "{count} device was not read in the last {days} days: {names}",
            "{count} devices were not read in the last {days} days: {names}",
            len(late),
        )
        said = text.format(count=len(late), days=age.days, names=_names(late))
        yield Finding("net", "warning", said, "bitools net snapshot")


def _backups(inventory: Inventory, state: State, now: datetime) -> Iterator[Finding]:
    ages = inventory.settings.ages.backup
    expected = {
        name: now - min(ages[tier] for tier in inventory.policy(dataset))
        for name, dataset in inventory.datasets.items()
    }
    for name in _missing(state, "backup.run", "dataset", ("complete", "skipped"), expected):
        age = now - expected[name]
        if age < timedelta(days=2):
            text = _("{name}: no complete backup in the last {hours} hours")
        else:
            text = _("{name}: no complete backup in the last {days} days")
        said = text.format(name=name, days=age.days, hours=age // timedelta(hours=1))
        yield Finding("backup", "warning", said, f"bitools backup run {name}")


def _proofs(inventory: Inventory, state: State, now: datetime) -> Iterator[Finding]:
    """Backups that nobody has read back or restored; of a young state nobody expects it yet."""
    ages = inventory.settings.ages
    began = min(map(_when, state.names("documents", pattern="*.json")), default=now)
    if began < now - ages.verify:
        expected = dict.fromkeys(inventory.repositories, now - ages.verify)
        for name in _missing(state, "backup.verify", "repository", ("intact",), expected):
            text = _("{name}: nothing of it was read back in the last {days} days")
            said = text.format(name=name, days=ages.verify.days)
            yield Finding("backup", "warning", said, "bitools backup verify")
    if began < now - ages.drill:
        expected = dict.fromkeys(inventory.datasets, now - ages.drill)
        for name in _missing(state, "backup.drill", "dataset", ("passed",), expected):
            text = _("{name}: no restore was tried in the last {days} days")
            said = text.format(name=name, days=ages.drill.days)
            yield Finding("backup", "warning", said, f"bitools backup drill {name}")


def _missing(
    state: State, kind: str, key: str, good: tuple[str, ...], expected: Mapping[str, datetime]
) -> list[str]:
    """Those of `expected` for whom no document of this kind says a good word since their own moment."""
    waiting = dict(expected)
    for document in state.documents(kind, newest_first=True):
        ended = datetime.fromisoformat(str(document["started"]))
        if not waiting or ended < min(waiting.values()):
            break
        for item in document.get("items", ()):
            name = str(item.get(key))
            if name in waiting and item.get("status") in good and _moment(item, ended) >= waiting[name]:
                del waiting[name]
    return sorted(waiting)


def _moment(item: Json, started: datetime) -> datetime:
    """When it was good: a skipped data set is as old as the snapshot that covers it."""
    if item.get("status") != "skipped":
        return started
    return datetime.fromisoformat(str(item["time"])) if item.get("time") else datetime.min.replace(tzinfo=UTC)


def _when(name: str) -> datetime:
    """When a run began, by the name of its document (`state.new_run`)."""
    try:
        return datetime.strptime(name[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)


def _mails(inventory: Inventory, state: State, now: datetime) -> Iterator[Finding]:
    waiting = state.files("outbox", "new", pattern="*.mail")
    oldest = min((path.stat().st_mtime for path in waiting), default=now.timestamp())
    if now.timestamp() - oldest > inventory.settings.ages.mail.total_seconds():
        text = ng("{count} mail waits since {date}", "{count} mails wait since {date}", len(waiting))
        date = f"{datetime.fromtimestamp(oldest, tz=now.tzinfo):%Y-%m-%d}"
        yield Finding("mail", "warning", text.format(count=len(waiting), date=date), "bitools report flush")
    if refused := len(state.names("outbox", "dead", pattern="*.mail")):
        text = ng("{count} mail was refused for good", "{count} mails were refused for good", refused)
        yield Finding("mail", "warning", text.format(count=refused), "bitools report outbox")


def _set_aside(state: State) -> Iterator[Finding]:
    """What others put into the state, or nobody can read, until somebody has looked at it."""
    if names := state.names(ASIDE):
        text = ng(
            "{count} thing was set aside: {names}", "{count} things were set aside: {names}", len(names)
        )
        place = state.folder / ASIDE
        said = text.format(count=len(names), names=_names(names))
        yield Finding("state", "warning", said, _("look, then remove it: ls -l {place}").format(place=place))


def _disk(state: State) -> Iterator[Finding]:
    if not state.folder.is_dir():
        return
    disk = os.statvfs(state.folder)
    if disk.f_blocks and disk.f_bavail / disk.f_blocks < _FREE:
        text = _("less than {share} of the disk of {folder} is free")
        said = text.format(share=percent(_FREE), folder=state.folder)
        yield Finding("state", "warning", said, f"df -h {state.folder}")


def _names(names: list[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
