"""restic, as a program: the commands we give it. Versions from 0.14 on; what it answers is read in `answers`.

Exit codes lie (forget of an unknown id, backup of a missing path, `unlock`: all 0), so what matters is read
back.
"""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeVar

from bitools import privilege, process
from bitools.backup.decisions.runs import Snapshot
from bitools.backup.wire.access import Access
from bitools.backup.wire.producer import Producer, content, pour
from bitools.backup.wire.restic_answers import (
    Answer,
    Damaged,
    Lock,
    Made,
    interpret,
    lock_of,
    made_of,
    snapshot_of,
)
from bitools.errors import BitoolsError, IntegrityBroken, Locked, Rejected, Unreachable
from bitools.i18n import _

OLDEST = (0, 14)
FEATURES = {"sparse": (0, 15), "full_id": (0, 15)}  # restic's changelog
_QUESTION, _WORK = 900.0, 36 * 3600.0  # seconds: for a listing; for a backup or restore
_ARGUMENTS = 500  # snapshot ids in one call: far below the kernel's limit for one command line
_ID = re.compile(r"[0-9a-f]{64}")
_LONGEST_PAUSE = 30.0  # seconds between two looks at a lock

Result = TypeVar("Result")


@dataclass(slots=True)
class Repository:
    """One repository. Nothing here decides. `notes` is what an administrator should hear of afterwards."""

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

    def snapshots(self) -> list[Snapshot]:
        """List every snapshot, without a lock: listing must work while another run prunes."""
        listed = self._ask("snapshots", "--json", "--no-lock")
        return [snapshot_of(entry) for entry in json.loads(listed or b"null") or []]

    @privilege.raised()
    def names(self) -> set[str] | None:
        """The ids of all snapshots of a local repository, without a call; None if it is elsewhere or gone."""
        folder = Path(self.access.folder, "snapshots") if self.access.folder else None
        if folder is None or not folder.is_dir():
            return None
        return {one.name for one in folder.iterdir() if _ID.fullmatch(one.name)}

    @privilege.raised()
    def holds(self, snapshot: str) -> str | None:
        """The full id of a snapshot in a local repository, without a call; None if it is elsewhere.

        Raise IntegrityBroken if it is not there.
        """
        if not self.access.folder:
            return None
        found = sorted(Path(self.access.folder, "snapshots").glob(f"{snapshot}*"))
        if not found:
            raise lost(snapshot)
        return found[0].name

    def init(self, source: Repository | None = None) -> None:
        """Make the repository; as a copy of `source` it cuts files as that does, so that packs are shared.

        Raise Rejected if there is one.
        """
        arguments = ["init", "--copy-chunker-params"] if source else ["init"]
        self._run(arguments, _QUESTION, source)

    def backup(self, paths: Sequence[str], tags: Sequence[str], options: Sequence[str] = ()) -> Made:
        """Back up these absolute paths. Raise as `interpret` does; no snapshot was made then."""
        arguments = ["backup", "--json", *_tagged(tags), *options, "--", *paths]
        return made_of(self._patiently(arguments, _WORK))

    def backup_stream(self, producer: Producer, tags: Sequence[str]) -> Made:
        """Back up what a program writes, as one file.

        restic sees the end of its input only after the program has ended well, so that a dump that was cut
        off leaves no snapshot.

        Raise Rejected if the program fails or writes too little.
        """
        name = f"--stdin-filename=/{producer.file_name}"
        arguments = ["backup", "--json", *_tagged(tags), "--stdin", name]
        return self._past_locks(lambda: self._stream(arguments, producer))

    def _stream(self, arguments: Sequence[str], producer: Producer) -> Made:
        self.calls += 1
        with (
            tempfile.TemporaryFile() as output,
            tempfile.TemporaryFile() as complaints,
            self.access.opened() as (extra, descriptors),
        ):
            with process.start(
                self.access.argv(*arguments),
                extra=extra,
                stdout=output.fileno(),
                stderr=complaints.fileno(),
                pass_fds=descriptors,
                root=True,
            ) as consumer:
                assert consumer.stdin is not None
                failure: BitoolsError | None = Rejected(_("interrupted"))
                try:
                    failure = pour(producer, consumer.stdin)
                finally:
                    if failure is not None:
                        process.interrupt(consumer, 1.5)
                    # Either all is well, or it has been told to stop and may be waiting for its input.
                    consumer.stdin.close()
                consumer.wait(_WORK)
            answer = Answer(consumer.returncode, content(output), content(complaints))
        if failure and not answer.refused:
            raise failure
        interpret(answer, self.access.location, partial=True)
        return made_of(answer)

    def forget(self, ids: Sequence[str]) -> list[Snapshot] | None:
        """Forget exactly these snapshots and give what is listed afterwards; None for a local repository,
        which is looked into instead.

        Raise Rejected if any of them is still there (append-only repositories exit 0, or crash).
        """
        crash: Rejected | None = None
        for start in range(0, len(ids), _ARGUMENTS):
            try:
                self._patiently(["forget", *ids[start : start + _ARGUMENTS]], _QUESTION)
            except Rejected as error:
                if error.reason != "restic":
                    raise
                crash = error
        listed, there = None, self.names()
        if there is None:
            listed = self.snapshots()
            there = {snapshot.id for snapshot in listed}
        if left := there.intersection(ids):
            message = _("{count} snapshots are still there after they were forgotten").format(count=len(left))
            hint = _("is it append-only? then write append_only: true, and forget on the host that may")
            raise Rejected(message, target=self.name, hint=hint, reason="not_forgotten", cause=crash)
        if crash:
            raise crash
        return listed

    def restore(self, snapshot: str, target: Path, include: Sequence[str] = ()) -> None:
        """Restore into a folder and read every file back. Raise as `interpret` does.

        An owner that cannot be given here is noted, not raised: every byte has been read back by then.
        """
        options = [f"--include={escape(path)}" for path in include]
        if self.version() >= FEATURES["sparse"]:
            options.append("--sparse")
        try:
            self._patiently(["restore", snapshot, f"--target={target}", "--verify", *options], _WORK)
        except Rejected as error:
            if error.reason != "ownership":
                raise
            self.notes.append(_("{name}: some owners could not be restored here").format(name=self.name))

    @contextmanager
    def dumping(self, snapshot: str, path: str) -> Iterator[IO[bytes]]:
        """The bytes of one stored file, as they come. Raise as `interpret` does, once the block has ended."""
        with tempfile.TemporaryFile() as complaints, self.access.opened() as (extra, descriptors):
            with process.start(
                self.access.argv("dump", "--no-lock", snapshot, path),
                extra=extra,
                stderr=complaints.fileno(),
                pass_fds=descriptors,
                root=True,
            ) as child:
                assert child.stdout is not None
                yield child.stdout
                child.stdout.close()
                code = child.wait(_QUESTION)
            answer = Answer(code, b"", content(complaints))
        interpret(answer, self.access.location)

    def entries(self, snapshot: str, path: str) -> list[dict[str, Any]]:
        """What is in a folder of a snapshot. Names that are not UTF-8 are shown with a replacement mark."""
        lines = self._ask("ls", "--json", "--no-lock", snapshot, path).splitlines()
        nodes = [json.loads(line) for line in lines if b'"struct_type":"node"' in line]
        return [node for node in nodes if node["path"] != path]

    def prune(self) -> None:
        """Reclaim the space of what was forgotten."""
        self._patiently(["prune"], _WORK)

    def check(self, subset: str) -> None:
        """Check the structure and read part of the packs: `3/30` is the third of thirty parts.

        Raise Damaged if anything is wrong.
        """
        self._past_locks(lambda: self._check(subset))

    def _check(self, subset: str) -> None:
        answer = self._call(["check", f"--read-data-subset={subset}"], _WORK)
        try:
            interpret(answer, self.access.location)
        except (Rejected, Unreachable) as error:
            # A pack that is too short is no failing line, whatever else is said.
            if error.reason != "restic" and not answer.damaged:
                raise
            message = _("the repository is damaged: {complaint}").format(complaint=answer.finding)
            hint = _("look: restic check --read-data; a second repository may have what is broken here")
            raise Damaged(
                message, target=self.name, hint=hint, reason="damaged", complaint=answer.text
            ) from error

    def indexes(self) -> Iterator[dict[str, Any]]:
        """Every index: which blobs are in which pack."""
        for name in self._ask("list", "index", "--no-lock").decode().split():
            yield json.loads(self._ask("cat", "index", name, "--no-lock"))

    def find(self, kind: str, ids: Sequence[str], snapshot: str = "") -> str:
        """What `find` says of these blobs (`kind` blob or tree), in all snapshots or in one."""
        words = [f"--snapshot={snapshot}"] if snapshot else []
        answer = self._run(["find", "--json", "--no-lock", f"--{kind}", *words, *ids], _WORK)
        return (answer.stdout + b"\n" + answer.stderr).decode(errors="replace")

    def tag(self, ids: Sequence[str], *, add: str = "", remove: str = "") -> list[Snapshot]:
        """Add or remove a tag and give what is listed afterwards; each snapshot has a new id then.

        Raise Rejected if the old ones are still there (append-only repositories exit 0).
        """
        change = f"--add={add}" if add else f"--remove={remove}"
        self._patiently(["tag", change, *ids], _QUESTION)
        listed = self.snapshots()
        if {snapshot.id for snapshot in listed}.intersection(ids):
            hint = _("is the repository append-only? then do it from the host that may delete")
            message = _("the snapshots are still there as they were")
            raise Rejected(message, target=self.name, hint=hint, reason="not_tagged")
        return listed

    def copy(self, source: Repository, ids: Sequence[str]) -> list[Snapshot]:
        """Copy exactly these snapshots here from `source` and give what is listed afterwards."""
        for start in range(0, len(ids), _ARGUMENTS):
            arguments = ["copy", *ids[start : start + _ARGUMENTS]]
            self._past_locks(lambda words=arguments: self._run(words, _WORK, source), source)  # type: ignore[misc]
        return self.snapshots()

    def opinion(self, dataset_tag: str, counts: Sequence[str]) -> set[str]:
        """Which snapshots restic itself would keep by these `--keep-…` options. Nothing is forgotten."""
        asked = ["forget", "--dry-run", "--json", "--no-lock", "--group-by=", f"--tag={dataset_tag}", *counts]
        groups = json.loads(self._ask(*asked) or b"null") or []
        return {snapshot["id"] for group in groups for snapshot in group["keep"] or []}

    def unlock(self) -> None:
        """Remove stale locks, and only those: never a living one's."""
        self._ask("unlock")

    @privilege.raised()
    def heal(self) -> None:
        """Remove what killed processes left in a local repository; where no lock is, it costs no call.

        What was killed while it wrote its lock leaves a file that nobody takes for one.
        """
        folder = Path(self.access.folder, "locks") if self.access.folder else None
        if folder and folder.is_dir() and any("-tmp-" not in one.name for one in folder.iterdir()):
            self.unlock()

    def locks(self) -> list[Lock]:
        """The locks that are there now, and whose they are."""
        names = self._ask("list", "locks", "--no-lock").decode(errors="replace").split()
        return [lock_of(name, self._ask("cat", "lock", name, "--no-lock")) for name in names]

    def _patiently(self, arguments: Sequence[str], timeout: float) -> Answer:
        return self._past_locks(lambda: self._run(arguments, timeout))

    def _past_locks(self, work: Callable[[], Result], source: Repository | None = None) -> Result:
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

    def _ask(self, *arguments: str) -> bytes:
        return self._run(arguments, _QUESTION).stdout

    def _run(self, arguments: Sequence[str], timeout: float, source: Repository | None = None) -> Answer:
        answer = self._call(arguments, timeout, source)
        interpret(answer, self.access.location, partial=arguments[0] == "backup")
        return answer

    def _call(self, arguments: Sequence[str], timeout: float, source: Repository | None = None) -> Answer:
        self.calls += 1
        with self.access.opened(source.access if source else None) as (extra, descriptors):
            argv = self.access.argv(*arguments)
            done = process.run(argv, extra=extra, timeout=timeout, pass_fds=descriptors, root=True)
        return Answer(done.code, done.stdout, done.stderr)


def lost(snapshot: str) -> IntegrityBroken:
    """The error for a snapshot that was made and is not there."""
    message = _("snapshot {id} was made, and is not in the repository").format(id=snapshot)
    return IntegrityBroken(message, reason="lost")


def escape(path: str) -> str:
    """A path as a pattern that fits nothing else (Go's filepath.Match)."""
    return re.sub(r"([\\*?\[])", r"\\\1", path)


def _tagged(tags: Sequence[str]) -> list[str]:
    return [f"--tag={tag}" for tag in tags]
