"""Look back: what was stored, when, by whom."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from bitools.documents.net import Review
from bitools.documents.net_history import HistoryItem
from bitools.inventory.network import Device
from bitools.net.decisions.comparison import line_counts
from bitools.net.verbs.ack import needs_review, reviews
from bitools.net.wire.history import Commit, History, people
from bitools.run import Run
from bitools.state import Document


def history(
    run: Run,
    devices: Sequence[Device],
    *,
    since: str = "",
    until: str = "",
    author: str = "",
    most: int = 0,
    only_unreviewed: bool = False,
    patch: bool = False,
) -> Document[HistoryItem]:
    """The stored changes of these devices (all, and those the inventory no longer has, if none is named).

    Newest first; `author` is a part of the name, `most` 0 is all; with `patch` the lines too. Raise Usage for
    what is no date.
    """
    document: Document[HistoryItem] = run.document("bitools.net.history/1")
    zone = run.inventory.settings.zone
    first = run.moment(since).isoformat(timespec="seconds") if since else ""
    last = run.moment(until, end=True).isoformat(timespec="seconds") if until else ""
    names = [device.name for device in devices]
    filtered = bool(author) or only_unreviewed
    store = History(run.state)
    commits = store.log(names, since=first, until=last, author=author, most=0 if filtered else most)
    done = reviews(run.state)
    told = cache(lambda time: time.astimezone(zone).isoformat(timespec="seconds"))  # a run's are one
    for commit in commits:
        if author.casefold() not in commit.author.casefold():
            continue  # git also looks at the address, which names the device
        if only_unreviewed and not needs_review(commit, done):
            continue
        document.items.append(_item(commit, told(commit.time), done.get(commit.id)))
        if most and len(document.items) == most:
            break
    _with_lines(store, document, patch=patch)
    document.more["looked_for"] = {
        "devices": names,
        "since": first,
        "until": last,
        "author": author,
        "unreviewed": only_unreviewed,
    }
    return document


def _with_lines(store: History, document: Document[HistoryItem], *, patch: bool) -> None:
    """How many lines came and went, of commits that do not say so themselves; with `patch` which."""
    counts = store.counts([item["commit"] for item in document.items if "added" not in item])
    patches = store.patches([item["commit"] for item in document.items]) if patch else {}
    for item in document.items:
        if "added" not in item:
            item["added"], item["removed"] = counts.get(item["commit"], (0, 0))
        if patch:
            item["diff"] = patches.get(item["commit"], "")


def _item(commit: Commit, time: str, review: Review | None) -> HistoryItem:
    ledger = commit.trailers.get("Ledger", "")
    item: HistoryItem = {
        "device": commit.device,
        "commit": commit.id,
        "time": time,
        "author": None if commit.author == "unknown" else commit.author,
        "reason": commit.trailers.get("Reason", ""),
        "site": commit.trailers.get("Site", ""),
        "role": commit.trailers.get("Role", ""),
        "run": commit.trailers.get("Run-Id", ""),
        "actor": commit.trailers.get("Actor") or None,
        "ledger": int(ledger) if ledger.isdigit() else None,
        "review": review,
    }
    if counts := line_counts.read(commit.trailers):
        item["added"], item["removed"] = counts
    if names := people(commit.trailers):
        item["authors"] = list(names)
    return item
