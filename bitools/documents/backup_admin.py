"""What is told to an administrator who asks of backups: what would stay, what there is, what came back."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from bitools.documents.envelope import Envelope
from bitools.documents.ledger import LateItem
from bitools.documents.words import Moment

Word = Literal[
    "newest",
    "newest_complete",
    "pinned",
    "quarantined",
    "future",
    "young",
    "stands_for",
    "superseded",
    "beyond",
    "suspicious",
    "wanted_by_copy",
    "newest_proven",
]


class ReasonItem(TypedDict):
    """One reason, in its parts."""

    word: Word
    """`stands_for` a period; `superseded` by a later run of it; `beyond` what the tier reaches."""
    tier: str
    """Empty where the reason is of no tier."""
    period: str
    """`2026-11-22`, `2026-W47`, `2026-Q4`, `2026-H2`; else empty."""
    by: str
    """The run that stands for the period, or the repository that is still to get this one; else empty."""


class PlanItem(TypedDict):
    """A snapshot, and whether it would stay."""

    dataset: str
    """Its name in the inventory."""
    snapshot: str | None
    """restic's id; null for a run that a simulation made up."""
    run: str
    """The run that made it: it stays or goes whole."""
    time: Moment
    """When it was made."""
    keep: bool
    """Does it stay?"""
    reasons: list[str]
    """Why: a word, or a word, a tier, a period and a run."""
    why: list[ReasonItem]
    """The same in parts."""
    complete: bool
    """Did its run leave nothing out?"""


class PlanDocument(Envelope):
    """What `bitools backup plan` prints."""

    schema: Literal["bitools.backup.plan/1"]
    items: list[PlanItem]
    """One a snapshot, newest first."""
    at: Moment
    """What it was decided for."""
    due: dict[str, list[str]]
    """The tiers that are due now, by data set."""


class ListItem(TypedDict):
    """A snapshot."""

    dataset: str
    """Its name in the inventory, now or once."""
    snapshot: str
    """restic's id."""
    run: str
    """The run that made it."""
    time: Moment
    """When it was made."""
    status: Literal["complete", "partial"]
    """`partial`: something was left out."""
    pinned: bool
    """Is it kept whatever the policy says?"""
    quarantined: bool
    """Is its time not believed?"""
    host: str
    """Where it was made."""
    paths: list[str]
    """What is in it."""
    labels: list[str]
    """The administrator's own words for it."""
    repository: str
    """Where it is."""


class ListDocument(Envelope):
    """What `bitools backup list` prints."""

    schema: Literal["bitools.backup.list/1"]
    items: list[ListItem]
    """One a snapshot, newest first."""


class FolderItem(TypedDict):
    """What lies in a folder of a snapshot."""

    dataset: str
    """Its name in the inventory."""
    snapshot: str
    """restic's id."""
    path: str
    """In full; with a replacement mark where a name is not UTF-8."""
    type: str
    """As restic calls it: `file`, `dir`, `symlink`, …"""
    bytes: int
    """Of a file."""
    time: str
    """When it was last changed."""


class EntriesDocument(Envelope):
    """What `bitools backup list --path` prints."""

    schema: Literal["bitools.backup.entries/1"]
    items: list[FolderItem]
    """What is in the folder."""


LeftOut = Literal["owners", "privileges", "settings"]


class RestoreItem(TypedDict):
    """What was brought back, or in a dry run would be."""

    dataset: str
    """Its name in the inventory."""
    snapshot: str
    """restic's id."""
    run: str
    """The run that made it."""
    time: Moment
    """When it was made."""
    to: str
    """The folder, or the database."""
    path: str | None
    """The one file or folder that was asked for."""
    files: NotRequired[int]
    """That came back."""
    bytes: NotRequired[int]
    """That came back."""
    tables: NotRequired[int]
    """Of the database."""
    rows: NotRequired[int]
    """In all its tables."""
    left_out: NotRequired[list[LeftOut]]
    """What the account that restored it may not give."""


class RestoreDocument(Envelope):
    """What `bitools backup restore` prints."""

    schema: Literal["bitools.backup.restore/1"]
    items: list[RestoreItem]
    """One."""
    unentered: NotRequired[list[LateItem]]
    """What the ledger should say and could not be written: its disk refuses."""


class PinItem(TypedDict):
    """A run that was pinned, or is no longer."""

    dataset: str
    """Its name in the inventory."""
    run: str
    """The run."""
    snapshot: str
    """restic's id of it now: it gets a new one."""
    time: Moment
    """When it was made."""
    pinned: bool
    """Is it kept whatever the policy says?"""


class PinDocument(Envelope):
    """What `bitools backup pin` and `bitools backup unpin` print."""

    schema: Literal["bitools.backup.pin/1"]
    items: list[PinItem]
    """One."""


class LockItem(TypedDict):
    """A lock that somebody holds."""

    host: str
    """Where."""
    user: str
    """Who."""
    pid: int
    """Which process."""
    since: Moment
    """Since when."""
    exclusive: bool
    """Does it keep everybody else out?"""


class UnlockItem(TypedDict):
    """A repository's locks."""

    target: str
    """The repository."""
    repository: str
    """The same."""
    status: Literal["free", "held"]
    """Is any left?"""
    removed: int
    """How many stale ones are gone."""
    locks: list[LockItem]
    """Those that stay."""


class UnlockDocument(Envelope):
    """What `bitools backup unlock` prints."""

    schema: Literal["bitools.backup.unlock/1"]
    items: list[UnlockItem]
    """One a repository."""


class ReplaceItem(TypedDict):
    """A repository that was made anew."""

    target: str
    """The repository."""
    repository: str
    """The same."""
    status: Literal["due", "replaced"]
    """`due`: in a dry run."""
    source: str | None
    """The copy that it was filled from; null if there is none."""
    snapshots: int
    """How many came back."""


class ReplaceDocument(Envelope):
    """What `bitools backup replace` prints."""

    schema: Literal["bitools.backup.replace/1"]
    items: list[ReplaceItem]
    """One."""


class FoundItem(TypedDict):
    """One version of a file."""

    dataset: str
    """Its name in the inventory."""
    path: str
    """In full; with a replacement mark where a name is not UTF-8."""
    type: str
    """As restic calls it: `file`, `dir`, `symlink`, …"""
    bytes: int
    """Of a file."""
    changed: str
    """When it was last changed; empty where that is not known."""
    snapshot: str
    """restic's id of the newest that has this version."""
    time: Moment
    """When that was made."""
    first: Moment
    """When the oldest that has this version was made."""
    snapshots: int
    """How many have it."""


class FindDocument(Envelope):
    """What `bitools backup find` prints."""

    schema: Literal["bitools.backup.find/1"]
    items: list[FoundItem]
    """One a version, newest first."""


class KeyItem(TypedDict):
    """A repository that has a new password."""

    target: str
    """The repository."""
    repository: str
    """The same."""
    status: Literal["due", "rotated"]
    """`due`: in a dry run."""
    file: str
    """Where the password is kept."""


class KeyDocument(Envelope):
    """What `bitools backup key rotate` prints."""

    schema: Literal["bitools.backup.key/1"]
    items: list[KeyItem]
    """One."""


class MountItem(TypedDict):
    """A repository that could be looked into."""

    target: str
    """The repository."""
    repository: str
    """The same."""
    folder: str
    """Where, while the command ran."""
    datasets: list[str]
    """Whose snapshots were in it."""


class MountDocument(Envelope):
    """What `bitools backup mount` prints when it has ended."""

    schema: Literal["bitools.backup.mount/1"]
    items: list[MountItem]
    """One a repository."""
