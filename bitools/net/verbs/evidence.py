"""The history, held against what was last seen of it, at the end of every run of any job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bitools.errors import IntegrityBroken
from bitools.net.wire import integrity
from bitools.net.wire.history import History

if TYPE_CHECKING:
    from bitools.ledger import Ledger
    from bitools.state import State


def newest(state: State) -> str:
    """The newest commit, nothing proven; empty if there is none. Raise as git does."""
    return History(state).head()


def commit(state: State, ledger: Ledger, seen: str) -> str:
    """The newest commit. `seen` is the newest that was seen, empty if none was.

    The history may have been written anew, if the ledger says so. Raise IntegrityBroken if it does not go on
    from there, or if a pack is damaged.
    """
    history = History(state)
    try:
        return integrity.look(history, seen)
    except IntegrityBroken:
        anew = seen
        for entry in ledger.entries():
            before = entry.get("before")
            if entry["action"] == "net.remask" and isinstance(before, dict) and before.get("head") == anew:
                anew = str(before.get("to", ""))
        if anew == seen:
            raise
        return integrity.look(history, anew)


def packs(state: State, known: Sequence[integrity.Pack], seen: str) -> tuple[integrity.Pack, ...]:
    """The packs as they are now, of which `known` were read before. Raise as `integrity.read`."""
    return integrity.read(History(state), known, seen)


def examine(state: State) -> None:
    """Raise as git does if it does not find every object of the history."""
    history = History(state)
    if history.exists:
        history.git("fsck", "--no-progress", "--no-dangling")
