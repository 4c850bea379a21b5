"""What every document has, whatever command printed it."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from bitools.documents.words import Moment


class Failure(TypedDict):
    """One target that failed; the others' results stay."""

    target: str
    """What failed: a device, an account, a data set, …"""
    code: int
    """The exit code that this failure alone would have had."""
    error: str
    """What happened, in English."""
    hint: str
    """What to do next."""
    reason: NotRequired[str]
    """A word for programs, where there is one: `host_key`, `rights`, …"""


class Continuity(TypedDict):
    """How far the records went at the end of the run; the next run proves that its own continue them."""

    entries: int
    """Of the ledger."""
    head: str
    """The hash of its last entry."""
    commit: str
    """The newest of the history; empty if there is none."""


class Envelope(TypedDict):
    """The keys that every document has; each adds `schema`, `items` and its own. Times have an offset."""

    changed: bool
    """Is the world different now, or (of a dry run, of a comparison) would it be?"""
    applied: bool
    """False for a dry run."""
    failed: list[Failure]
    """The targets that failed."""
    warnings: list[str]
    """What did not go as it should, but stopped nothing."""
    started: Moment
    """When the run began."""
    finished: Moment
    """When it ended."""
    run: str
    """The run's name; it sorts by time."""
    evidence: NotRequired[Continuity]
    """Absent where nothing was ever recorded, and where something does not fit."""
