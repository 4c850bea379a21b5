"""What we remember of a repository between runs.

When each snapshot was first seen, so that one that claims another time than it can have is not believed
(a clock that stood at 2037, an intruder who backdates); which runs left something out (restic records that
nowhere); what the policy was when it was last applied; where each source was mounted. The first look at a
repository is the baseline and trusts its times. Losing this file makes us keep more, never less.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bitools.backup.decisions import places, tables
from bitools.backup.decisions.absence import Absent, compare
from bitools.backup.decisions.looks import Sample
from bitools.backup.decisions.places import Census, Place
from bitools.backup.decisions.runs import BackupRun, RunKey, Snapshot, group
from bitools.backup.decisions.suspicion import REMEMBERED, Extent
from bitools.backup.decisions.tables import Table

TroubleKey = tuple[str, str]  # act (`drill`, `verify`, `copy`, `run`), data set or repository
BACKDATED = timedelta(hours=24)  # a snapshot is dated at its beginning, and a backup may take long
AHEAD = timedelta(hours=1)
_ACCEPTED = timedelta(days=100)
_SOME = 0.1  # of the biggest


@dataclass(frozen=True, slots=True)
class Applied:
    """By what a data set was last forgotten: counts by tier, the zone they were counted in, and when."""

    counts: Mapping[str, int]
    zone: str
    time: datetime


@dataclass(frozen=True, slots=True)
class LastRun:
    """What became of a data set in the last run that tried it: when, how many bytes, and why it failed."""

    time: datetime
    bytes: int
    error: str = ""


@dataclass(frozen=True, slots=True)
class OpenTrouble:
    """What went wrong and did not go well since: an act of ours, on a data set or the repository itself."""

    time: datetime
    error: str


@dataclass(frozen=True, slots=True)
class Content:
    """What the files of a data set begin with, and when that was looked at."""

    time: datetime
    sample: Sample


@dataclass(frozen=True, slots=True)
class Accepted:
    """What somebody said was right although it was strange, and when."""

    time: datetime
    extent: Extent


@dataclass(frozen=True, slots=True)
class Drift:
    """When all files of a data set were last looked at, and which share of them was new or changed since."""

    time: datetime
    touched: float = 0.0


@dataclass(frozen=True, slots=True)
class Doubted:
    """What a suspected run held, to be learned if somebody says that it is right: rows by dump and table,
    files by folder, what is mounted inside, and which databases are gone.
    """

    rows: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    files: Mapping[str, int] = field(default_factory=dict)
    inside: Mapping[str, str] = field(default_factory=dict)
    gone: Sequence[str] = ()


@dataclass(slots=True)
class Memory:
    """One repository's. `listed` is when its snapshots were last listed, `seen` which there were."""

    repository: str
    listed: datetime | None = None
    seen: dict[str, datetime] = field(default_factory=dict)  # snapshot id -> first seen
    doubtful: dict[str, datetime] = field(default_factory=dict)  # likewise, and its time is not believed
    partial: dict[RunKey, str] = field(default_factory=dict)  # what was left out
    applied: dict[str, Applied] = field(default_factory=dict)  # by data set
    mounts: dict[str, dict[str, str]] = field(default_factory=dict)  # data set -> {path: mount point}
    read: dict[str, datetime] = field(default_factory=dict)  # part of the packs (`3/30`) -> last read
    retained: datetime | None = None  # when forgetting last went well
    known: dict[str, Snapshot] = field(default_factory=dict)  # last listing, without paths
    roughly: list[str] = field(default_factory=list)  # ids in `known` whose time is our clock's
    unproven: dict[RunKey, str] = field(default_factory=dict)  # snapshot id, not seen in a listing yet
    sizes: dict[date, int] = field(default_factory=dict)  # bytes of a local repository, by day
    drilled: dict[str, datetime] = field(default_factory=dict)  # data set -> when a drill last went well
    copied: dict[str, datetime] = field(default_factory=dict)  # copy -> when it last had all it should
    outcomes: dict[str, LastRun] = field(default_factory=dict)  # by data set
    troubles: dict[TroubleKey, OpenTrouble] = field(default_factory=dict)
    suspicious: dict[RunKey, list[str]] = field(default_factory=dict)  # why
    usual: dict[str, list[Extent]] = field(default_factory=dict)  # data set -> the last good runs
    strange: dict[str, Extent] = field(default_factory=dict)  # data set -> the last one that is suspected
    accepted: dict[str, Accepted] = field(default_factory=dict)  # data set -> the least that was right
    content: dict[str, Content] = field(default_factory=dict)  # data set -> what its files begin with
    drift: dict[str, Drift] = field(default_factory=dict)  # by data set
    tables: dict[str, dict[str, Table]] = field(default_factory=dict)  # by dump
    places: dict[str, dict[str, Place]] = field(default_factory=dict)  # data set -> its folders
    inside: dict[str, dict[str, str]] = field(default_factory=dict)  # data set -> {mount point: of what}
    doubted: dict[str, Doubted] = field(default_factory=dict)  # by data set
    identity: str = ""  # what restic calls the repository itself; empty: not asked yet
    old_key: str = ""  # restic's id of the key that is being replaced
    replacing: bool = False  # a new repository is being filled from a copy
    asked: dict[str, datetime] = field(default_factory=dict)  # data set -> restic's own opinion was heard
    absent: dict[RunKey, Absent] = field(default_factory=dict)  # gone, and it is not explained why

    def note(self, act: str, target: str, now: datetime, error: str = "") -> None:
        """Remember that an act failed, or that it went well again."""
        if error:
            self.troubles[act, target] = OpenTrouble(now, error)
        else:
            self.troubles.pop((act, target), None)

    def look(
        self, snapshots: Sequence[Snapshot], now: datetime, trusted: Collection[str] = ()
    ) -> dict[str, list[BackupRun]]:
        """Take note of a listing and give the runs by data set, newest first.

        `trusted` names the runs whose times another repository vouches for: those that were copied from it.
        """
        for snapshot in snapshots:
            if snapshot.id not in self.seen:
                self._first_look(snapshot, now)
                if snapshot.run in trusted:
                    self.doubtful.pop(snapshot.id, None)
        there = {name for snapshot in snapshots for name in (snapshot.id, snapshot.original)}
        if not self.replacing and (self.absent or not self.known.keys() <= there):
            self.absent = compare(self.recall(), snapshots, self.absent)
        self.seen = {identity: since for identity, since in self.seen.items() if identity in there}
        self.doubtful = {identity: since for identity, since in self.doubtful.items() if identity in there}
        runs = self._grouped(snapshots)
        if self.partial or self.suspicious:
            left = {(dataset, one.id) for dataset, history in runs.items() for one in history}
            self.partial = {run: why for run, why in self.partial.items() if run in left}
            self.suspicious = {run: why for run, why in self.suspicious.items() if run in left}
        self.listed = max(now, self.listed) if self.listed else now
        self.known = {one.id: replace(one, paths=()) for one in snapshots}
        self.roughly = []
        return runs

    def begin_anew(self, snapshots: Sequence[Snapshot], now: datetime, doubted: Collection[str]) -> None:
        """A new repository stands at the place of one that was lost: this is the first look at it.

        `doubted` names the runs whose times its copy does not believe.
        """
        self.listed, self.seen, self.doubtful, self.read = None, {}, {}, {}
        self.known, self.absent = {}, {}
        self.unproven, self.roughly, self.replacing, self.identity = {}, [], False, ""
        self.look(snapshots, now)
        self.doubtful = {one.id: now for one in snapshots if one.run in doubted}

    def recall(self) -> dict[str, list[BackupRun]]:
        """The runs as the last listing had them. Another host may have made or forgotten some since."""
        return self._grouped(self.snapshots())

    def _grouped(self, snapshots: Sequence[Snapshot]) -> dict[str, list[BackupRun]]:
        return group(snapshots, partial=self.partial, doubtful=self.doubtful, suspicious=self.suspicious)

    def past(self, dataset: str, now: datetime) -> list[Extent]:
        """The good runs that a dump is held against; what was accepted once stays usual for a while, unless
        hardly anything was left: a table that is emptied every month.
        """
        runs, once = self.usual.get(dataset, []), self.accepted.get(dataset)
        if not once or now - once.time > _ACCEPTED:
            return runs
        some = once.extent.bytes >= max((one.bytes for one in runs), default=0) * _SOME
        return [once.extent, *runs] if some else runs

    def learn(self, dataset: str, extent: Extent) -> None:
        """A good run: what it held is usual from now on."""
        self.usual[dataset] = [*self.usual.get(dataset, []), extent][-REMEMBERED:]

    def learn_rows(self, rows: Mapping[str, Mapping[str, int]]) -> None:
        """How many rows the tables of each dump have, in a good run or one that was accepted."""
        for name, counts in rows.items():
            self.tables[name] = tables.learned(counts, self.tables.get(name, {}))

    def learn_tree(
        self,
        dataset: str,
        census: Census | None,
        inside: Mapping[str, str],
        now: datetime,
        *,
        anew: bool = False,
    ) -> None:
        """Likewise how many files each folder holds, if they were counted, and what is mounted inside.

        `anew`: what was known of the folders holds no more.
        """
        if census:
            self.places[dataset] = places.learned(census, {} if anew else self.places.get(dataset, {}), now)
        if inside or dataset in self.inside:
            self.inside[dataset] = dict(inside)

    def accept(self, dataset: str, now: datetime) -> list[str]:
        """What was strange is right: nothing of the data set is suspected, it is usual from now on, and what
        files begin with is learned anew. Give the runs that were suspected.
        """
        runs = [run for name, run in self.suspicious if name == dataset]
        self.suspicious = {key: why for key, why in self.suspicious.items() if key[0] != dataset}
        for name in [one for one in self.usual if one.partition("/")[0] == dataset]:
            if name in self.strange:
                self.accepted[name] = Accepted(now, self.strange[name])
                self.learn(name, self.strange.pop(name))
            elif dataset not in self.usual:
                del self.usual[name]
        self.content.pop(dataset, None)
        if held := self.doubted.pop(dataset, None):
            self._learn_doubted(dataset, held, now)
        return runs

    def _learn_doubted(self, dataset: str, held: Doubted, now: datetime) -> None:
        for name in held.gone:
            self.usual.pop(name, None)
            self.tables.pop(name, None)
        self.learn_rows(held.rows)
        self.learn_tree(dataset, Census(held.files) if held.files else None, held.inside, now)

    def accept_absent(self, dataset: str) -> list[str]:
        """It is right that runs of a data set are gone: the run that told it has not failed. Give them."""
        runs = [run for name, run in self.absent if name == dataset]
        if runs and dataset in self.outcomes:
            self.outcomes[dataset] = replace(self.outcomes[dataset], error="")
        self.absent = {key: one for key, one in self.absent.items() if key[0] != dataset}
        return runs

    def snapshots(self) -> list[Snapshot]:
        """What the last listing had, without paths."""
        return list(self.known.values())

    def current(self, names: Collection[str] | None) -> bool:
        """Is the last listing what a new one would be? `names` are the ids that are there now.

        An id is a hash of all that a listing shows.
        """
        proven = self.listed and not self.roughly and not self.unproven
        return bool(proven) and names is not None and set(names) == self.known.keys()

    def drop(self, ids: Collection[str]) -> None:
        """Take note of snapshots that are gone."""
        for identity in ids:
            for noted in (self.known, self.seen, self.doubtful):
                noted.pop(identity, None)

    def add(self, snapshot: Snapshot, now: datetime) -> None:
        """Take note of a snapshot that we made ourselves."""
        self.seen[snapshot.id] = now
        self.known[snapshot.id] = snapshot
        self.roughly.append(snapshot.id)

    def _first_look(self, snapshot: Snapshot, now: datetime) -> None:
        """Believe a new snapshot if it can have been made since the last listing."""
        self.seen[snapshot.id] = now
        if snapshot.original in self.seen:  # tagged anew, perhaps again: it keeps the standing it had
            if snapshot.original in self.doubtful:
                self.doubtful[snapshot.id] = self.doubtful[snapshot.original]
        # A clock that was ahead at the last listing must not make the snapshots of today old ones.
        elif self.listed and not min(self.listed, now) - BACKDATED <= snapshot.time <= now + AHEAD:
            self.doubtful[snapshot.id] = now
