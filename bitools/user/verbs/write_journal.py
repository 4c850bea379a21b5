"""What a run is writing now, so that the next one knows what a dead one left open.

A run that changes accounts holds a locked file in `state/journal/`, from before its first write to after its
last. A file that nobody holds is a dead run's: its intents in the ledger are still open. Whoever makes the
same change again carries the intent on, and whoever finds it made closes it: one act, one outcome.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path

from bitools.errors import Unreachable
from bitools.ledger import Intent
from bitools.ledger.acts import Act
from bitools.ledger.chain import Json
from bitools.run import Run
from bitools.state import sync_folder
from bitools.user.wire import slip

_SUFFIX = ".run"


@dataclass(frozen=True, slots=True)
class _Begun:
    """An act that a run announced, and of which nobody knows the end."""

    number: int
    act: str
    target: str
    changes: frozenset[str] | None  # what it was to change; None: it does not say

    def goes_on(self, before: Json) -> bool:
        """Is what is about to be done all of this act, or the rest of it?"""
        left = _changes(before)
        return self.changes is None or left is None or left <= self.changes


class Writing:
    """One run's changes. Each has an intent before it and an outcome after it."""

    def __init__(self, run: Run, left: dict[Path, list[_Begun]]) -> None:
        self._run = run
        self.left = left
        self.lost = False

    @contextmanager
    def intent(self, act: Act, target: str, before: Json = None) -> Iterator[Intent]:
        """Record that this is about to be done. What a dead run began is carried on: one act, one outcome.

        An answer that was lost is recorded as `unknown`, and looked up by whoever makes the change again.
        """
        lost: Unreachable | None = None
        with (
            self._taken_over(act, target, before) as begun,
            self._run.ledger.intent(act, target, before=before, begun=begun) as entry,
        ):
            try:
                yield entry
            except Unreachable as error:
                if error.reason != "unknown":
                    raise
                entry.outcome, entry.after, lost = "unknown", {"error": str(error)}, error
        if lost is not None:
            self.lost = True
            raise lost

    def settle(self, act: Act, target: str, after: Json = None) -> None:
        """This is done, whoever did it: close what a dead run left open about it, once."""
        outcomes = chain(["done"], repeat("interrupted"))
        for path in list(self.left):
            with self._mine(path, act, target) as mine:
                for one in mine:
                    closing = {"intent": one.number, "completed_by": self._run.id, "result": after}
                    self._run.ledger.append(act, target, next(outcomes), after=closing)

    @contextmanager
    def _taken_over(self, act: Act, target: str, before: Json) -> Iterator[int]:
        """The number of a dead run's intent that goes on in this block; 0 if there is none.

        One that meant another change of the same thing is closed: nobody will carry it on.
        """
        with ExitStack() as stack:
            number = 0
            for path in list(self.left):
                for one in stack.enter_context(self._mine(path, act, target)):
                    if not number and one.goes_on(before):
                        number = one.number
                    else:
                        after = {"intent": one.number, "superseded_by": self._run.id}
                        self._run.ledger.append(act, target, "interrupted", after=after)
            yield number

    @contextmanager
    def _mine(self, path: Path, act: Act, target: str) -> Iterator[list[_Begun]]:
        """What this dead run left open about it; no other run has a hand on that in the block.

        Whoever dies in the block leaves it as it was.
        """
        about = act.name, target
        if not any((one.act, one.target) == about for one in self.left[path]):
            yield []
            return
        try:
            file = path.open()
        except FileNotFoundError:  # another run has settled it
            del self.left[path]
            yield []
            return
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            try:
                yield [one for one in _open_intents(self._run, path) if (one.act, one.target) == about]
            finally:
                if left := _open_intents(self._run, path):
                    self.left[path] = left
                else:
                    del self.left[path]


@contextmanager
def writing(run: Run) -> Iterator[Writing]:
    """Say that this run changes accounts. Old slips go."""
    with ExitStack() as stack:
        slip.expire(run.state, run.started)
        path = run.state.path("journal", f"{run.id}{_SUFFIX}")
        writer = Writing(run, {})
        stack.enter_context(_held(path, writer))
        writer.left = {dead: left for dead in _dead(path) if (left := _open_intents(run, dead))}
        yield writer


@contextmanager
def _held(path: Path, writer: Writing) -> Iterator[None]:
    """A file that is locked from the moment it has its name; it stays if it is not known what was done."""
    beside = path.with_name(f".{path.name}")
    with beside.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        beside.replace(path)
        sync_folder(path.parent)
        try:
            yield
        finally:
            if not writer.lost:
                path.unlink(missing_ok=True)


def _dead(own: Path) -> list[Path]:
    """The files of runs that are no more."""
    found = []
    for path in own.parent.glob(f"[!.]*{_SUFFIX}"):
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        except OSError:
            continue  # gone, or not ours to look at
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            found.append(path)
        except BlockingIOError:
            pass  # it lives; our own file is one of these
        finally:
            os.close(descriptor)
    return found


def _open_intents(run: Run, path: Path) -> list[_Begun]:
    """The acts that a dead run announced and of which nobody knows the end; without any, its file goes."""
    found, dead = dict[int, _Begun](), path.stem
    for entry in run.ledger.entries():
        if entry["outcome"] == "intent":
            if entry["run"] == dead and entry["action"].startswith("user."):
                number, changes = entry["seq"], _changes(entry["before"])
                found[number] = _Begun(number, entry["action"], entry["target"], changes)
        elif entry["outcome"] != "unknown" and isinstance(after := entry.get("after"), dict):
            found.pop(after.get("intent", 0), None)
    if not found:
        path.unlink(missing_ok=True)
    return list(found.values())


def _changes(before: Json) -> frozenset[str] | None:
    """Each change of an item, as it can be compared; None if it lists none."""
    if not isinstance(before, Mapping) or not isinstance(listed := before.get("changes"), list):
        return None
    return frozenset(json.dumps(one, sort_keys=True, default=str) for one in listed)
