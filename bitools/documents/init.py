"""What is told of the guided start."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from bitools.documents.envelope import Envelope

Part = Literal["organisation", "switch", "backup", "mail"]


class InitItem(TypedDict):
    """One part of it."""

    part: Part
    """Which."""
    name: str
    """What it is called in the inventory; empty where nothing is described."""
    status: Literal["written", "planned", "there", "later", "failed"]
    """`there`: the inventory had it; `later`: it was left out."""
    files: list[str]
    """What was written for it, from the inventory's folder."""


class InitStep(TypedDict):
    """A command that was run to show that it works."""

    command: str
    """As it is typed."""
    code: int
    """How it ended."""


class GuidedStart(Envelope):
    """What `bitools init` prints."""

    schema: Literal["bitools.init/1"]
    items: list[InitItem]
    """One a part."""
    steps: list[InitStep]
    """In the order they were run."""
