"""What a run is writing now, so that the next one knows what a dead one left open.

A run that changes accounts holds a locked file in `state/journal/`, from before its first write to after its
last. A file that nobody holds is a dead run's, or one's whose answer was lost: its intents in the ledger are
still open. The next run of any such change looks each up in the directory. What the directory alone cannot
tell is carried on by whoever makes the same change again, or closed by who finds it made: one act, one
outcome.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from itertools import chain, repeat
from pathlib import Path
from typing import Any, NamedTuple

from bitools.errors import Unreachable
from bitools.i18n import _
from bitools.ledger import Intent, acts
from bitools.ledger.acts import Act
from bitools.run import Run
from bitools.state import sync_folder
from bitools.user.decisions.aftermath import became
from bitools.user.verbs import slips
from bitools.user.wire import queries
from bitools.user.wire.directory import Domain
from bitools.user.wire.records import Records

_SUFFIX = ".run"
_REPLICATED = timedelta(days=1)  # by then what was written on one controller is on all


class Left(NamedTuple):
    """An act of which nobody knows the end: what was announced, and when."""

    action: str
    target: str
    before: object
    time: datetime


class Writing:
    """One run's changes. Each has an intent before it and an outcome after it."""

    def __init__(self, run: Run, left: dict[Path, dict[int, Left]]) -> None:
        self._run = run
        self.left = left
        self.lost = False

    @contextmanager
    def intent(self, act: Act, target: str, before: object = None) -> Iterator[Intent]:
        """Record that this is about to be done. What a dead run began is carried on: one act, one outcome.

        An answer that was lost is recorded as `unknown`, and looked up by the next run.
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

    def close_intents(self, act: Act, target: str, after: object = None) -> None:
        """This is done, whoever did it: close what a dead run left open about it, once."""
        outcomes = chain(["done"], repeat("interrupted"))
        for path in self._about(act, target):
            with self._mine(path) as intents:
                for number, about in intents.items():
                    if about[:2] == (act.name, target):
                        said = {"intent": number, "completed_by": self._run.id, "result": after}
                        self._run.ledger.append(act, target, next(outcomes), after=said)

    def look_up(self, domain: Domain) -> None:
        """What others left open: was it carried out? The directory says it, and the ledger says it after.

        That it was not is only believed where one controller is all there is, or after a day: what was
        written on another may not have come here yet.
        """
        for path in list(self.left):
            with self._mine(path) as intents:
                for number, about in intents.items():
                    if said := self._looked_up(domain, about):
                        act, (outcome, found) = acts.BY_NAME[about.action], said
                        closing = {"intent": number, "looked_up": self._run.id, **found}
                        self._run.ledger.append(act, about.target, outcome, after=closing)

    def _looked_up(self, domain: Domain, about: Left) -> tuple[str, dict[str, Any]] | None:
        settings = self._run.inventory.require_directory()
        account = queries.find_again(domain, about.target, about.before)
        end = became(about.action, about.before, account, settings.leavers)
        record = Records(self._run.state).of(account.guid) if account else None
        if end == "done" and about.action == acts.USER_OFFBOARD.name and record and not record.finished:
            return None  # the check-list is no matter of the directory: who goes on with it closes this
        if end == "done":
            shown = account.item("show", account.status(self._run.started)) if account else None
            meant = about.before if isinstance(about.before, Mapping) else {}
            kept = {name: meant[name] for name in ("changes", "role") if name in meant}
            return end, {"result": shown | kept if shown else None}
        young = self._run.started - about.time < _REPLICATED and len(settings.servers) > 1
        if end == "failed" and not young:
            return end, {"error": _("it was not carried out: the directory does not hold it")}
        return None

    @contextmanager
    def _taken_over(self, act: Act, target: str, before: object) -> Iterator[int]:
        """The number of a dead run's intent that goes on in this block; 0 if there is none.

        One that meant another change of the same thing is closed: nobody will carry it on.
        """
        with ExitStack() as stack:
            begun = 0
            for path in self._about(act, target):
                for number, about in stack.enter_context(self._mine(path)).items():
                    if about[:2] != (act.name, target):
                        continue
                    if not begun and _goes_on(before, about.before):
                        begun = number
                    else:
                        after = {"intent": number, "superseded_by": self._run.id}
                        self._run.ledger.append(act, target, "interrupted", after=after)
            yield begun

    def _about(self, act: Act, target: str) -> list[Path]:
        """The files of dead runs that left this open."""
        return [
            path
            for path, intents in self.left.items()
            if any(about[:2] == (act.name, target) for about in intents.values())
        ]

    @contextmanager
    def _mine(self, path: Path) -> Iterator[dict[int, Left]]:
        """What this dead run left open; no other run has a hand on that in the block.

        Whoever dies in the block leaves it as it was.
        """
        try:
            file = path.open()
        except FileNotFoundError:  # another run has settled it
            del self.left[path]
            yield {}
            return
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            try:
                yield _open_intents(self._run, path)
            finally:
                if left := _open_intents(self._run, path):
                    self.left[path] = left
                else:
                    del self.left[path]


@contextmanager
def writing(run: Run, domain: Domain) -> Iterator[Writing]:
    """Say that this run changes accounts. Old slips go; what dead runs left open is looked up."""
    with ExitStack() as stack:
        slips.expire(run)
        path = run.state.path("journal", f"{run.id}{_SUFFIX}")
        writer = Writing(run, {})
        stack.enter_context(_held(path, writer))
        writer.left = {dead: left for dead in _dead(path) if (left := _open_intents(run, dead))}
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


def _open_intents(run: Run, path: Path) -> dict[int, Left]:
    """The acts that a dead run announced and of which nobody knows the end, by the intent's number.

    Without any, its file goes.
    """
    found: dict[int, Left] = {}
    for entry in run.ledger.entries():
        if entry["outcome"] == "intent":
            if entry["run"] == path.stem and entry["action"].startswith("user."):
                at = datetime.fromisoformat(entry["time"])
                found[entry["seq"]] = Left(entry["action"], entry["target"], entry["before"], at)
        elif entry["outcome"] != "unknown" and isinstance(after := entry.get("after"), dict):
            found.pop(after.get("intent", 0), None)
    if not found:
        path.unlink(missing_ok=True)
    return found


def _goes_on(before: object, begun: object) -> bool:
    """Is what is about to be done all of what was begun, or the rest of it?"""
    left, whole = _changes(before), _changes(begun)
    return left is None or whole is None or left <= whole


def _changes(before: object) -> frozenset[str] | None:
    """Each change of an item, as it can be compared; None if it lists none."""
    if not isinstance(before, Mapping) or not isinstance(listed := before.get("changes"), list):
        return None
    return frozenset(json.dumps(one, sort_keys=True, default=str) for one in listed)
