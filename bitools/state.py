"""Where bitools keeps what it knows: one folder for all administrators of a machine.

    history/     git: every configuration ever seen    documents/   what past runs said, one JSON file a run
    ledger/      what was changed in the world         outbox/      mails on their way
    slips/       first passwords, 0600, on paper soon  quarantine/  fetches that were not whole
    locks/       one run of a job at a time            recovery/    whole configurations, encrypted
    known_hosts  pinned keys of the devices

There is no private fallback: two histories would each tell half the truth. What is made here belongs to the
administrators' group, whatever the umask of the one who makes it.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bitools.errors import BitoolsError, InventoryInvalid, Locked, Rejected
from bitools.i18n import _

SETUP = "groupadd --system bitools; install -d -m 2770 -g bitools {folder}"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO)


def new_run(now: datetime) -> str:
    """A name for one run that sorts by time: `20261122T165600Z-4f1c9a`."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


@dataclass(slots=True)
class Document:
    """The one JSON object a command prints. Fields are only ever added; times are ISO 8601 with offset."""

    schema: str
    run: str
    started: datetime
    changed: bool = False
    applied: bool = True
    items: list[dict[str, Any]] = field(default_factory=list)
    failed: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    finished: datetime | None = None
    more: dict[str, Any] = field(default_factory=dict)

    def fail(self, error: BitoolsError, target: str = "") -> None:
        """Note a target that failed; the others' results stay."""
        entry: dict[str, Any] = error.as_document()
        entry["target"] = entry["target"] or target
        self.failed.append(entry)

    def as_json(self) -> dict[str, Any]:
        """The object as it is printed and stored; `more` is merged in."""
        finished = self.finished or datetime.now(tz=self.started.tzinfo)
        return {
            "schema": self.schema,
            "changed": self.changed,
            "applied": self.applied,
            "items": self.items,
            "failed": self.failed,
            "warnings": self.warnings,
            "started": self.started.isoformat(timespec="milliseconds"),
            "finished": finished.isoformat(timespec="milliseconds"),
            "run": self.run,
            **self.more,
        }


class State:
    """One state folder. Made on first use, mode 2770; its group is the administrators' group."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, *parts: str) -> Path:
        """A place inside; the folder it stands in exists afterwards.

        Raise InventoryInvalid, saying how to set it up, if the state cannot be written.
        """
        place = self.folder.joinpath(*parts)
        try:
            _furnish(place.parent)
            if not os.access(place.parent, os.W_OK | os.X_OK):
                mounted = os.statvfs(place.parent).f_flag
                why = errno.EROFS if mounted & os.ST_RDONLY else errno.EACCES
                raise OSError(why, os.strerror(why), str(place.parent))
        except OSError as error:
            if error.errno in _FULL and (full := refusal(error)):
                raise full from error
            message = _("the state folder {folder} cannot be written: {why}")
            raise InventoryInvalid(
                message.format(folder=self.folder, why=error.strerror),
                hint=_("once, as root: {command}").format(command=SETUP.format(folder=self.folder)),
                cause=error,
            ) from error
        return place

    @contextmanager
    def lock(self, name: str, wait: bool = False) -> Iterator[None]:
        """Hold one job's lock; the kernel lets go of it when we die.

        Raise Locked, naming the holder, if another run has it and `wait` is false.
        """
        descriptor = open_shared(self.path("locks", f"{name}.lock"))
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError as error:
                raise _held(name, os.pread(descriptor, 200, 0)) from error
            with suppress(OSError):  # on a full disk nobody reads who holds it; it is held all the same
                os.ftruncate(descriptor, 0)
                now = datetime.now().astimezone().isoformat(timespec="seconds")
                os.pwrite(descriptor, f"{os.getpid()} {now}".encode(), 0)
            yield
        finally:
            os.close(descriptor)

    def save(self, document: Document) -> Path:
        """Store a run's document; `report` reads these and nothing else."""
        kind = document.schema.removeprefix("bitools.").partition("/")[0]
        path = self.path("documents", f"{document.run}.{kind}.json")
        write(path, json.dumps(document.as_json(), ensure_ascii=False).encode())
        return path

    def documents(self, kind: str = "", after: str = "") -> Iterator[dict[str, Any]]:
        """Past runs' documents, oldest first: of one kind (`net.snapshot`), from runs later than `after`."""
        folder = self.folder / "documents"
        for path in sorted(folder.glob(f"*.{kind}.json" if kind else "*.json")):
            if path.name.partition(".")[0] > after:
                yield json.loads(path.read_bytes())


def _held(name: str, said: bytes) -> Locked:
    holder = said.decode(errors="replace").strip() or "?"
    message = _("another run holds {name}: {holder}").format(name=name, holder=holder)
    hint = _("wait for it, or look at it with: ps {pid}").format(pid=holder.split()[0])
    return Locked(message, hint=hint, reason="running")


def write(path: Path, content: bytes, mode: int = 0o640) -> None:
    """Replace a file so that a crash leaves the old one or the new one, never half of one.

    Raise OSError, naming the file. `mode` holds whatever the umask is.
    """
    try:
        _furnish(path.parent)
        beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            with open(descriptor, "wb") as file:
                os.fchmod(descriptor, mode)
                file.write(content)
                file.flush()
                os.fsync(descriptor)
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def open_shared(path: Path, flags: int = os.O_RDWR | os.O_CREAT) -> int:
    """Open a file that every administrator appends to or locks, made 0660; give its descriptor."""
    descriptor = os.open(path, flags | os.O_CLOEXEC, 0o660)
    there = os.fstat(descriptor)
    if there.st_uid == os.geteuid() and stat.S_IMODE(there.st_mode) != 0o660:
        os.fchmod(descriptor, 0o660)
    return descriptor


def refusal(error: OSError) -> BitoolsError | None:
    """What a full disk or a missing right is to people; None if the error is something else."""
    if error.errno not in (*_FULL, *_FORBIDDEN):
        return None
    full = error.errno in _FULL
    hint = _("make room there, then run it again") if full else _("look at who owns it: ls -ld {file}")
    file = str(error.filename or "")
    message = _("{file} cannot be used: {why}").format(file=file or "?", why=error.strerror)
    return Rejected(
        message if file else str(error.strerror),
        hint=hint.format(file=file) if file or full else "",
        reason="full" if full else "forbidden",
        cause=error,
    )


def _furnish(folder: Path) -> None:
    """Make a folder and what is missing above it, 2770 whatever the umask: the group is the admins'."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        try:
            one.mkdir()
        except FileExistsError:  # another run was first
            continue
        one.chmod(0o2770)
