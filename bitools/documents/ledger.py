"""What is told of the ledger."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from bitools.documents.envelope import Envelope
from bitools.documents.words import Moment

Outcome = Literal["intent", "done", "failed", "interrupted", "unknown", "refused"]


class LateItem(TypedDict):
    """What the ledger should say and could not be written: an entry without its place in the chain."""

    time: Moment
    """When it was written; of one that could not be, when it was done."""
    actor: str
    """Who did it, behind sudo too."""
    host: str
    """On which machine."""
    command: str
    """The command line."""
    target: str
    """To what: a device, an account, a data set."""
    action: str
    """What was done: `user.add`, `backup.make`, …"""
    before: object
    """How the target was before: whatever the act found worth keeping, never a secret."""
    after: object
    """Of an outcome: `intent`, the number of the entry it closes, and `result` or `error`."""
    outcome: Outcome
    """Of an act there are two entries: the intent, and what became of it."""
    run: str
    """The run that did it."""


class EntryItem(LateItem):
    """One entry of the ledger, as it was written."""

    seq: int
    """Its number; the first entry has 1."""
    duties: list[str]
    """The articles of the directorate's regulation that the act serves."""
    prev: str
    """The hash of the entry before."""
    hash: str
    """SHA-256 of the entry's line without this field."""


class EnterItem(TypedDict):
    """One line of the file that was entered."""

    target: str
    """To what it was done."""
    action: str
    """What was done."""
    outcome: Outcome
    """What became of it."""
    time: Moment
    """When."""
    status: Literal["entered", "known"]
    """`known`: the ledger has it already."""
    seq: int | None
    """The number of its entry; null in a dry run."""


class EnterDocument(Envelope):
    """What `bitools ledger enter` prints."""

    schema: Literal["bitools.ledger.enter/1"]
    items: list[EnterItem]
    """Each line of the file."""


class Wanted(TypedDict, total=False):
    """What was asked for; what was not is left out."""

    since: Moment
    """From then on."""
    until: Moment
    """Until then."""
    actor: str
    """A part of the word."""
    action: str
    """A part of the word."""
    target: str
    """A part of the word."""
    run: str
    """A part of the word."""
    duty: str
    """A whole article."""


class Among(TypedDict):
    """What the entries were chosen from."""

    entries: int
    """How many the ledger has."""
    first: str
    """Time of the first; empty if there is none."""
    last: str
    """Time of the last."""


class ShowDocument(Envelope):
    """What `bitools ledger show` prints."""

    schema: Literal["bitools.ledger.show/1"]
    items: list[EntryItem]
    """The entries that fit, oldest first."""
    wanted: Wanted
    """What was asked for."""
    among: Among
    """What they were chosen from."""


class Stamped(TypedDict):
    """A time stamp of an entry; it vouches for all before it."""

    entry: int
    """The entry's number."""
    time: Moment
    """The authority's time."""


class StampItem(TypedDict):
    """The entry that was stamped, or is to be."""

    entry: int
    """Its number."""
    time: Moment | None
    """The authority's time; null in a dry run."""
    serial: str | None
    """The token's number with the authority; empty where it is not known."""
    by: str | None
    """Who proved it."""
    file: str | None
    """Where the token lies."""


class StampDocument(Envelope):
    """What `bitools ledger stamp` prints."""

    schema: Literal["bitools.ledger.stamp/1"]
    items: list[StampItem]
    """Nothing where it was done today, or nothing is to be stamped."""
    skipped: NotRequired[Literal["stamped"]]
    """It was done today, or nothing has come since."""


class LedgerVerifyDocument(Envelope):
    """What `bitools ledger verify` prints."""

    schema: Literal["bitools.ledger.verify/1"]
    items: list[EntryItem]
    """Intents without an outcome: what a crash left open."""
    entries: int
    """How many."""
    head: str
    """The hash of the last entry."""
    torn: int
    """The size in bytes of a last entry that a crash cut short; 0 if there is none."""
    file: NotRequired[str]
    """The exported file that was proven instead of the ledger."""
    first: NotRequired[int]
    """Number of the first entry of that file."""
    last: NotRequired[int]
    """Number of its last entry."""
    tokens: NotRequired[int]
    """How many time stamps were held against it."""
    stamped: NotRequired[Stamped | None]
    """The newest one that holds; null if none does, or if no authority is named to hold it against."""


class BreakItem(TypedDict):
    """What did not fit, and was acknowledged."""

    target: str
    """`ledger` or `history`."""
    error: str
    """What was wrong."""


class ContinueDocument(Envelope):
    """What `bitools ledger continue` prints."""

    schema: Literal["bitools.ledger.continue/1"]
    items: list[BreakItem]
    """Empty if there was nothing to acknowledge."""


class WholeLedger(TypedDict):
    """The ledger at the moment of the export."""

    entries: int
    """How many."""
    head: str
    """The hash of the last entry."""


class ExportHead(TypedDict):
    """The first line of an exported file."""

    schema: Literal["bitools.ledger.export/1"]
    """What kind of file it is."""
    exported: Moment
    """When."""
    by: str
    """Who exported it."""
    first: int
    """Number of the first entry in the file."""
    last: int
    """Number of the last entry in the file."""
    since: Moment
    """Time of the first entry in the file."""
    until: Moment
    """Time of the last entry in the file."""
    prev: str
    """The hash of the entry before the first."""
    head: str
    """The hash of the last entry in the file."""
    ledger: WholeLedger
    """The whole ledger at that moment."""
    proof: str
    """In words, how to prove the file by hand."""


class ExportItem(ExportHead):
    """The file that was written."""

    file: str
    """Its path."""
    sha256: str
    """Of the file."""
    entries: int
    """How many are in it."""


class ExportDocument(Envelope):
    """What `bitools ledger export` prints."""

    schema: Literal["bitools.ledger.export/1"]
    items: list[ExportItem]
    """The one file."""
