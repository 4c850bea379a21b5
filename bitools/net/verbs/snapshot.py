"""Follow the configurations: fetch, compare with the last ones, store what changed, say what is different."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from bitools.engine import Attempt, Outcome, fan_out
from bitools.errors import BitoolsError, Locked, Unreachable
from bitools.i18n import _
from bitools.inventory.network import Device
from bitools.ledger import acts
from bitools.net.decisions.comparison import line_counts
from bitools.net.verbs.authorship import attributed, remember
from bitools.net.verbs.fetch import Fetched, Fetcher, NotWhole
from bitools.net.verbs.unreported import tell, unreported
from bitools.net.wire import meantime, quarantine
from bitools.net.wire.connect import DEADLINE
from bitools.net.wire.history import Entry, History
from bitools.net.wire.mask import Masks, note
from bitools.net.wire.recovery import Full, keep
from bitools.net.wire.shelf import Shelved
from bitools.run import Run
from bitools.sanitize import inert
from bitools.state import Document

if TYPE_CHECKING:
    from bitools.documents.net import Difference, SnapshotItem

LONGEST = timedelta(hours=1)  # a run that holds the lock longer is no healthy one

Status = Literal["stored", "unchanged", "quarantined", "silent"]
Value = TypeVar("Value")
Answer = Outcome[Device, Fetched | NotWhole]


@dataclass(frozen=True, slots=True)
class SnapshotOptions:
    """How long a device may take, in seconds, and what is believed of one that is smaller, or another."""

    deadline: float
    smaller: bool
    stranger: bool


@dataclass(frozen=True, slots=True)
class _Stored:
    """What became of an entry: its commit and the patch that git shows of it; neither in a dry run."""

    author: str | None
    authors: tuple[str, ...] = ()
    commit: str | None = None
    patch: str = ""


def snapshot(
    run: Run,
    devices: Sequence[Device],
    *,
    deadline: float = DEADLINE,
    accept_smaller: bool = False,
    accept_identity: bool = False,
    transcript: Path | None = None,
) -> Document[SnapshotItem]:
    """Fetch every device and store the configurations that changed; a bad fetch is quarantined.

    `transcript`: a file for all that the devices said.

    A tick that meets a healthy run is `skipped`. Raise Locked if that run is older than an hour.
    """
    document = run.document("bitools.net.snapshot/1")
    try:
        with run.state.lock("net"):
            fetcher, wish = (
                Fetcher(run, transcript),
                SnapshotOptions(deadline, accept_smaller, accept_identity),
            )
            _snapshot(run, fetcher, devices, document, wish)
            fetcher.written_down(document)
    except Locked as locked:
        run.skip(document, "net", LONGEST, locked)
    return document


def _snapshot(
    run: Run,
    fetcher: Fetcher,
    devices: Sequence[Device],
    document: Document[SnapshotItem],
    wish: SnapshotOptions,
) -> None:
    history, before = meantime.usable(run.state, [device.name for device in devices])
    late = [] if _is_meantime(history) else unreported(run, history)
    fetcher.prepare(devices)

    def work(device: Device, attempt: Attempt) -> Fetched | NotWhole:
        last = before.get(device.name, "")
        return fetcher.fetch(device, attempt, last, smaller=wish.smaller, stranger=wish.stranger)

    answers = in_order(devices, fan_out(devices, work, fetcher.limits(wish.deadline)))
    whole = [(answer.target, answer.value) for answer in answers if isinstance(answer.value, Fetched)]
    grown = _grown(Masks(run), before, whole)
    before |= grown
    found = _compared(fetcher, whole, before)
    changed = [
        (device, fetched, _entry(device, fetched, before.get(device.name)))
        for device, fetched in whole
        if device.name in found
    ]
    entries, logs = attributed(run, fetcher, changed, wish.deadline)
    stored = _store(run, history, entries)
    if whole and not run.dry_run:
        remember(run, whole, logs)
        fetcher.answers.keep(device.name for device, _fetched in whole)
    for answer in answers:
        if isinstance(answer.value, Fetched):
            item = _item(answer.target, answer.value, answer.target.name not in before, found, stored)
            if answer.target.name in grown and item.get("diff"):  # git has the old masks
                from bitools.net.verbs import compare

                old = before[answer.target.name]
                item["diff"] = compare.patch_of(answer.target.name, old, answer.value.running.text)
            document.items.append(item)
        else:
            _failed(run, document, answer)
    document.warnings += [
        _("{device}: much smaller than before, seen twice").format(device=device.name)
        for device, fetched in whole
        if fetched.shrunk
    ]
    if changed and _is_meantime(history):
        text = _("the history cannot be read: what changed is kept in {folder} until: bitools net recover")
        document.warnings.append(text.format(folder=history.git.folder))
    document.changed = bool(changed)
    tell(run, history, late, document)
    document.warnings += keep(
        run, (Full(device.name, one.running.text, one.running.full) for device, one in whole)
    )


def _is_meantime(history: History) -> bool:
    return history.git.folder.name == meantime.NAME


def _grown(
    masks: Masks, before: Mapping[str, str], whole: Sequence[tuple[Device, Fetched]]
) -> dict[str, str]:
    """What was stored otherwise than today's masks would have it, as they would: that is no change."""
    different = {
        device.name: before[device.name]
        for device, one in whole
        if device.name in before and not one.running.says(before[device.name])
    }
    again = {name: masks.stored(name, text) for name, text in different.items()}
    return {name: text for name, text in again.items() if text != different[name]}


def _compared(
    fetcher: Fetcher, whole: Iterable[tuple[Device, Fetched]], before: Mapping[str, str]
) -> dict[str, Difference]:
    """What is new, by device; the others have nothing to store, whatever their text looks like.

    What the device's `ignore` list names is no change, nor is what the platform's data call the same.
    """
    found: dict[str, Difference] = {}
    different = [
        (device, one)
        for device, one in whole
        if device.name not in before or not one.running.says(before[device.name])
    ]
    if not different:
        return found
    from bitools.net.verbs import compare  # not at the top: most nights nothing is different

    for device, fetched in different:
        old = before.get(device.name)
        if old is None:
            found[device.name] = compare.nothing(fetched.running.lines)
        else:
            ignore = [ignored.pattern for ignored in device.ignore]
            change = compare.difference(
                old, fetched.running.text, fetcher.platform(device), device.role, ignore
            )
            if change["changes"]:
                found[device.name] = change
    return found


def _entry(device: Device, fetched: Fetched, old: str | None) -> Entry:
    reason = "first snapshot" if old is None else "changed"
    trailers = {"Device": device.name, "Site": device.site, "Role": device.role, "Reason": reason}
    running = fetched.running
    counts = (running.lines, 0) if old is None else line_counts.counted(old, running.text)
    trailers |= line_counts.written(counts)
    if isinstance(running, Shelved):
        return Entry(device.name, "", running.author, trailers, running.file)
    return Entry(device.name, running.text, running.author, trailers)


def _store(run: Run, history: History, entries: Sequence[Entry]) -> Mapping[str, _Stored]:
    """One ledger entry and one step of the history; by device what became of its entry."""
    if not entries or run.dry_run:
        return {entry.device: _Stored(entry.author or None, entry.authors) for entry in entries}
    names = [entry.device for entry in entries]
    with run.ledger.intent(acts.NET_SNAPSHOT, "history", before={"devices": names}) as intent:
        more = {"Run-Id": run.id, "Ledger": str(intent.number), "Actor": inert(run.ledger.actor)}
        complete = [replace(entry, trailers={**entry.trailers, **more}) for entry in entries]
        if not history.head():
            note(run.state)  # nothing in it is older
        commits = dict(zip(names, history.store(complete, run.started), strict=True))
        intent.done(after={"commits": commits})
    patches = history.patches(
        commits[entry.device] for entry in entries if entry.trailers["Reason"] == "changed"
    )
    return {
        entry.device: _Stored(
            entry.author or None,
            entry.authors,
            commits[entry.device],
            patches.get(commits[entry.device], ""),
        )
        for entry in entries
    }


def _item(
    device: Device,
    fetched: Fetched,
    first: bool,
    found: Mapping[str, Difference],
    stored: Mapping[str, _Stored],
) -> SnapshotItem:
    """What the snapshot made of one device."""
    if device.name not in found:
        return _new_item(device, "unchanged", fetched.running.lines)
    made, change = stored[device.name], found[device.name]
    item = _new_item(device, "stored", fetched.running.lines)
    item |= {"commit": made.commit, "author": made.author, "first": first, "diff": made.patch}
    if made.authors:
        item["authors"] = list(made.authors)
    item |= {"changes": change["changes"], "added": change["added"]}
    item |= {"removed": change["removed"], "moved": change["moved"]}
    return item


def _failed(run: Run, document: Document[SnapshotItem], answer: Answer) -> None:
    """A failure, unless the device may be silent until a day to come; a changed key is one all the same."""
    device = answer.target
    if isinstance(answer.value, NotWhole):
        error = answer.value.error
        quarantine.keep(run, device.name, answer.value.text)
        document.fail(error, device.name)
        document.items.append(_nothing_came(device, "quarantined", error.reason))
    elif answer.error and _may_be_silent(run, device, answer.error):
        document.items.append(_nothing_came(device, "silent", answer.error.reason))
    elif answer.error:
        document.fail(answer.error, device.name)


def _may_be_silent(run: Run, device: Device, error: BitoolsError) -> bool:
    today = run.started.astimezone(run.inventory.settings.zone).date()
    silent = device.silent_until is not None and today < device.silent_until
    return silent and isinstance(error, Unreachable) and error.reason != "host_key"


def _new_item(device: Device, status: Status, lines: int = 0) -> SnapshotItem:
    return {
        "device": device.name,
        "site": device.site,
        "role": device.role,
        "platform": device.platform,
        "status": status,
        "commit": None,
        "lines": lines,
    }


def _nothing_came(device: Device, status: Status, reason: str) -> SnapshotItem:
    item = _new_item(device, status)
    item["reason"] = reason
    return item


def in_order(
    devices: Sequence[Device], outcomes: Iterable[Outcome[Device, Value]]
) -> list[Outcome[Device, Value]]:
    """The outcomes in the inventory's order, whoever answered first."""
    place = {device.name: number for number, device in enumerate(devices)}
    return sorted(outcomes, key=lambda outcome: place[outcome.target.name])
