"""What is said of the history: `history`, and of it as a whole `verify`, `recover`, `remask`."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from bitools.documents.envelope import Envelope
from bitools.documents.net import Review
from bitools.documents.words import Moment


class HistoryItem(TypedDict):
    """One stored change."""

    device: str
    """Its name in the history."""
    commit: str
    """The change's name."""
    time: Moment
    """When it was stored."""
    author: str | None
    """Who changed it; nothing where nobody knows, `several` where they were more than one."""
    authors: NotRequired[list[str]]
    """Their names, where they were several."""
    reason: str
    """`changed` or `first snapshot`."""
    site: str
    """Its site then."""
    role: str
    """Its role then."""
    run: str
    """The run that stored it."""
    actor: str | None
    """Who ran that, as the ledger names them; nothing in what earlier versions stored."""
    ledger: int | None
    """The number of the ledger's entry of it."""
    review: Review | None
    """Nothing where nobody has reviewed it."""
    added: NotRequired[int]
    """Lines that came, as git counts them."""
    removed: NotRequired[int]
    """Lines that went."""
    diff: NotRequired[str]
    """With `--patch`: the unified difference."""


class LookedFor(TypedDict):
    """What was asked; empty where nothing was said."""

    devices: list[str]
    """Names."""
    since: str
    """Not older than; ISO 8601."""
    until: str
    """Not newer than; ISO 8601."""
    author: str
    """A part of who changed it."""
    unreviewed: bool
    """Only what nobody has reviewed."""


class History(Envelope):
    """`bitools net history`."""

    schema: Literal["bitools.net.history/1"]
    items: list[HistoryItem]
    looked_for: NotRequired[LookedFor]
    """What an empty answer is an answer to."""


class RemaskItem(TypedDict):
    """A device whose secrets could be read in the history: they are to be changed."""

    device: str
    """Its name in the history."""
    commits: int
    """How many stored states showed one."""


class Remask(Envelope):
    """`bitools net remask`."""

    schema: Literal["bitools.net.remask/1"]
    items: list[RemaskItem]
    documents: NotRequired[int]
    """How many documents of past runs were rewritten."""
    mails: NotRequired[int]
    """How many mails of the outbox were rewritten."""


class VerifyItem(TypedDict):
    """Something that is wrong with the history."""

    target: Literal["history"]
    """Always this word."""
    problem: str
    """What."""
    commit: str | None
    """The change that is missing, if that is it."""


class VerifyHistory(Envelope):
    """`bitools net verify`."""

    schema: Literal["bitools.net.verify/1"]
    items: list[VerifyItem]
    """None if it is whole."""
    changes: int
    """How many changes the ledger knows."""


RecoverItem = TypedDict(
    "RecoverItem",
    {
        "device": str,
        "commit": str,
        "status": Literal["from_object", "from_document", "from_copy", "lost"],
        "as": str | None,  # Python's own word
    },
)
"""A change that the readable part of the history did not hold; `commit` is empty if only a copy knew it."""


class RecoverHistory(Envelope):
    """`bitools net recover`."""

    schema: Literal["bitools.net.recover/1"]
    items: list[RecoverItem]
    """Changes that had to be made anew, or are lost."""
    kept: int
    """How many changes stayed as they were."""
