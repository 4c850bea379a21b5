"""What was let go of because of its age."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from bitools.documents.envelope import Envelope


class TidyItem(TypedDict):
    """One folder of the state."""

    folder: str
    """Its name."""
    action: Literal["digested", "removed"]
    """`digested`: what reports need of each is kept in a file of its month, and the rest is gone."""
    files: int
    """How many; of a dry run, how many it would be."""
    bytes: int
    """What they took."""


class TidyDocument(Envelope):
    """What `bitools tidy` prints."""

    schema: Literal["bitools.tidy/1"]
    items: list[TidyItem]
    """Every folder that has an age, whether something in it was old or not."""
