"""What `bitools doctor` found."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from bitools.documents.envelope import Envelope

Grade = Literal["good", "warning", "missing"]


class FindingItem(TypedDict):
    """One thing looked at."""

    name: str
    """What was looked at."""
    grade: Grade
    """`missing`: a job of this inventory cannot be done; the exit code is 4."""
    text: str
    """How it is."""
    hint: str
    """How to mend it; empty if there is nothing to mend."""


class DoctorDocument(Envelope):
    """What `bitools doctor` prints."""

    schema: Literal["bitools.doctor/1"]
    items: list[FindingItem]
    """Everything that was looked at."""
    empty: bool
    """Does the inventory describe no device, data set or directory yet?"""
    next: str
    """What to do next: the cure of the first thing that is missing or dangerous."""
