"""`net recover`: make a history anew of all that any copy still holds.

What can be read of the old one's objects comes first; then, in the ledger's order, each change that is not
among them: from an object whose past is lost, from the difference that its run's document holds, or from an
encrypted recovery copy, if somebody brings the key. The old history is put aside, never removed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bitools.documents.net_history import RecoverItem
from bitools.i18n import _
from bitools.ledger import acts
from bitools.net.decisions.comparison.line_counts import LINES
from bitools.net.decisions.configuration import canonical
from bitools.net.decisions.page import Page
from bitools.net.decisions.salvage import Salvage, SalvagedCommit, patched
from bitools.net.wire import copies, meantime, objects
from bitools.net.wire.copies import Copy
from bitools.net.wire.history import BRANCH, Entry, History
from bitools.net.wire.mask import Masks
from bitools.past.reading import Past
from bitools.run import Run
from bitools.state import Document, write

_NEW = "history-recovered"


@dataclass(frozen=True, slots=True)
class LedgerChange:
    """A change that the ledger knows."""

    device: str
    commit: str  # empty of what only a copy holds
    time: datetime
    run: str = ""


def recover(run: Run, key: bytes = b"") -> Document[RecoverItem]:
    """Build it beside the old one, then let them change places; with a `key`, from recovery copies, too.

    Raise Locked if a snapshot is being made.
    """
    document: Document[RecoverItem] = run.document("bitools.net.recover/1")
    with run.state.lock("net"):
        old, new = run.state.at("history"), History(run.state, _NEW)
        if new.exists:
            run.state.set_aside(_("a recovery that did not end"), _NEW)
            new = History(run.state, _NEW)
        new.git.make()
        objects.rescue(old, new.git)
        objects.rescue(run.state.at(meantime.NAME), new.git)
        salvage = Salvage(objects.read(new.git))
        tip = salvage.tip()
        if tip:
            new.git("update-ref", BRANCH, tip)
        kept = list(copies.read(run.state, key, document.warnings)) if key else []
        _Rebuilding(run, salvage, new, document).all(salvage.line(tip), kept)
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
            if run.state.at(meantime.NAME).exists():
                run.state.set_aside(_("recovered: {run}").format(run=run.id), meantime.NAME)
            head = History(run.state).head()
            write(run.state.path("told"), head.encode())  # what was recovered is told here, and is no news
            entry.done({"commit": head})
    return document


def stored(run: Run) -> list[LedgerChange]:
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
            found += [
                LedgerChange(str(device), str(commit), time, entry["run"])
                for device, commit in commits.items()
            ]
    return found


class _Rebuilding:
    """What is added to the whole line of commits, in the order in which it happened."""

    def __init__(self, run: Run, salvage: Salvage, history: History, document: Document[RecoverItem]) -> None:
        self._run, self._salvage, self._history, self._document = run, salvage, history, document
        self._texts: dict[str, str] = {}
        self._diffs = dict(_differences(run))
        self._copies: dict[tuple[str, str], str] = {}  # by device and the beginning of the run's name
        self._have: dict[str, set[str]] = {}
        self._newest: dict[str, tuple[datetime, str]] = {}

    def all(self, have: set[str], kept: Sequence[Copy] = ()) -> None:
        """Every change that is not among the commits of the line, and what only a copy holds."""
        known = {change.commit: change for change in stored(self._run)}
        loose = [kept for name, kept in self._salvage.commits.items() if name not in have | known.keys()]
        changes = [change for change in known.values() if change.commit not in have]
        changes += [LedgerChange(kept.device, kept.id, kept.time) for kept in loose if kept.device]
        for name in have:
            self._hold(self._salvage.commits[name])
        wanted = {(change.device, change.run.partition("-")[0]) for change in changes if change.run}
        for copy in kept:
            self._copies[copy.device, stamp := f"{copy.time:%Y%m%dT%H%M%SZ}"] = self._masked(copy)
            if (copy.device, stamp) not in wanted:
                changes.append(LedgerChange(copy.device, "", copy.time, stamp))
        for change in sorted(changes, key=lambda each: each.time):
            self._one(change, self._salvage.commits.get(change.commit))
        for device, (time, text) in self._newest.items():
            if device in self._texts and self._texts[device] != text:  # an older one was added last
                self._store(LedgerChange(device, "", time), text, None)

    def _one(self, change: LedgerChange, kept: SalvagedCommit | None) -> None:
        text = self._salvage.text(kept) if kept else None
        status: Literal["from_object", "from_document", "from_copy", "lost"] = "from_object"
        if text is None and change.commit:
            status, diff = "from_document", self._diffs.get(change.commit)
            text = patched(self._before(change.device), diff) if diff else None
        if text is None:
            status, text = "from_copy", self._copies.get((change.device, change.run.partition("-")[0]))
            if not change.commit and text in self._have.get(change.device, ()):
                return  # a copy of what is there
        item: RecoverItem = {"device": change.device, "commit": change.commit, "status": "lost", "as": None}
        if text is not None:
            item["status"], item["as"] = status, self._store(change, text, kept)
        self._document.items.append(item)

    def _store(self, change: LedgerChange, text: str, kept: SalvagedCommit | None) -> str:
        trailers = {"Device": change.device, **(kept.trailers if kept else {}), "Recovered": change.commit}
        trailers.setdefault("Reason", "changed")
        trailers.pop(LINES, None)  # what stood before it may be lost
        author = kept.author if kept and kept.author != "unknown" else ""
        [made] = self._history.store([Entry(change.device, text, author, trailers)], change.time)
        self._texts[change.device] = text
        self._saw(change.device, change.time, text)
        return made

    def _hold(self, kept: SalvagedCommit) -> None:
        """A change that stays as it is."""
        if kept.device and (text := self._salvage.text(kept)) is not None:
            self._saw(kept.device, kept.time, text)

    def _saw(self, device: str, time: datetime, text: str) -> None:
        self._have.setdefault(device, set()).add(text)
        if device not in self._newest or time >= self._newest[device][0]:
            self._newest[device] = time, text

    def _masked(self, copy: Copy) -> str:
        """As it would have been stored: without its secrets."""
        device = self._run.inventory.devices.get(copy.device)
        masks = Masks(self._run)
        if device is None:
            return masks.of_anyone(copy.text)
        return canonical(Page.of(copy.text, self._run.inventory.platform(device.platform)), masks.key).text

    def _before(self, device: str) -> str:
        if device not in self._texts:
            self._texts[device] = self._history.latest([device]).get(device, "")
        return self._texts[device]


def _differences(run: Run) -> Iterator[tuple[str, str]]:
    for document in Past(run.state).newest("net.snapshot"):
        for item in document["items"]:
            if item.get("status") == "stored" and item.get("commit") and item.get("diff"):
                yield str(item["commit"]), str(item["diff"])
