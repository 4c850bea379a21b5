"""What has not happened for too long: devices not read, nothing backed up or proven, mails that wait.

Told from the documents of past runs alone: nothing is connected to (`backup status` asks repositories).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bitools.doctor import addresses
from bitools.doctor.finding import Finding
from bitools.errors import BitoolsError
from bitools.i18n import _, here, ng, number, percent, short_time
from bitools.inventory.model import Inventory
from bitools.ledger import Ledger, stamps
from bitools.owned import ASIDE
from bitools.past.reading import Past
from bitools.state import State, measure

Json = Mapping[str, Any]
_SHOWN = 5  # names in one sentence
_FAST = timedelta(minutes=10)  # by which another machine's clock may differ
_FREE = 0.05  # of the state's disk


def examine(inventory: Inventory, state: State, now: datetime, past: Past | None = None) -> Iterator[Finding]:
    """A warning for each thing that is overdue; a damaged document is one, too."""
    try:
        past = past or Past(state, recent=True)
        for error in past.broken:
            yield Finding("documents", "warning", str(error), error.hint)
        yield from [
            *_clock(past, now),
            *_devices(inventory, past, now),
            *_backups(inventory, past, now),
            *_proofs(inventory, past, now),
            *_accounts(inventory, past, now),
            *addresses.examine(inventory, past, now),
        ]
    except BitoolsError as error:
        yield Finding("documents", "warning", str(error), error.hint)
    else:
        yield from _sizes(state, past)
    yield from _stamps(inventory, state, now)
    yield from _mails(inventory, state, now)
    yield from _disk(state)
    yield from _set_aside(state)


def _clock(past: Past, now: datetime) -> Iterator[Finding]:
    """A run of the future: nothing that is told from ages can be believed before the clock is right."""
    newest = past.latest()
    if newest and newest - now > _FAST:
        text = _("the clock was put back: it is {now}, and a run began at {last}")
        said = text.format(now=short_time(here(now).isoformat()), last=short_time(here(newest).isoformat()))
        yield Finding("clock", "warning", said, "timedatectl")


def _devices(inventory: Inventory, past: Past, now: datetime) -> Iterator[Finding]:
    age = inventory.settings.ages.device
    expected = {
        device.name: now - age
        for device in inventory.devices.values()
        if device.enabled and not (device.silent_until and device.silent_until >= now.date())
    }
    good = ("stored", "unchanged")
    if late := _missing(past, "net.snapshot", "device", good, expected):
        text = ng(
            "{count} device was not read in the last {days} days: {names}",
            "{count} devices were not read in the last {days} days: {names}",
            len(late),
        )
        said = text.format(count=len(late), days=age.days, names=_names(late))
        yield Finding("net", "warning", said, "bitools net snapshot")


def _backups(inventory: Inventory, past: Past, now: datetime) -> Iterator[Finding]:
    ages = inventory.settings.ages.backup
    expected = {
        name: now - min(ages[tier] for tier in inventory.policy(dataset))
        for name, dataset in inventory.datasets.items()
    }
    for name in _missing(past, "backup.run", "dataset", ("complete", "skipped"), expected):
        age = now - expected[name]
        if age < timedelta(days=2):
            text = _("{name}: no complete backup in the last {hours} hours")
        else:
            text = _("{name}: no complete backup in the last {days} days")
        said = text.format(name=name, days=age.days, hours=age // timedelta(hours=1))
        yield Finding("backup", "warning", said, f"bitools backup run {name}")


def _proofs(inventory: Inventory, past: Past, now: datetime) -> Iterator[Finding]:
    """Backups that nobody has read back or restored; of a young state nobody expects it yet."""
    ages = inventory.settings.ages
    began = past.oldest() or now
    if began < now - ages.copy_:
        used = {one.repository for one in inventory.datasets.values()}
        copies = [name for name, one in inventory.repositories.items() if one.copy_of in used]
        expected = dict.fromkeys(copies, now - ages.copy_)
        for name in _missing(past, "backup.copy", "target", ("covered", "copied"), expected):
            text = _("{name}: not brought up to date in the last {days} days")
            yield Finding(
                "backup", "warning", text.format(name=name, days=ages.copy_.days), "bitools backup copy"
            )
    if began < now - ages.verify:
        expected = dict.fromkeys(inventory.repositories, now - ages.verify)
        for name in _missing(past, "backup.verify", "repository", ("intact",), expected):
            text = _("{name}: nothing of it was read back in the last {days} days")
            said = text.format(name=name, days=ages.verify.days)
            yield Finding("backup", "warning", said, "bitools backup verify")
    if began < now - ages.drill:
        expected = dict.fromkeys(inventory.datasets, now - ages.drill)
        for name in _missing(past, "backup.drill", "dataset", ("passed",), expected):
            text = _("{name}: no restore was tried in the last {days} days")
            said = text.format(name=name, days=ages.drill.days)
            yield Finding("backup", "warning", said, f"bitools backup drill {name}")


def _accounts(inventory: Inventory, past: Past, now: datetime) -> Iterator[Finding]:
    """Whether somebody still looks at them; of a young state nobody expects it yet."""
    age = inventory.settings.ages.audit
    if inventory.directory is None or (past.oldest() or now) > now - age:
        return
    last = next(past.applied("user.audit"), None)
    if last is None or datetime.fromisoformat(last["started"]) < now - age:
        text = _("nobody has looked at the accounts in the last {days} days").format(days=age.days)
        yield Finding("accounts", "warning", text, "bitools user audit")


def _missing(
    past: Past, kind: str, key: str, good: tuple[str, ...], expected: Mapping[str, datetime]
) -> list[str]:
    """Those of `expected` for whom no document of this kind says a good word since their own moment."""
    waiting = dict(expected)
    for document in past.newest(kind) if waiting else ():
        ended = datetime.fromisoformat(document["started"])
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


def _stamps(inventory: Inventory, state: State, now: datetime) -> Iterator[Finding]:
    """For how long nobody else has vouched for the ledger."""
    if inventory.settings.timestamp is None or not state.folder.is_dir():
        return
    try:
        standing = stamps.standing(Ledger(state, "", "", ""), state)
    except BitoolsError as error:
        yield Finding("timestamp", "warning", str(error), error.hint)
        return
    days = standing.days(now)
    if days >= 1:
        text = ng("the ledger is unstamped for {days} day", "the ledger is unstamped for {days} days", days)
        yield Finding("timestamp", "warning", text.format(days=days), "bitools ledger stamp")
    elif standing.entry:
        text = _("the ledger is stamped up to entry {entry}")
        yield Finding("timestamp", "good", text.format(entry=number(standing.entry)))


def _sizes(state: State, past: Past) -> Iterator[Finding]:
    """What the state holds, folder by folder, the largest first."""
    found = {"documents": past.size()}
    for name in state.names():
        if name not in found and (place := state.folder / name).is_dir() and not place.is_symlink():
            found[name] = measure(place)
    shown = [
        ng("{folder} {size} MB ({count} file)", "{folder} {size} MB ({count} files)", count).format(
            folder=name, size=number(size / 1e6, 1), count=number(count)
        )
        for name, (size, count) in sorted(found.items(), key=lambda each: (-each[1][0], each[0]))
        if count
    ]
    if shown:
        yield Finding("sizes", "good", ", ".join(shown))


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
