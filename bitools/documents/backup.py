"""What is told of backups."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from bitools.documents.envelope import Envelope, Failure
from bitools.documents.words import Moment

Tier = Literal["hourly", "daily", "weekly", "monthly", "quarterly", "biannual", "yearly"]


Doubt = Literal[
    "files_gone",
    "bytes_gone",
    "folder_gone",
    "unmounted",
    "dump_shrunk",
    "tables_gone",
    "table_emptied",
    "database_gone",
    "dump_unlike",
    "renamed",
    "random",
]


class RunItem(TypedDict):
    """A data set, and whether it was backed up."""

    dataset: str
    """Its name in the inventory."""
    status: Literal["complete", "partial", "skipped", "due"]
    """`skipped`: a snapshot covers it already; `due`: in a dry run."""
    tiers: list[Tier]
    """What it stands for; nothing if it is not complete."""
    snapshot: str | None
    """restic's id, of the new snapshot or of the one that covers it."""
    bytes: int
    """What was read."""
    reason: NotRequired[str]
    """Why it was made or left out."""
    files: NotRequired[int]
    """How many were read."""
    added: NotRequired[int]
    """Bytes that the repository grew by, before compression."""
    time: NotRequired[Moment | None]
    """Of the snapshot that covers it."""
    run: NotRequired[str | None]
    """The run that made that snapshot."""
    suspicious: NotRequired[list[Doubt]]
    """In what it is not like the runs before it: it stands for no tier until it is accepted."""


class RunDocument(Envelope):
    """What `bitools backup run` prints."""

    schema: Literal["bitools.backup.run/1"]
    items: list[RunItem]
    """One a data set."""
    skipped: NotRequired[Literal["running"]]
    """Another run is at it; this one did nothing."""


class CopyItem(TypedDict):
    """A data set in a second repository."""

    target: str
    """The second repository."""
    dataset: str
    """Its name in the inventory."""
    repository: str
    """The same as `target`."""
    status: Literal["covered", "due", "copied"]
    """`covered`: all was there."""
    runs: list[str]
    """Those that were not there."""
    snapshots: list[str]
    """restic's ids of them, in the first repository."""
    forgotten: list[str]
    """Runs that its own policy let go."""


class CopyDocument(Envelope):
    """What `bitools backup copy` prints."""

    schema: Literal["bitools.backup.copy/1"]
    items: list[CopyItem]
    """One a data set and second repository."""


class IntactItem(TypedDict):
    """A repository of which a part was read back."""

    target: str
    """The repository."""
    repository: str
    """The same."""
    status: Literal["intact"]
    """What was read is as it was written."""
    parts: list[str]
    """Which: `3/30`."""
    of: int
    """In how many parts it is read."""
    unread: int
    """How many of them are still to be read for the first time."""


class DamagedItem(TypedDict):
    """A repository in which damage was found; the failure is in `failed`, too."""

    target: str
    """The repository."""
    repository: str
    """The same."""
    status: Literal["damaged"]
    """What was read is not as it was written."""
    part: str
    """In which part."""
    datasets: list[str]
    """Whose data it hits."""
    snapshots: list[str]
    """restic's ids of those it hits."""
    certain: bool
    """False: it may be these, which cannot be told."""


class VerifyDocument(Envelope):
    """What `bitools backup verify` prints."""

    schema: Literal["bitools.backup.verify/1"]
    items: list[IntactItem | DamagedItem]
    """One a repository."""


class Proof(TypedDict):
    """What a restored copy was found to hold."""

    kind: str
    """How it was proven: `files`, `database`, `stream`, …"""
    files: NotRequired[int]
    """That came back."""
    bytes: NotRequired[int]
    """That came back."""
    compared: NotRequired[int]
    """Files that have not changed since, and are the same."""
    tables: NotRequired[int]
    """Of the restored database."""
    rows: NotRequired[int]
    """Of the restored database."""


class DrillItem(TypedDict):
    """A data set that was restored into a scratch place."""

    dataset: str
    """Its name in the inventory."""
    snapshot: str | None
    """restic's id."""
    run: str | None
    """The run that was restored."""
    time: Moment | None
    """When that was made."""
    status: Literal["due", "passed"]
    """`due`: in a dry run. A drill that failed is in `failed`."""
    kind: NotRequired[str]
    """How it was proven: `files`, `database`, `stream`, …"""
    files: NotRequired[int]
    """That came back."""
    bytes: NotRequired[int]
    """That came back."""
    compared: NotRequired[int]
    """Files that have not changed since, and are the same."""
    tables: NotRequired[int]
    """Of the restored database."""
    rows: NotRequired[int]
    """Of the restored database."""


class DrillDocument(Envelope):
    """What `bitools backup drill` prints."""

    schema: Literal["bitools.backup.drill/1"]
    items: list[DrillItem]
    """One a data set."""


class PruneItem(TypedDict):
    """A repository whose space was reclaimed."""

    target: str
    """The repository."""
    repository: str
    """The same."""
    status: Literal["due", "pruned", "append_only"]
    """`due`: in a dry run; `append_only`: its space is reclaimed from its own host."""
    bytes: int | None
    """Its size now; null if it is not on a disk of this machine."""
    freed: int | None
    """What was won."""


class PruneDocument(Envelope):
    """What `bitools backup prune` prints."""

    schema: Literal["bitools.backup.prune/1"]
    items: list[PruneItem]
    """One a repository."""


class StatusItem(TypedDict):
    """How a data set stands in one tier."""

    dataset: str
    """Its name in the inventory."""
    tier: Tier
    """One that its policy keeps."""
    snapshot: str | None
    """restic's id of the last complete one; null if there is none."""
    time: Moment | None
    """When that was made."""
    age: int | None
    """Of it, in seconds."""
    due: bool
    """Would a run make one now?"""
    overdue: bool
    """Is the last one too old?"""
    runs: int
    """How many are kept."""


class RepositoryItem(TypedDict):
    """How a repository stands; null where that cannot be known from here."""

    repository: str
    """Its name in the inventory."""
    bytes: int | None
    """Its size."""
    growth: int | None
    """Bytes a day."""
    free: int | None
    """Bytes on its disk."""
    days_left: int | None
    """Until the disk is full, as it grows now."""
    copy_of: NotRequired[str]
    """Of a second repository: the first."""
    copied: NotRequired[Moment | None]
    """Of a second repository: when it last had all that it should."""


class StatusDocument(Envelope):
    """What `bitools backup status` prints."""

    schema: Literal["bitools.backup.status/1"]
    items: list[StatusItem]
    """One a data set and tier."""
    repositories: list[RepositoryItem]
    """One a repository."""
    alarms: list[Failure]
    """What somebody must look at, as a run's failures are written."""
    strangers: NotRequired[dict[str, int]]
    """Runs of data sets that the inventory does not describe any more, by name: nobody forgets them."""


ProofDocument = CopyDocument | VerifyDocument | DrillDocument | PruneDocument | StatusDocument
"""What says of a repository, or of what lies in it, how it stands."""
