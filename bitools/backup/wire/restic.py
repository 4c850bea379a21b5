"""The commands we give restic. How it is called is in `restic_program`, what it answers in `restic_answers`.

Exit codes lie (forget of an unknown id, backup of a missing path, `unlock`: all 0), so what matters is read
back.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from bitools import privilege, process
from bitools.backup.decisions.runs import SET, Snapshot
from bitools.backup.wire import dump_stream
from bitools.backup.wire.made import Made
from bitools.backup.wire.producer import Producer, content, in_memory, pour
from bitools.backup.wire.restic_answers import (
    Answer,
    Broken,
    Damaged,
    Full,
    Lock,
    NoRepository,
    interpret,
    json_of,
    lock_of,
    made_of,
    snapshots_of,
    understood,
)
from bitools.backup.wire.restic_program import QUESTION, WORK, Program
from bitools.backup.wire.watch import ORDINARY, TimeLimits, Watch
from bitools.credentials import Reference
from bitools.errors import BitoolsError, IntegrityBroken, Locked, Rejected, Unreachable
from bitools.i18n import _

FEATURES = {"sparse": (0, 15), "full_id": (0, 15)}  # restic's changelog
_ENDING = TimeLimits(60.0)  # for a restic that was told to stop
_ARGUMENTS = 500  # snapshots copied in one call: a lock is held for as long
_FORGOTTEN = (
    12_000  # snapshot ids in one call: 0.8 MB, well below the kernel's limit of 2 MB for one command line
)
_LOCK = re.compile(r"create lock", re.IGNORECASE)
_ID = re.compile(r"[0-9a-f]{64}")


@dataclass(slots=True)
class Repository(Program):
    """One repository. Nothing here decides. `host` is the name that snapshots are made under, if not ours."""

    host: str = ""

    def snapshots(self) -> list[Snapshot]:
        """List every snapshot, without a lock: listing must work while another run prunes. One that cannot be
        read is noted: restic passes over it and ends well.
        """
        answer = self.run(["snapshots", "--json", "--no-lock"], QUESTION)
        if damaged := answer.unreadable:
            text = _("{name}: damaged, and passed over: the snapshots {ids}; look: bitools backup verify")
            note = text.format(name=self.name, ids=", ".join(damaged))
            self.notes += [note] if note not in self.notes else []
        return snapshots_of(answer.stdout)

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

    @understood()
    def identity(self) -> str:
        """What tells this repository from every other; a new one is given when it is made."""
        return str(json_of(self.ask("cat", "config", "--no-lock"))["id"])

    def init(self, source: Repository | None = None) -> None:
        """Make the repository; as a copy of `source` it cuts files as that does, so that packs are shared.

        Raise Rejected if there is one.
        """
        arguments = ["init", "--copy-chunker-params"] if source else ["init"]
        self.run(arguments, QUESTION, source)

    def backup(
        self,
        paths: Sequence[str],
        tags: Sequence[str],
        options: Sequence[str] = (),
        limits: TimeLimits = ORDINARY,
    ) -> Made:
        """Back up these absolute paths.

        Raise as `interpret` does, Unreachable if restic hangs; no snapshot was made then.
        """
        arguments = ["backup", "--json", *self._as_host(), *_tagged(tags), *options, "--", *paths]
        return made_of(self.past_locks(lambda: self.watched(arguments, limits)))

    def backup_stream(
        self,
        producer: Producer,
        tags: Sequence[str],
        limits: TimeLimits = ORDINARY,
    ) -> Made:
        """Back up what a program writes, as one file.

        restic sees the end of its input only after the program has ended well, so that a dump that was cut
        off leaves no snapshot.

        Raise Rejected if the program fails or writes too little.
        """
        name = f"--stdin-filename=/{producer.file_name}"
        arguments = ["backup", "--json", *self._as_host(), *_tagged(tags), "--stdin", name]
        return self.past_locks(lambda: self._stream(arguments, producer, limits))

    def _as_host(self) -> list[str]:
        return [f"--host={self.host}"] if self.host else []

    def _stream(self, arguments: Sequence[str], producer: Producer, limits: TimeLimits) -> Made:
        with self.begun(arguments) as (consumer, output, complaints):
            assert consumer.stdin is not None
            failure: BitoolsError | None = Rejected(_("interrupted"))
            head = bytearray()
            try:
                failure = pour(producer, consumer.stdin, limits, head)
            finally:
                if failure is not None:
                    process.interrupt(consumer, 1.5)
                # Either all is well, or it has been told to stop and may be waiting for its input.
                consumer.stdin.close()
            code = Watch("restic", limits if failure is None else _ENDING).end_of(consumer, output)
            answer = Answer(code, content(output), content(complaints))
        if failure and not answer.refused:
            raise failure
        interpret(answer, self.access.location, partial=True)
        name = producer.file_name
        made = made_of(answer)
        rows = {name: producer.rows}
        return replace(made, heads={name: bytes(head)}, tables={name: producer.tables}, rows=rows)

    def forget(self, ids: Sequence[str]) -> list[Snapshot] | None:
        """Forget exactly these snapshots and give what is listed afterwards; None for a local repository,
        which is looked into instead.

        Raise Rejected if any of them is still there (append-only repositories exit 0, or crash).
        """
        crash: Rejected | None = None
        for start in range(0, len(ids), _FORGOTTEN):
            try:
                self.patiently(["forget", *ids[start : start + _FORGOTTEN]], WORK)
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

        A lock is taken if one can be had at once: not where another restic works alone, the disk is full or
        mounted read-only. Restoring must work when nothing else does.

        An owner that cannot be given here is noted, not raised: every byte has been read back by then.
        """
        options = [f"--include={escape(path)}" for path in include]
        if self.version() >= FEATURES["sparse"]:
            options.append("--sparse")
        try:
            self._at_once(["restore", snapshot, f"--target={target}", "--verify", *options])
        except Full as error:
            raise Full(str(target), error.complaint) from error
        except Rejected as error:
            if error.reason != "ownership":
                raise
            self.notes.append(_("{name}: some owners could not be restored here").format(name=self.name))

    def _at_once(self, arguments: Sequence[str]) -> Answer:
        """Read with a lock, or without one where none can be had now."""
        if self._lockable():
            try:
                return self.run(arguments, WORK)
            except Locked:
                pass
            except Full as error:
                if not _LOCK.search(error.complaint):
                    raise
        self.notes.append(_("{name}: restored without a lock: none could be had").format(name=self.name))
        return self.run([*arguments, "--no-lock"], WORK)

    @privilege.raised()
    def _lockable(self) -> bool:
        """Could a lock be written? Asked of a local repository: restic tries for minutes where it cannot."""
        folder = self.access.folder
        if not folder or not Path(folder).is_dir():
            return True
        locks = Path(folder, "locks")
        return os.access(locks if locks.is_dir() else folder, os.W_OK) and os.statvfs(folder).f_bavail > 0

    @contextmanager
    def dumping(self, snapshot: str, path: str) -> Iterator[IO[bytes]]:
        """The bytes of one stored file, as they come. Raise as `interpret` does, once the block has ended."""
        with in_memory() as complaints, self.access.opened() as (extra, descriptors):
            with process.start(
                self.access.argv("dump", "--no-lock", snapshot, path),
                extra=extra,
                stderr=complaints.fileno(),
                pass_fds=descriptors,
                root=True,
            ) as child:
                assert child.stdout is not None
                watch = Watch("restic dump", TimeLimits(self.access.silence), snapshot=False)
                yield dump_stream.reading(child, watch)
                child.stdout.close()
                code = process.waited(child, self.access.silence)
                if code is None:
                    raise watch.ended(self.access.silence)
            answer = Answer(code, b"", content(complaints))
        interpret(answer, self.access.location)

    @understood()
    def entries(self, snapshot: str, path: str) -> list[dict[str, Any]]:
        """What is in a folder of a snapshot. Names that are not UTF-8 are shown with a replacement mark."""
        lines = self.ask("ls", "--json", "--no-lock", snapshot, path).splitlines()
        nodes = [json_of(line) for line in lines if b'"struct_type":"node"' in line]
        return [node for node in nodes if node["path"] != path]

    def prune(self) -> None:
        """Reclaim the space of what was forgotten."""
        self.patiently(["prune"], WORK)

    def check(self, subset: str) -> None:
        """Check the structure and read part of the packs: `3/30` is the third of thirty parts.

        Raise Damaged if anything is wrong.
        """
        self.past_locks(lambda: self._check(subset))

    def _check(self, subset: str) -> None:
        answer = self.call(["check", f"--read-data-subset={subset}"], WORK)
        try:
            interpret(answer, self.access.location)
        except (Rejected, Unreachable, Broken) as error:
            # A pack that is too short is no failing line, whatever else is said.
            if error.reason not in ("restic", "damaged") and not answer.damaged:
                raise
            found = error.complaint if isinstance(error, Broken) else answer.finding
            message = _("the repository is damaged: {complaint}").format(complaint=found)
            hint = _("look: restic check --read-data; a second repository may have what is broken here")
            raise Damaged(
                message, target=self.name, hint=hint, reason="damaged", complaint=answer.text
            ) from error

    def indexes(self) -> Iterator[dict[str, Any]]:
        """Every index: which blobs are in which pack."""
        for name in self.ask("list", "index", "--no-lock").decode().split():
            yield json_of(self.ask("cat", "index", name, "--no-lock"))

    def find(self, kind: str, ids: Sequence[str], snapshot: str = "") -> str:
        """What `find` says of these blobs (`kind` blob or tree), in all snapshots or in one."""
        words = [f"--snapshot={snapshot}"] if snapshot else []
        answer = self.run(["find", "--json", "--no-lock", f"--{kind}", *words, *ids], WORK)
        return (answer.stdout + b"\n" + answer.stderr).decode(errors="replace")

    @understood()
    def find_name(self, pattern: str, datasets: Sequence[str]) -> list[tuple[str, dict[str, Any]]]:
        """Each snapshot and file in it whose name or path fits the pattern, of these data sets."""
        words = [f"--tag={SET}{name}" for name in datasets]
        asked = ["find", "--json", "--no-lock", *words, "--", pattern]
        found = json_of(self.run(asked, WORK).stdout or b"[]")
        return [(entry["snapshot"], node) for entry in found for node in entry.get("matches") or []]

    @understood()
    def current_key(self) -> str:
        """The id of the key that our password belongs to. Raise CredentialsRejected if it is none."""
        keys = json_of(self.ask("key", "list", "--json", "--no-lock"))
        return next(str(one["id"]) for one in keys if one["current"])

    def add_key(self, file: Path) -> None:
        """Let the password in this file open the repository, too."""
        self.patiently(["key", "add", f"--new-password-file={file}"], QUESTION)

    @understood()
    def remove_key(self, identity: str) -> None:
        """Let this key open the repository no more; nothing if it is not there."""
        keys = json_of(self.ask("key", "list", "--json", "--no-lock"))
        if any(one["id"] == identity and not one["current"] for one in keys):
            self.patiently(["key", "remove", identity], QUESTION)

    def with_password(self, password: Reference) -> Repository:
        """The same repository, opened with another password."""
        access = replace(self.access, password=password, _secret=None)
        return Repository(self.name, access, self.append_only)

    def tag(self, ids: Sequence[str], *, add: str = "", remove: str = "") -> list[Snapshot]:
        """Add or remove a tag and give what is listed afterwards; each snapshot has a new id then.

        Raise Rejected if the old ones are still there (append-only repositories exit 0).
        """
        change = f"--add={add}" if add else f"--remove={remove}"
        self.patiently(["tag", change, *ids], QUESTION)
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
            self.past_locks(lambda words=arguments: self.run(words, WORK, source), source)  # type: ignore[misc]
        return self.snapshots()

    @understood()
    def opinion(self, dataset_tag: str, counts: Sequence[str]) -> set[str]:
        """Which snapshots restic itself would keep by these `--keep-…` options. Nothing is forgotten."""
        asked = ["forget", "--dry-run", "--json", "--no-lock", "--group-by=", f"--tag={dataset_tag}", *counts]
        groups = json_of(self.ask(*asked) or b"null") or []
        return {snapshot["id"] for group in groups for snapshot in group["keep"] or []}

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
        names = self.ask("list", "locks", "--no-lock").decode(errors="replace").split()
        return [lock_of(name, self.ask("cat", "lock", name, "--no-lock")) for name in names]


def lost(snapshot: str) -> IntegrityBroken:
    """The error for a snapshot that was made and is not there."""
    message = _("snapshot {id} was made, and is not in the repository").format(id=snapshot)
    return IntegrityBroken(message, reason="lost")


def gone(repository: Repository) -> NoRepository:
    """The error for a repository that we have known and that is not there any more."""
    message = _("the repository at {place} is gone").format(place=repository.access.shown)
    hint = _("is its disk mounted? if it is lost: bitools backup replace {name}").format(name=repository.name)
    return NoRepository(message, target=repository.name, hint=hint, reason="no_repository")


def escape(path: str) -> str:
    """A path as a pattern that fits nothing else (Go's filepath.Match)."""
    return re.sub(r"([\\*?\[])", r"\\\1", path)


def _tagged(tags: Sequence[str]) -> list[str]:
    return [f"--tag={tag}" for tag in tags]
