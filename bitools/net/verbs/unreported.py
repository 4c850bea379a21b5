"""Changes that a run stored and never told, because it was killed in between: the next run tells them.

`state/told` holds the newest commit up to which every change is known to be in some run's document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bitools import state
from bitools.net.wire.history import BRANCH, Commit, History
from bitools.net.wire.mask import Masks
from bitools.run import Run
from bitools.state import Document

if TYPE_CHECKING:
    from bitools.documents.net import SnapshotItem


def unreported(run: Run, history: History) -> list[Commit]:
    """The stored changes that no document tells, oldest first."""
    head = history.head()
    mark = run.state.at("told")
    known = mark.read_text(encoding="utf-8").strip() if mark.exists() else ""
    if not head or head == known:
        return []
    commits = history.log(revision=f"{known}..{BRANCH}" if known and history.has(known) else BRANCH)
    if not known:  # nothing is known yet: the last run's are looked at, those before it are old news
        last = commits[0].trailers.get("Run-Id")
        commits = [commit for commit in commits if commit.trailers.get("Run-Id") == last]
    # runs of one second are in no order: all of that second are looked at
    oldest = min(commit.trailers.get("Run-Id", "").partition("-")[0] for commit in commits)
    told = {
        item.get("commit")
        for document in run.state.documents("net.snapshot", after=oldest)
        for item in document["items"]
    }
    missing = [commit for commit in reversed(commits) if commit.id not in told]
    if not missing and not run.dry_run:
        state.write(run.state.path("told"), head.encode())
    return missing


def tell(run: Run, history: History, commits: list[Commit], document: Document[SnapshotItem]) -> None:
    """Add an item for each, as the run that stored it would have."""
    if not commits or run.dry_run:
        return
    patches = history.patches(commit.id for commit in commits)
    for commit in commits:
        document.items.append(_item(run, history, commit, patches.get(commit.id, "")))
    document.changed = True


def _item(run: Run, history: History, commit: Commit, patch: str) -> SnapshotItem:
    from bitools.net.verbs.compare import (  # almost never is there such a commit
        difference_of,
        nothing,
        patch_of,
    )

    device = run.inventory.devices.get(commit.device)
    masks = Masks(run)
    kept = history.latest([commit.device], commit.id).get(commit.device, "")
    kept_before = history.latest([commit.device], f"{commit.id}^").get(commit.device)
    text = masks.stored(commit.device, kept)
    before = None if kept_before is None else masks.stored(commit.device, kept_before)
    if before is not None and (text, before) != (kept, kept_before):
        patch = patch_of(commit.device, before, text)  # git has the old masks
    found = nothing(text.count("\n"))
    if device and before is not None:
        found = difference_of(device, before, text, run.inventory.platform(device.platform))
    return {
        "device": commit.device,
        "site": commit.trailers.get("Site", ""),
        "role": commit.trailers.get("Role", "lan"),
        "platform": device.platform if device else "",
        "status": "stored",
        "commit": commit.id,
        "lines": text.count("\n"),
        "author": None if commit.author == "unknown" else commit.author,
        "first": before is None,
        "changes": found["changes"],
        "added": found["added"],
        "removed": found["removed"],
        "moved": found["moved"],
        "diff": patch if before is not None else "",
    }
