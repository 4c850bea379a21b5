"""What is told of devices and their configurations."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from bitools.documents.envelope import Envelope
from bitools.documents.words import Moment, Severity

Role = Literal["wan", "lan"]


class ChangeItem(TypedDict):
    """One change of a configuration, under its section headers."""

    path: list[str]
    """The section headers above it, the outermost first."""
    kind: Literal["added", "removed", "modified", "moved", "reordered"]
    """`moved` and `reordered`: the same lines in another order, where that may mean something."""
    line: str
    """The line as it stands, or stood; secrets are hashes."""
    old: str | None
    """Before; null if it was added."""
    new: str | None
    """After; null if it was removed."""
    severity: Severity
    """Who may get in and what may pass is critical; what carries traffic a warning; WAN one step more."""


class Identity(TypedDict):
    """Which device it is about."""

    device: str
    """Its name in the inventory."""
    site: str
    """Its site in the inventory."""
    role: Role
    """The wide or the local network."""
    platform: str
    """One of `net platforms`."""


class StoredItem(Identity):
    """A configuration that was stored: it changed, or was read for the first time."""

    status: Literal["stored"]
    """It is in the history now."""
    commit: str | None
    """In the history; null in a dry run."""
    lines: int
    """Of the whole configuration."""
    author: str | None
    """Who changed it; null if nothing says so."""
    first: bool
    """Read for the first time: nothing to compare with."""
    changes: list[ChangeItem]
    """What changed, in the order of the configuration."""
    added: int
    """Lines."""
    removed: int
    """Lines."""
    diff: str
    """As `git diff` writes it."""


class UnchangedItem(Identity):
    """A device without a change."""

    status: Literal["unchanged", "silent"]
    """`silent`: it does not answer, and until a day to come nobody wants to hear so."""
    commit: None
    """Nothing was stored."""
    lines: int
    """Of the whole configuration; 0 if it was not read."""


class QuarantinedItem(Identity):
    """A device whose answer was not whole; its failure is in `failed`, too."""

    status: Literal["quarantined"]
    """The answer was put aside; what was stored before stays."""
    commit: None
    """Nothing was stored."""
    lines: int
    """Always 0."""
    reason: NotRequired[str]
    """Why, in one word: `truncated`, `error_text`, …"""


SnapshotItem = StoredItem | UnchangedItem | QuarantinedItem


class SnapshotDocument(Envelope):
    """What `bitools net snapshot` prints."""

    schema: Literal["bitools.net.snapshot/1"]
    items: list[SnapshotItem]
    """One a device, in the inventory's order; those that failed are in `failed`."""
    skipped: NotRequired[Literal["running"]]
    """Another run is at it; this one did nothing."""


class DiffItem(Identity):
    """How a device differs; of one without a difference the lists are empty."""

    changes: list[ChangeItem]
    """What changed, in the order of the configuration."""
    added: int
    """Lines."""
    removed: int
    """Lines."""
    author: str | None
    """Who changed it; null if nothing says so."""
    diff: str
    """As `git diff` writes it."""


class DiffDocument(Envelope):
    """What `bitools net diff` prints."""

    schema: Literal["bitools.net.diff/1"]
    items: list[DiffItem]
    """One a device."""
    against: NotRequired[Literal["snapshot", "startup", "intended"]]
    """What the devices were compared with, if they were asked."""


class Review(TypedDict):
    """Somebody has looked at a change."""

    by: str
    """Who."""
    time: Moment
    """When."""
    reason: str
    """What it was for."""


class AckItem(TypedDict):
    """A stored change, and whether somebody has reviewed it."""

    device: str
    """Its name in the inventory."""
    commit: str
    """In the history."""
    time: Moment
    """When it was stored."""
    author: str | None
    """Who changed it; null if nothing says so."""
    site: str
    """Where the device was then."""
    role: str
    """What it was for then."""
    status: Literal["reviewed", "unchanged", "planned", "unreviewed"]
    """`unchanged`: it had been reviewed before."""
    review: Review | None
    """By whom, when and why; null if nobody has reviewed it."""


class AckDocument(Envelope):
    """What `bitools net ack` prints."""

    schema: Literal["bitools.net.ack/1"]
    items: list[AckItem]
    """One a change."""
