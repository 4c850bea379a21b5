"""What net says of devices that were asked something."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from bitools.documents.envelope import Envelope


class AnswerItem(TypedDict):
    """One answer, and everybody who gave it: most devices first."""

    output: str
    """What the first of them printed; hashes stand for secrets."""
    devices: list[str]
    """Their names: alike but for what changes by itself, and their own name."""
    diff: NotRequired[str]
    """With `--differs`: the unified difference from the answer that most devices gave; none of that one."""


class Answers(Envelope):
    """`bitools net run`."""

    schema: Literal["bitools.net.run/1"]
    items: list[AnswerItem]
    command: str
    """What was typed at the devices."""
