"""What failed when it was last tried, and since when; from the documents of past runs, the newest first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from bitools.past.outcomes import Outcome, Trouble
from bitools.past.reading import Past

if TYPE_CHECKING:
    from bitools.documents.stored import Known

_LOOKED = 200  # runs; of what fails longer it is enough to know that it has for so many


@dataclass(frozen=True, slots=True)
class Lately:
    """`troubles`: what fails, its `since` the first of the runs in a row that found it so.

    `last`: when the newest run began that went well for at least one target; None if there is none.
    """

    troubles: tuple[Trouble, ...]
    last: datetime | None


def lately(
    past: Past,
    kind: str,
    outcomes: Callable[[Known], Iterator[Outcome]],
    expected: Collection[str],
) -> Lately:
    """Read back until each of `expected` has been seen well, or long enough.

    A target that the inventory no longer has is passed over.
    """
    open_: dict[str, Trouble] = {}
    well: set[str] = set()
    last: datetime | None = None
    for document in islice(past.known(kind), _LOOKED):
        for name, trouble in outcomes(document):
            if name not in expected or name in well:
                continue
            if trouble is None:
                well.add(name)
                last = last or datetime.fromisoformat(document["started"])
            else:
                open_[name] = replace(open_.get(name, trouble), since=trouble.since)
        if well.issuperset(expected):
            break
    return Lately(tuple(open_[name] for name in sorted(open_)), last)
