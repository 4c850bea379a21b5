"""`net recover`: make a history anew of all that any copy still holds.

What can be read of the old one's objects comes first; then, in the ledger's order, each change that is not
among them: from an object whose past is lost, or from the difference that its run's document holds. The old
history is put aside, never removed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bitools.documents.net_history import RecoverItem
from bitools.i18n import _
from bitools.ledger import acts
from bitools.net.decisions.salvage import Kept, Salvage, patched
from bitools.net.wire import objects
from bitools.net.wire.history import BRANCH, Entry, History
from bitools.run import Run
from bitools.state import Document

_NEW = "history-recovered"


@dataclass(frozen=True, slots=True)
class Change:
    """A change that the ledger knows."""

    device: str
    commit: str
    time: datetime


def recover(run: Run) -> Document[RecoverItem]:
    """Build it beside the old one, then let them change places. Raise Locked if a snapshot is being made."""
    document: Document[RecoverItem] = run.document("bitools.net.recover/1")
    with run.state.lock("net"):
        old, new = run.state.at("history"), History(run.state, _NEW)
        if new.exists:
            run.state.set_aside(_("a recovery that did not end"), _NEW)
            new = History(run.state, _NEW)
        new.git.make()
        objects.rescue(old, new.git)
        salvage = Salvage(objects.read(new.git))
        tip = salvage.tip()
        if tip:
            new.git("update-ref", BRANCH, tip)
        _Rebuilding(run, salvage, new, document).all(salvage.line(tip))
        document.more["kept"] = len(salvage.line(tip))
        document.changed = True
        if run.dry_run:
            run.state.set_aside(_("only looked at: a dry run"), _NEW)
            return document
        lost = [item["commit"] for item in document.items if item["status"] == "lost"]
        with run.ledger.intent(acts.NET_RECOVER, "history", before={"lost": lost}) as entry:
            if old.exists():
                run.state.set_aside(_("recovered: {run}").format(run=run.id), "history")
            run.state.at(_NEW).rename(run.state.folder / "history")
            entry.done({"commit": History(run.state).head()})
    return document


def stored(run: Run) -> list[Change]:
    """Every change that the ledger says was stored, oldest first."""
    found = []
    for entry in run.ledger.entries():
        after = entry["after"]
        if (
            entry["action"] != acts.NET_SNAPSHOT.name
            or entry["outcome"] != "done"
            or not isinstance(after, dict)
        ):
            continue
        result = after.get("result")
        commits = result.get("commits") if isinstance(result, dict) else None
        if isinstance(commits, dict):
            time = datetime.fromisoformat(entry["time"])
            found += [Change(str(device), str(commit), time) for device, commit in commits.items()]
    return found


class _Rebuilding:
    """What is added to the whole line of commits, in the order in which it happened."""

    def __init__(self, run: Run, salvage: Salvage, history: History, document: Document[RecoverItem]) -> None:
        self._run, self._salvage, self._history, self._document = run, salvage, history, document
        self._texts: dict[str, str] = {}
        self._diffs = dict(_differences(run))

    def all(self, have: set[str]) -> None:
        """Every change that is not among the commits of the line."""
        known = {change.commit: change for change in stored(self._run)}
        loose = [kept for name, kept in self._salvage.commits.items() if name not in have | known.keys()]
        changes = [change for change in known.values() if change.commit not in have]
        changes += [Change(kept.device, kept.id, kept.time) for kept in loose if kept.device]
        for change in sorted(changes, key=lambda each: each.time):
            self._one(change, self._salvage.commits.get(change.commit))

    def _one(self, change: Change, kept: Kept | None) -> None:
        text = self._salvage.text(kept) if kept else None
        source = "object"
        if text is None:
            source = "document"
            diff = self._diffs.get(change.commit)
            text = patched(self._before(change.device), diff) if diff else None
        item: RecoverItem = {"device": change.device, "commit": change.commit, "status": "lost", "as": None}
        if text is not None:
            trailers = {
                "Device": change.device,
                **(kept.trailers if kept else {}),
                "Recovered": change.commit,
            }
            trailers.setdefault("Reason", "changed")
            author = kept.author if kept and kept.author != "unknown" else ""
            [made] = self._history.store([Entry(change.device, text, author, trailers)], change.time)
            self._texts[change.device] = text
            item = {
                "device": change.device, "commit": change.commit, "as": made,
                "status": "from_object" if source == "object" else "from_document",
            }  # fmt: skip
        self._document.items.append(item)

    def _before(self, device: str) -> str:
        if device not in self._texts:
            self._texts[device] = self._history.latest([device]).get(device, "")
        return self._texts[device]


def _differences(run: Run) -> Iterator[tuple[str, str]]:
    for document in run.state.documents("net.snapshot"):
        for item in document["items"]:
            if item.get("status") == "stored" and item.get("commit") and item.get("diff"):
                yield str(item["commit"]), str(item["diff"])
