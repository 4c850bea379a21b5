"""Snapshots and the runs they belong to.

A run is the unit of retention: the snapshots one `backup run` made of one data set, kept or dropped whole. It
is known by the tags it was made with, never by snapshot id (`restic tag` changes that), host or paths (a path
added to a data set must not start a history of its own). Snapshots without our tags are not ours to touch.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from bitools.errors import Usage
from bitools.i18n import _

VERSION = "1"
SET, _RUN, _OURS = "bi.set=", "bi.run=", f"bi.v={VERSION}"
PINNED, PARTIAL, SUSPICIOUS = "bi.pinned", "bi.partial", "bi.suspicious"
_LABEL = re.compile(r"(?!bi\.)\w[\w.-]{0,62}")  # no comma: restic takes it for two tags


RunKey = tuple[str, str]  # data set, run


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One restic snapshot. `original` is the id it had before it was tagged anew or copied."""

    id: str
    time: datetime
    tags: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    host: str = ""
    original: str = ""

    @property
    def short(self) -> str:
        """The id as restic shows it to people."""
        return self.id[:8]

    def tagged(self, prefix: str) -> str:
        """What follows this prefix in the first tag that has it; empty if none has."""
        for tag in self.tags:
            if tag.startswith(prefix):
                return tag[len(prefix) :]
        return ""

    @property
    def dataset(self) -> str:
        """The data set it is of; empty if it is not ours."""
        ours = _OURS in self.tags and self.tagged(_RUN)
        return self.tagged(SET) if ours else ""

    @property
    def run(self) -> str:
        """The run that made it."""
        return self.tagged(_RUN)


@dataclass(frozen=True, slots=True)
class BackupRun:
    """One run of one data set; `time` is its newest snapshot's.

    One that left something out, or that is suspected, is not `complete`: it stands for no period.
    """

    id: str
    time: datetime
    complete: bool = True
    pinned: bool = False
    quarantined: bool = False
    suspicious: bool = False
    snapshots: tuple[Snapshot, ...] = ()

    def holding(self, name: str | None) -> Snapshot:
        """The snapshot that holds the one file of this name; the newest if there is no such file."""
        return next((one for one in self.snapshots if f"/{name}" in one.paths), self.snapshots[-1])


def tags(dataset: str, run: str, *labels: str) -> tuple[str, ...]:
    """The tags a snapshot is made with."""
    own = (f"{SET}{dataset}", f"{_RUN}{run}", _OURS)
    return own + tuple(dict.fromkeys(label for label in labels if label))


def proven_label(label: str) -> str:
    """A word of the administrator's own for a snapshot. Raise Usage if restic would read it otherwise."""
    if label and not _LABEL.fullmatch(label):
        hint = _("letters, digits, '.', '_' and '-'; it does not begin with bi.")
        raise Usage(_('"{label}" cannot be a tag').format(label=label), hint=hint)
    return label


def group(
    snapshots: Iterable[Snapshot],
    *,
    partial: Collection[RunKey] = (),
    doubtful: Collection[str] = (),
    suspicious: Collection[RunKey] = (),
) -> dict[str, list[BackupRun]]:
    """Runs by data set, newest first.

    `partial` names what left something out, and so does the tag that other hosts read; a run not named is
    complete: a lost memory must not make us drop more. `suspicious` likewise. `doubtful` names the snapshots
    whose time is not believed.
    """
    parts: defaultdict[tuple[str, str], list[Snapshot]] = defaultdict(list)
    for snapshot in snapshots:
        if dataset := snapshot.dataset:
            parts[dataset, snapshot.run].append(snapshot)
    runs: defaultdict[str, list[BackupRun]] = defaultdict(list)
    for (dataset, run), members in parts.items():
        marks: Collection[str] = members[0].tags
        if len(members) > 1:  # almost every run is one snapshot
            members.sort(key=attrgetter("time", "id"))
            marks = {tag for snapshot in members for tag in snapshot.tags}
        suspected = (dataset, run) in suspicious or SUSPICIOUS in marks
        whole = (dataset, run) not in partial and PARTIAL not in marks
        runs[dataset].append(
            BackupRun(
                id=run,
                time=members[-1].time,
                complete=whole and not suspected,
                pinned=PINNED in marks,
                quarantined=bool(doubtful) and any(snapshot.id in doubtful for snapshot in members),
                suspicious=suspected,
                snapshots=tuple(members),
            )
        )
    for history in runs.values():
        history.sort(key=attrgetter("time", "id"), reverse=True)
    return dict(runs)
