"""What a run is writing now, so that the next one knows what a dead one left open.

A run that changes accounts holds a locked file in `state/journal/`, from before its first write to after its
last. A file that nobody holds is a dead run's, or one's whose answer was lost: its intents in the ledger are
still open. The next run of any such change looks each up in the directory; what the directory alone cannot
tell is closed by whoever makes the same change again, or finds it made.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from bitools.errors import Unreachable
from bitools.i18n import _
from bitools.ledger import Intent, acts
from bitools.ledger.acts import Act
from bitools.run import Run
from bitools.state import sync_folder
from bitools.user.decisions.aftermath import became
from bitools.user.wire import queries, slip
from bitools.user.wire.directory import Domain

_SUFFIX = ".run"
_REPLICATED = timedelta(days=1)  # by then what was written on one controller is on all


class Left(NamedTuple):
    """An act of which nobody knows the end: what was announced, and when."""

    action: str
    target: str
    before: Any
    time: datetime


class Writing:
    """One run's changes. Each has an intent before it and an outcome after it."""

    def __init__(self, run: Run, left: dict[Path, dict[int, Left]]) -> None:
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
            mine = [one for one, about in intents.items() if about[:2] == (act.name, target)]
            self._close(path, mine, "done", {"completed_by": self._run.id, "result": after})

    def look_up(self, domain: Domain) -> None:
        """What others left open: was it carried out? The directory says it, and the ledger says it after.

        That it was not is only believed where one controller is all there is, or after a day: what was
        written on another may not have come here yet.
        """
        settings = self._run.inventory.require_directory()
        for path, intents in list(self.left.items()):
            for number, about in list(intents.items()):
                account = queries.find_again(domain, about.target, about.before)
                end = became(about.action, about.before, account, settings.leavers)
                young = self._run.started - about.time < _REPLICATED and len(settings.servers) > 1
                if end == "done":
                    shown = account.item("show", account.status(self._run.started)) if account else None
                    self._close(path, [number], end, {"looked_up": self._run.id, "result": shown})
                elif end == "failed" and not young:
                    why = _("it was not carried out: the directory does not hold it")
                    self._close(path, [number], end, {"looked_up": self._run.id, "error": why})

    def _close(self, path: Path, numbers: list[int], outcome: str, said: dict[str, Any]) -> None:
        """Write the end of these, unless another run has done so meanwhile."""
        intents = self.left[path]
        if numbers:
            with self._run.state.lock("user-journal", wait=True):
                still = _open_intents(self._run, path.stem)
                for number in filter(still.__contains__, numbers):
                    act, closing = acts.BY_NAME[intents[number].action], {"intent": number, **said}
                    self._run.ledger.append(act, intents[number].target, outcome, after=closing)
        for number in numbers:
            del intents[number]
        if not intents:
            path.unlink(missing_ok=True)


@contextmanager
def writing(run: Run, domain: Domain) -> Iterator[Writing]:
    """Say that this run changes accounts. Old slips go; what dead runs left open is looked up."""
    with ExitStack() as stack:
        slip.expire(run.state, run.started, run.inventory.settings.keep.slips)
        path = run.state.path("journal", f"{run.id}{_SUFFIX}")
        writer = Writing(run, {})
        stack.enter_context(_held(path, writer))
        writer.left = {dead: _open_intents(run, dead.stem) for dead in _dead(path)}
        writer.look_up(domain)
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


def _open_intents(run: Run, dead: str) -> dict[int, Left]:
    """The acts that this run announced and of which nobody knows the end, by the intent's number."""
    found: dict[int, Left] = {}
    for entry in run.ledger.entries():
        if entry["outcome"] == "intent":
            if entry["run"] == dead and entry["action"].startswith("user."):
                at = datetime.fromisoformat(entry["time"])
                found[entry["seq"]] = Left(entry["action"], entry["target"], entry["before"], at)
        elif entry["outcome"] != "unknown" and isinstance(after := entry.get("after"), dict):
            found.pop(after.get("intent", 0), None)
    return found
