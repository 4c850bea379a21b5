"""What the commands say that look after the history as a whole: `verify`, `recover`, `remask`."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from bitools.documents.envelope import Envelope


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
