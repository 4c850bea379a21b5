"""Follow the configurations: fetch, compare with the last ones, store what changed, say what is different."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bitools.engine import Attempt, Outcome
from bitools.errors import BitoolsError, Locked, Unreachable
from bitools.i18n import _
from bitools.inventory.network import Device
from bitools.net.verbs.against_stored import Compared, against_stored
from bitools.net.verbs.authorship import attributed, remember
from bitools.net.verbs.fetch import Fetched, Fetcher, Wish, failed
from bitools.net.verbs.proof import NotWhole
from bitools.net.verbs.store import Stored, store
from bitools.net.verbs.unreported import tell, unreported
from bitools.net.wire import meantime
from bitools.net.wire.connect import DEADLINE
from bitools.net.wire.history import History
from bitools.net.wire.recovery import Full, keep_copies
from bitools.run import Run
from bitools.state import Document

if TYPE_CHECKING:
    from bitools.documents.net import SnapshotItem

LONGEST = timedelta(hours=1)  # a run that holds the lock longer is no healthy one

Status = Literal["stored", "unchanged", "quarantined", "silent"]
Answer = Outcome[Device, Fetched | NotWhole]


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
    document: Document[SnapshotItem] = run.document("bitools.net.snapshot/1")
    try:
        with run.state.lock("net"):
            fetcher = Fetcher(run, transcript)
            wish = Wish(smaller=accept_smaller, stranger=accept_identity)
            _snapshot(run, fetcher, devices, document, wish, deadline)
            fetcher.written_down(document)
    except Locked as locked:
        run.skip(document, "net", LONGEST, locked)
    return document


def _snapshot(
    run: Run,
    fetcher: Fetcher,
    devices: Sequence[Device],
    document: Document[SnapshotItem],
    wish: Wish,
    deadline: float,
) -> None:
    """Each device's answer goes one way: fetched, compared, its author looked for, stored, told."""
    history, before = meantime.usable(run.state, [device.name for device in devices])
    late = [] if _is_meantime(history) else unreported(run, history)
    fetcher.prepare(devices)

    def work(device: Device, attempt: Attempt) -> Fetched | NotWhole:
        return fetcher.fetch(device, attempt, before.get(device.name, ""), wish)

    answers = fetcher.each(devices, work, deadline)
    whole = [(answer.target, answer.value) for answer in answers if isinstance(answer.value, Fetched)]
    compared = {one.device.name: one for one in against_stored(run, whole, before)}
    changed = [one for one in compared.values() if one.change]
    authors, logs = attributed(run, fetcher, changed, deadline)
    stored = store(run, history, changed, authors)
    if whole and not run.dry_run:
        remember(run, whole, logs)
        fetcher.proof.answers.keep(device.name for device, _fetched in whole)
    for answer in answers:
        if one := compared.get(answer.target.name):
            document.items.append(_item(one, stored))
        else:
            _failed(run, document, answer)
    document.changed = bool(changed)
    document.warnings += [
        _("{device}: much smaller than before, seen twice").format(device=device.name)
        for device, fetched in whole
        if fetched.shrunk
    ]
    if changed and _is_meantime(history):
        text = _("the history cannot be read: what changed is kept in {folder} until: bitools net recover")
        document.warnings.append(text.format(folder=history.git.folder))
    tell(run, history, late, document)
    full = (Full(device.name, fetched.running.text, fetched.running.full) for device, fetched in whole)
    document.warnings += keep_copies(run, full)


def _is_meantime(history: History) -> bool:
    return history.git.folder.name == meantime.NAME


def _item(one: Compared, stored: Mapping[str, Stored]) -> SnapshotItem:
    """What the snapshot made of one device."""
    device, running, change = one.device, one.fetched.running, one.change
    if change is None:
        return _new_item(device, "unchanged", running.lines)
    made = stored[device.name]
    item = _new_item(device, "stored", running.lines)
    item |= {"commit": made.commit, "author": made.authors.author or None, "first": one.before is None}
    item["diff"] = made.patch
    if one.remasked and one.before is not None and made.patch:  # git has the old masks
        from bitools.net.verbs import compare  # not at the top: most nights nothing is different

        item["diff"] = compare.patch_of(device.name, one.before, running.text)
    if made.authors.several:
        item["authors"] = list(made.authors.several)
    item |= {"changes": change["changes"], "added": change["added"]}
    item |= {"removed": change["removed"], "moved": change["moved"]}
    return item


def _failed(run: Run, document: Document[SnapshotItem], answer: Answer) -> None:
    """A failure, unless the device may be silent until a day to come; a changed key is one all the same."""
    device, error = answer.target, answer.error
    if error and _may_be_silent(run, device, error):
        document.items.append(_nothing_came(device, "silent", error.reason))
        return
    failed(run, document, answer)
    if isinstance(answer.value, NotWhole):
        document.items.append(_nothing_came(device, "quarantined", answer.value.error.reason))


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
