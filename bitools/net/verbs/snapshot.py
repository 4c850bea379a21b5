"""Follow the configurations: fetch, store what changed, say what is different."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bitools.engine import Outcome, fan_out
from bitools.errors import Locked, Unreachable
from bitools.i18n import _
from bitools.inventory.network import Device
from bitools.ledger import acts
from bitools.net.decisions.configuration import without
from bitools.net.verbs.authorship import attributed
from bitools.net.verbs.compare import difference, identity
from bitools.net.verbs.fetch import DEADLINE, Fetched, Fetcher
from bitools.net.verbs.unreported import tell, unreported
from bitools.net.wire.history import Entry, History
from bitools.net.wire.recovery import Full, keep
from bitools.run import Run
from bitools.state import Document

LONGEST = timedelta(hours=1)  # a run that holds the lock longer is no healthy one

Value = TypeVar("Value")


def snapshot(
    run: Run, devices: Sequence[Device], *, deadline: float = DEADLINE, accept_smaller: bool = False
) -> Document:
    """Fetch every device and store the configurations that changed; a bad fetch is quarantined.

    A tick that meets a healthy run is `skipped`. Raise Locked if that run is older than an hour.
    """
    document = run.document("bitools.net.snapshot/1")
    try:
        with run.state.lock("net"):
            _snapshot(run, devices, document, deadline, accept_smaller)
    except Locked:
        if _held_since(run) < run.started - LONGEST:
            raise
        document.more["skipped"] = "running"
    return document


def _held_since(run: Run) -> datetime:
    """Since when the other run holds the lock, as it wrote itself; now, if it has not written yet."""
    held = run.state.path("locks", "net.lock").read_text(encoding="utf-8").split()
    return datetime.fromisoformat(held[1]) if len(held) > 1 else run.started


def _snapshot(
    run: Run, devices: Sequence[Device], document: Document, deadline: float, smaller: bool
) -> None:
    history = History(run.state)
    late = unreported(run, history)
    before = history.latest([device.name for device in devices])
    fetcher = Fetcher(run)
    fetcher.prepare(devices)

    def work(device: Device) -> Fetched:
        return fetcher.fetch(device, before.get(device.name, ""), smaller=smaller)

    entries: list[Entry] = []
    complete: list[Full] = []
    for outcome in in_order(devices, fan_out(devices, work, fetcher.limits(deadline))):
        device, fetched = outcome.target, outcome.value
        if outcome.error or fetched is None:
            _failed(document, outcome, run)
            continue
        complete.append(Full(device.name, fetched.running.text, fetched.running.full))
        item = identity(device) | {"status": "unchanged", "commit": None, "lines": fetched.running.lines}
        old = before.get(device.name)
        ignore = [ignored.pattern for ignored in device.ignore]
        if fetched.shrunk:
            document.warnings.append(
                _("{device}: much smaller than before, seen twice").format(device=device.name)
            )
        if old is None or without(old, ignore) != without(fetched.running.text, ignore):
            item |= {"status": "stored", "author": fetched.running.author or None, "first": old is None}
            item |= {"changes": [], "added": fetched.running.lines, "removed": 0, "diff": ""}
            if old is not None:
                platform = fetcher.platform(device)
                item |= difference(old, fetched.running.text, platform, device.role, ignore)
            entries.append(_entry(device, fetched, first=old is None))
        document.items.append(item)
    entries = attributed(run, fetcher, devices, entries, deadline)
    authors = {entry.device: entry.author or None for entry in entries}
    for item in document.items:
        if item["status"] == "stored":
            item["author"] = authors[item["device"]]
    document.changed = bool(entries)
    if entries and not run.dry_run:
        _store(run, history, entries, document.items)
    tell(run, history, late, document)
    document.warnings += keep(run, complete)


def _failed(document: Document, outcome: Outcome[Device, Fetched], run: Run) -> None:
    """A failure, unless the device may be silent until a day to come; a changed key is one all the same."""
    device, error = outcome.target, outcome.error
    if error is None:
        return
    today = run.started.astimezone(run.inventory.settings.zone).date()
    silent = device.silent_until is not None and today < device.silent_until
    if silent and isinstance(error, Unreachable) and error.reason != "host_key":
        document.items.append(identity(device) | {"status": "silent", "commit": None, "lines": 0})
        return
    document.fail(error, device.name)
    if getattr(error, "quarantined", False):
        document.items.append(identity(device) | {"status": "quarantined", "commit": None, "lines": 0})


def _entry(device: Device, fetched: Fetched, *, first: bool) -> Entry:
    reason = "first snapshot" if first else "changed"
    return Entry(
        device.name,
        fetched.running.text,
        fetched.running.author,
        {"Device": device.name, "Site": device.site, "Role": device.role, "Reason": reason},
    )


def _store(run: Run, history: History, entries: Sequence[Entry], items: Iterable[dict[str, Any]]) -> None:
    """One ledger entry and one step of the history; then every item learns its commit and its diff."""
    names = [entry.device for entry in entries]
    with run.ledger.intent(acts.NET_SNAPSHOT, "history", before={"devices": names}) as intent:
        more = {"Run-Id": run.id, "Ledger": str(intent.number)}
        complete = [
            Entry(entry.device, entry.text, entry.author, {**entry.trailers, **more}) for entry in entries
        ]
        commits = dict(zip(names, history.store(complete, run.started), strict=True))
        intent.done(after={"commits": commits})
    later = {item["device"]: item for item in items if item["status"] == "stored"}
    for item in later.values():
        item["commit"] = commits[item["device"]]
    patches = history.patches(item["commit"] for item in later.values() if not item["first"])
    for item in later.values():
        item["diff"] = patches.get(item["commit"], "")


def in_order(
    devices: Sequence[Device], outcomes: Iterable[Outcome[Device, Value]]
) -> list[Outcome[Device, Value]]:
    """The outcomes in the inventory's order, whoever answered first."""
    place = {device.name: number for number, device in enumerate(devices)}
    return sorted(outcomes, key=lambda outcome: place[outcome.target.name])
