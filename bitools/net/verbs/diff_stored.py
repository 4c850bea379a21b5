"""What is different between stored states, two devices or two files. Asks no device, and loads no SSH."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bitools import moments, platforms
from bitools.documents.net import DiffItem
from bitools.errors import InventoryInvalid, NotFound
from bitools.i18n import _, system_words
from bitools.inventory.network import Device
from bitools.net.decisions.configuration import CanonicalLines, canonical_lines
from bitools.net.decisions.page import Page
from bitools.net.verbs.compare import compared, of_lines
from bitools.net.wire.git import unified
from bitools.net.wire.history import BRANCH, Commit, History
from bitools.net.wire.mask import Masks
from bitools.run import Run
from bitools.state import Document

SCHEMA = "bitools.net.diff/1"


def then(run: Run, devices: Sequence[Device], start: str = "", end: str = "") -> Document[DiffItem]:
    """Compare two stored states: from the start of a day, to the end of one.

    Without `start` the last change of each device up to `end`, without `end` up to now. Raise NotFound for an
    unknown revision or date.
    """
    document: Document[DiffItem] = run.document(SCHEMA)
    history = History(run.state)
    names = [device.name for device in devices]
    last = revision(run, history, end, last=True) if end else BRANCH
    if end and not last:
        raise NotFound(_("no snapshot is so old"), target=end, hint=_("see: bitools net history"))
    first = revision(run, history, start, last=False) if start else ""
    commits = history.log(
        names,
        revision=f"{first}..{last}" if first else last,
        most=2 if len(names) == 1 and not start else 0,
    )
    old = _before(history, names, commits, first, start)
    new = history.latest(names, last)
    newest = {commit.device: commit for commit in reversed(commits)}
    masks = Masks(run)
    for device in devices:
        if device.name not in new:
            document.warnings.append(_("{device}: no snapshot yet").format(device=device.name))
            continue
        platform = run.inventory.platform(device.platform)
        commit = newest.get(device.name)
        author = commit.author if commit and commit.author != "unknown" else ""
        text = masks.stored(device.name, new[device.name])
        before = masks.stored(device.name, old[device.name]) if device.name in old else text
        document.items.append(compared(device, before, text, platform, author))
    document.changed = any(item["changes"] for item in document.items)
    return document


def revision(run: Run, history: History, text: str, *, last: bool) -> str:
    """The commit that a revision or date means; empty for a day before the first snapshot."""
    if not moments.dated(text):
        return history.resolve(text)
    when = run.moment(text, end=last)
    return history.at(when.isoformat(timespec="seconds"))


def _before(
    history: History, names: Sequence[str], commits: Sequence[Commit], first: str, start: str
) -> dict[str, str]:
    """The older side by device. A device that was not there at the start begins with its first snapshot."""
    changes: dict[str, list[str]] = {name: [] for name in names}
    for commit in commits:
        changes.setdefault(commit.device, []).append(commit.id)
    if not start:
        return history.texts([(name, ids[1]) for name, ids in changes.items() if len(ids) > 1])
    there = history.latest(names, first) if first else {}
    return there | history.texts(
        [(name, ids[-1]) for name, ids in changes.items() if ids and name not in there]
    )


def between(run: Run, one: Device, other: Device) -> Document[DiffItem]:
    """Compare the last snapshots of two devices of one platform.

    Raise InventoryInvalid if their platforms differ, NotFound if one has no snapshot.
    """
    if one.platform != other.platform:
        raise InventoryInvalid(
            _("{one} is {first}, {other} is {second}: only one platform can be compared").format(
                one=one.name, first=one.platform, other=other.name, second=other.platform
            )
        )
    texts = History(run.state).latest([one.name, other.name])
    masks = Masks(run)
    for device in (one, other):
        if device.name not in texts:
            raise NotFound(
                _("no snapshot yet"), target=device.name, hint=f"bitools net snapshot {device.name}"
            )
    document: Document[DiffItem] = run.document(SCHEMA)
    platform = run.inventory.platform(one.platform)
    first, second = (masks.stored(device.name, texts[device.name]) for device in (one, other))
    item = compared(other, first, second, platform)
    item["against"] = one.name
    document.items.append(item)
    document.changed = bool(document.items[0]["changes"])
    return document


def files(
    document: Document[DiffItem],
    old: Path,
    new: Path,
    platform_name: str,
    own: Path | None = None,
    *,
    show_secrets: bool = False,
) -> Document[DiffItem]:
    """Compare two files; needs no inventory. Secrets are masked with a key that nobody keeps.

    Raise NotFound for an unknown platform, InventoryInvalid for a file that cannot be read.
    """
    platform = platforms.load(platform_name, own)
    key = None if show_secrets else secrets.token_bytes(32)
    before, after = (canonical_lines(Page.of(file_text(path), platform), key) for path in (old, new))
    with ThreadPoolExecutor(1) as beside:  # git works while we do
        patch = beside.submit(unified, str(before.text), str(after.text), (str(old), str(new)))
        found = of_lines(before.text, after.text, platform)
    document.items.append(
        {
            "device": new.name,
            "site": "",
            "role": "lan",
            "platform": platform.name,
            "changes": found["changes"],
            "added": found["added"],
            "removed": found["removed"],
            "moved": found["moved"],
            "author": _author(before, after),
            "diff": patch.result() if found["changes"] else "",
        }
    )
    document.changed = bool(found["changes"])
    return document


def _author(before: CanonicalLines, after: CanonicalLines) -> str | None:
    """Whom the new file's header names, if it is another one than the old one's."""
    told = (after.author, after.changed_at)
    return None if told == (before.author, before.changed_at) else after.author or None


def file_text(path: Path) -> str:
    """A file's text, in whichever of two encodings it is. Raise InventoryInvalid if it cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InventoryInvalid(f"{path}: {system_words(error)}", cause=error) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("iso8859-9")
