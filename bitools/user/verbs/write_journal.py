"""What a run is writing now, so that the next one knows what a dead one left open.

A run that changes accounts holds a locked file in `state/journal/`, from before its first write to after its
last. A file that nobody holds is a dead run's: its intents in the ledger are still open. Whoever makes the
same change again, or finds it made, closes them.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bitools.errors import Unreachable
from bitools.ledger import Intent
from bitools.ledger.acts import Act
from bitools.run import Run
from bitools.state import sync_folder
from bitools.user.wire import slip

_SUFFIX = ".run"


class Writing:
    """One run's changes. Each has an intent before it and an outcome after it."""

    def __init__(self, run: Run, left: dict[Path, dict[int, tuple[str, str]]]) -> None:
        self._run = run
        self.left = left
        self.lost = False

    @contextmanager
    def intent(self, act: Act, target: str, before: Any = None) -> Iterator[Intent]:
        """Record that this is about to be done; when it is, the same act of a dead run is closed too.

        An answer that was lost is recorded as `unknown`, and looked up by whoever makes the change again.
        """
        lost: Unreachable | None = None
        with self._run.ledger.intent(act, target, before=before) as entry:
            try:
                yield entry
            except Unreachable as error:
                if error.reason != "unknown":
                    raise
                entry.outcome, entry.after, lost = "unknown", {"error": str(error)}, error
        if lost is not None:
            self.lost = True
            raise lost
        self.settle(act, target, entry.after)

    def settle(self, act: Act, target: str, after: Any = None) -> None:
        """This is done, whoever did it: close what a dead run left open about it, once."""
        for path, intents in list(self.left.items()):
            mine = [one for one, about in intents.items() if about == (act.name, target)]
            if mine:
                with self._run.state.lock("user-journal", wait=True):
                    still = _open_intents(self._run, path.stem)
                    for number in filter(still.__contains__, mine):
                        closing = {"intent": number, "completed_by": self._run.id, "result": after}
                        self._run.ledger.append(act, target, "done", after=closing)
            for number in mine:
                del intents[number]
            if not intents:
                path.unlink(missing_ok=True)


@contextmanager
def writing(run: Run) -> Iterator[Writing]:
    """Say that this run changes accounts. Old slips go."""
    with ExitStack() as stack:
        slip.expire(run.state, run.started, run.inventory.settings.keep.slips)
        path = run.state.path("journal", f"{run.id}{_SUFFIX}")
        writer = Writing(run, {})
        stack.enter_context(_held(path, writer))
        writer.left = {dead: _open_intents(run, dead.stem) for dead in _dead(path)}
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


def _open_intents(run: Run, dead: str) -> dict[int, tuple[str, str]]:
    """The acts that this run announced and of which nobody knows the end: number → action and target."""
    found: dict[int, tuple[str, str]] = {}
    for entry in run.ledger.entries():
        if entry["outcome"] == "intent":
            if entry["run"] == dead and entry["action"].startswith("user."):
                found[entry["seq"]] = entry["action"], entry["target"]
        elif entry["outcome"] != "unknown" and isinstance(after := entry.get("after"), dict):
            found.pop(after.get("intent", 0), None)
    return found
