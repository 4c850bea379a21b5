"""What was done to a machine, once."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from bitools.documents.envelope import Envelope


class StepItem(TypedDict):
    """One change of the machine."""

    kind: Literal[
        "group", "account", "state", "owner", "rights", "folder", "file", "remove", "run"
    ]  # fmt: skip
    """What it is a change of; `rights` lets the account read a log, `remove` takes a file away, `run` starts
    a program.
    """
    target: str
    """A name or a path."""
    before: str
    """Whose it was and its mode; empty where there was nothing."""
    after: str
    """Whose it is and its mode afterwards; empty where nothing is left."""
    status: Literal["planned", "done"]
    """`planned` in a dry run."""


class SetupDocument(Envelope):
    """What `bitools setup` prints."""

    schema: Literal["bitools.setup/1"]
    items: list[StepItem]
    """What was done, in this order; nothing where all was there."""
