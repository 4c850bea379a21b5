"""What was done to a machine, once."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from bitools.documents.envelope import Envelope


class StepItem(TypedDict):
    """One change of the machine."""

    kind: Literal["group", "account", "state", "owner", "file", "remove", "run"]
    target: str
    """A name or a path."""
    before: str
    """Whose it was and its mode; empty where there was nothing."""
    after: str
    status: Literal["planned", "done"]


class SetupDocument(Envelope):
    """What `bitools setup` prints."""

    schema: Literal["bitools.setup/1"]
    items: list[StepItem]
    """What was done, in this order; nothing where all was there."""
