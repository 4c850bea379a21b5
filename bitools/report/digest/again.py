"""What was made of a list, kept for when the very same list comes again. Pure.

A hundred thousand hourly looks say the same, and `Past` gives what is the same as one object.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Items = TypeVar("Items")
Made = TypeVar("Made")


class Again(Generic[Items, Made]):
    """`make`, called once for each object; it must not be changed as long as this lives."""

    def __init__(self, make: Callable[[Items], Made]) -> None:
        self._make = make
        self._made: dict[Hashable, tuple[Items, Made]] = {}  # the object, too: an id alone may be another's

    def __call__(self, items: Items) -> Made:
        """What `make` gives for it."""
        if (found := self._made.get(id(items))) is None:
            found = self._made[id(items)] = (items, self._make(items))
        return found[1]
