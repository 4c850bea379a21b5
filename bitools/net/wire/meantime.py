"""Where changes are stored while the history cannot be read: `state/history-meantime`, until `net recover`.

Work goes on: a night's changes must not be lost because a pack of last year is damaged. Nothing is written
into the damaged one.
"""

from __future__ import annotations

from collections.abc import Sequence

from bitools.errors import IntegrityBroken
from bitools.net.wire import integrity
from bitools.net.wire.history import History
from bitools.state import State

NAME = "history-meantime"


def usable(state: State, devices: Sequence[str]) -> tuple[History, dict[str, str]]:
    """Where to store, and what is known of these devices: the history, or what stands in for it."""
    history = History(state)
    try:
        integrity.look(history, "")
        return history, history.latest(devices)
    except IntegrityBroken:
        pass
    instead, known = History(state, NAME), dict[str, str]()
    for device in devices:
        try:
            known |= history.latest([device])
        except IntegrityBroken:
            continue  # then it is stored as at the first time
    return instead, known | instead.latest(devices)
