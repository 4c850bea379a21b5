"""restic as a program that is called: with its secrets, past stale locks, ended if it hangs.

Versions from 0.14 on; what it answers is read in `restic_answers`.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TypeVar

from bitools import privilege, process
from bitools.backup.wire.access import Access
from bitools.backup.wire.producer import content, in_memory
from bitools.backup.wire.restic_answers import (
    Answer,
    Broken,
    interpret,
)
from bitools.backup.wire.watch import TimeLimits, Watch
from bitools.errors import CredentialsRejected, Locked, Rejected
from bitools.i18n import _

OLDEST = (0, 14)
QUESTION, WORK = 900.0, 36 * 3600.0  # seconds: for a listing; for a backup or restore
_LONGEST_PAUSE = 30.0  # seconds between two looks at a lock
_FOLDERS = ("data", "index", "keys", "snapshots")  # of a repository on a disk (restic's design document)

Result = TypeVar("Result")


@dataclass(slots=True)
class Program:
    """restic and one repository. `notes` is what an administrator should hear of afterwards."""

    name: str
    access: Access
    append_only: bool = False
    notes: list[str] = field(default_factory=list)
    calls: int = 0  # how often restic was called: that is what a run costs

    def version(self) -> tuple[int, ...]:
        """The program's version. Raise Rejected if it is missing or older than 0.14."""
        text = process.run(["restic", "version"], timeout=30, check=True).stdout.decode(errors="replace")
        found = re.search(r"restic (\d+)\.(\d+)(?:\.(\d+))?", text)
        version = tuple(int(part or 0) for part in found.groups()) if found else (0,)
        if version < OLDEST:
            message = _("restic 0.14 or later is needed, this is: {version}").format(version=text.strip())
            raise Rejected(message, hint=_("try: apt-get install restic"), reason="too_old")
        return version

    def unlock(self) -> None:
        """Remove stale locks, and only those: never a living one's."""
        self.ask("unlock")

    def patiently(self, arguments: Sequence[str], timeout: float) -> Answer:
        """Run it; wait for a lock that somebody else holds."""
        return self.past_locks(lambda: self.run(arguments, timeout))

    def past_locks(self, work: Callable[[], Result], source: Program | None = None) -> Result:
        """Work; if a lock is in the way, remove the stale ones, then wait for the living.

        A killed backup leaves a lock that stops forget for weeks, a killed forget one that stops everything.
        Raise Locked if somebody still works in there when our patience is at its end.
        """
        began, pause = time.monotonic(), 0.0
        while True:
            try:
                result = work()
            except Locked as error:
                if pause and time.monotonic() - began >= self.access.patience:
                    raise
                locked = error
            else:
                if pause > 1:
                    text = _("{name}: waited {seconds:.0f} s: {why}")
                    seconds = time.monotonic() - began
                    self.notes.append(text.format(name=self.name, seconds=seconds, why=locked.message))
                return result
            time.sleep(min(pause, max(0.0, self.access.patience - (time.monotonic() - began))))
            pause = min(_LONGEST_PAUSE, pause * 2 or 1.0)
            for repository in (self, source):
                if repository:
                    repository.unlock()

    def ask(self, *arguments: str) -> bytes:
        """What it prints for a question."""
        return self.run(arguments, QUESTION).stdout

    def run(self, arguments: Sequence[str], timeout: float, source: Program | None = None) -> Answer:
        """Run it to its end. Raise as `interpret` does."""
        answer = self.call(arguments, timeout, source)
        self._understand(answer, partial=arguments[0] == "backup")
        return answer

    def _understand(self, answer: Answer, *, partial: bool) -> None:
        """Raise as `interpret` does; Broken where no password could be right, for there is no key."""
        try:
            interpret(answer, self.access.location, partial=partial)
        except CredentialsRejected:
            if self.access.folder and not self._has_key():
                raise Broken(self.access.shown, _("there is no key in its folder keys")) from None
            raise

    @privilege.raised()
    def _has_key(self) -> bool:
        folder = Path(self.access.folder, "keys")
        return folder.is_dir() and any(one.stat().st_size for one in folder.iterdir())

    @privilege.raised()
    def _prove_there(self) -> None:
        """Raise Broken if a local repository has lost a folder: restic would try for minutes to find it."""
        if self.access.folder:
            with suppress(PermissionError):  # restic says who may read it
                self._prove_folders(Path(self.access.folder))

    def _prove_folders(self, place: Path) -> None:
        if not (place / "config").exists():
            return
        for name in _FOLDERS:
            if not (place / name).is_dir():
                raise Broken(self.access.shown, _("its folder {name} is gone").format(name=name))
        if _holds_a_file(place / "index") and not _holds_a_file(place / "data"):
            raise Broken(self.access.shown, _("its folder {name} is empty").format(name="data"))

    def call(self, arguments: Sequence[str], timeout: float, source: Program | None = None) -> Answer:
        """Run it to its end, whatever it ends with. Raise Unreachable if it hangs."""
        watch = Watch(f"restic {arguments[0]}", TimeLimits(self.access.silence, timeout), snapshot=False)
        return self._heard(arguments, watch, source)

    def _heard(self, arguments: Sequence[str], watch: Watch, source: Program | None = None) -> Answer:
        with self.begun(arguments, source) as (child, output, complaints):
            assert child.stdin is not None
            child.stdin.close()  # it must not wait for an answer
            code = watch.end_of(child, output)
            return Answer(code, content(output), content(complaints))

    def watched(self, arguments: Sequence[str], limits: TimeLimits) -> Answer:
        """Run a backup, and end it if it hangs."""
        answer = self._heard(arguments, Watch("restic", limits))
        self._understand(answer, partial=True)
        return answer

    @contextmanager
    def begun(
        self, arguments: Sequence[str], source: Program | None = None, **variables: str
    ) -> Iterator[tuple[process.Child, IO[bytes], IO[bytes]]]:
        """restic beside us, what it says and what it complains of; it is ended when the block is left."""
        self._prove_there()
        self.calls += 1
        with (
            in_memory() as output,
            in_memory() as complaints,
            self.access.opened(source.access if source else None) as (extra, descriptors),
            process.start(
                self.access.argv(*arguments),
                extra=extra | variables,
                stdout=output.fileno(),
                stderr=complaints.fileno(),
                pass_fds=descriptors,
                root=True,
            ) as child,
        ):
            yield child, output, complaints


def _holds_a_file(folder: Path) -> bool:
    """Is any file in it, or in a folder of it? Packs lie in folders by their names' first two digits."""
    with os.scandir(folder) as entries:
        return any(one.is_file() or (one.is_dir() and _holds_a_file(Path(one.path))) for one in entries)
