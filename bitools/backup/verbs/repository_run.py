"""What one `backup run` is asked for, and one repository's part of it while it goes on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bitools.backup.decisions.memory import Memory
from bitools.backup.decisions.runs import BackupRun, Snapshot
from bitools.backup.wire.made import Made
from bitools.backup.wire.restic import Repository, lost
from bitools.run import Run
from bitools.state import Document

if TYPE_CHECKING:
    from bitools.documents.backup import RunItem


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the command line asks for. `tier` empty: whatever is due; `now`: due or not; `accept`: what is
    suspected is right, for this `reason`.
    """

    tier: str = ""
    now: bool = False
    label: str = ""
    forget: bool = True
    confirmed: bool = False
    accept: bool = False
    reason: str = ""


@dataclass(slots=True)
class RepositoryRun:
    """One repository's part of a run. `listed` is its latest listing in this run, None without one."""

    run: Run
    options: RunOptions
    document: Document[RunItem]
    repository: Repository
    memory: Memory
    tag: str
    runs: dict[str, list[BackupRun]] = field(default_factory=dict)
    made: dict[str, Made] = field(default_factory=dict)
    listed: list[Snapshot] | None = None

    @property
    def now(self) -> datetime:
        """The moment this run began: every decision is made for it."""
        return self.run.started

    @property
    def zone(self) -> ZoneInfo:
        """In which days and quarters are counted."""
        return self.run.inventory.settings.zone

    def recall(self) -> None:
        """Go by the last listing. It is enough to make a backup, never to forget one."""
        self.runs = self.memory.recall()

    def look(self, listed: list[Snapshot]) -> None:
        """Take note of a listing, and find in it every snapshot that was made and not seen since."""
        self.listed = listed
        latest = max(self.now, datetime.now(tz=self.now.tzinfo)) if self.made else self.now
        self.runs = self.memory.look(listed, latest)
        there = {(one.dataset, one.run): one for one in listed}
        for (dataset, run), identity in self.memory.unproven.items():
            found = there.get((dataset, run))
            if found is None:
                self.document.fail(lost(identity), dataset)
            elif run == self.tag:
                self.note(dataset, found)
        self.memory.unproven = {}

    def note(self, dataset: str, snapshot: Snapshot) -> None:
        """A snapshot of this run was seen: its item gets the full id."""
        for item in self.document.items:
            if item["dataset"] == dataset and item["status"] in ("complete", "partial"):
                when = snapshot.time.astimezone(self.zone).isoformat(timespec="seconds")
                item |= {"snapshot": snapshot.id, "time": when, "run": self.tag}
