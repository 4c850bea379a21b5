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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic

from typing_extensions import TypeVar

from bitools.errors import BitoolsError, IntegrityBroken, InventoryInvalid, Locked, Rejected
from bitools.i18n import _

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO)
_NO_PLACE = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP)
_HOLDER = 64  # bytes that say who holds a lock
Item = TypeVar("Item", bound=Mapping[str, Any], default=dict[str, Any])
SETUP = "groupadd --system bitools; install -d -m 2770 -g bitools {folder}"


def new_run(now: datetime) -> str:
    """A name for one run that sorts by time: `20261122T165600Z-4f1c9a`."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


@dataclass(slots=True)
class Document(Generic[Item]):
    """The one JSON object a command prints. Fields are only ever added; times are ISO 8601 with offset.

    `Item` is the TypedDict that `bitools.documents` names for it.
    """

    schema: str
    run: str
    started: datetime
    changed: bool = False
    applied: bool = True
    items: list[Item] = field(default_factory=list)
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

        Raise Rejected on a full disk; InventoryInvalid, saying how to set it up, if it cannot be written.
        """
        place = self.folder.joinpath(*parts)
        try:
            with roomy(place.parent):
                _furnish(place.parent)
            if not os.access(place.parent, os.W_OK | os.X_OK):
                mounted = os.statvfs(place.parent).f_flag
                why = errno.EROFS if mounted & os.ST_RDONLY else errno.EACCES
                raise OSError(why, os.strerror(why), str(place.parent))
        except OSError as error:
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

        Raise Locked, naming the holder, if another run has it and `wait` is false; Rejected on a full disk.
        """
        path = self.path("locks", f"{name}.lock")
        with roomy(path):
            descriptor = open_shared(path)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError as error:
                raise _held(name, os.pread(descriptor, _HOLDER, 0)) from error
            with suppress(OSError):  # on a full disk nobody can read who holds it; it is held all the same
                now = datetime.now().astimezone().isoformat(timespec="seconds")
                # written over, not cut off: ext4 waits for the disk when what it still writes is cut off
                os.pwrite(descriptor, f"{os.getpid()} {now}".ljust(_HOLDER).encode(), 0)
            yield
        finally:
            os.close(descriptor)

    def save(self, document: Document[Any]) -> Path:
        """Store a run's document; `report` reads these and nothing else."""
        kind = document.schema.removeprefix("bitools.").partition("/")[0]
        path = self.path("documents", f"{document.run}.{kind}.json")
        write(path, json.dumps(document.as_json(), ensure_ascii=False).encode())
        return path

    def documents(
        self, kind: str = "", after: str = "", *, newest_first: bool = False
    ) -> Iterator[dict[str, Any]]:
        """Past runs' documents, oldest first: of one kind (`net.snapshot`), from runs later than `after`."""
        folder = self.folder / "documents"
        for path in sorted(folder.glob(f"*.{kind}.json" if kind else "*.json"), reverse=newest_first):
            if path.name.partition(".")[0] > after:
                yield _document(path)


def _document(path: Path) -> dict[str, Any]:
    """One stored document. Raise IntegrityBroken if it is none: it may have come from another machine."""
    try:
        if isinstance(found := json.loads(path.read_bytes()), dict):
            return found
    except ValueError:
        pass
    hint = _("look at it, then move it away")
    raise IntegrityBroken(_("{file} cannot be read").format(file=path), hint=hint)


@contextmanager
def roomy(path: Path) -> Iterator[None]:
    """Write in the block. Raise Rejected, naming the place, if its disk is full."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise _full(path, error) from error


def refusal(error: OSError) -> BitoolsError | None:
    """What a full disk, a missing right or an impossible path is to people; None if it is something else."""
    if error.errno in _FULL:
        return _full(Path(error.filename or "."), error)
    if error.errno not in _FORBIDDEN and not (error.errno in _NO_PLACE and error.filename):
        return None
    message = _("{file} cannot be used: {why}").format(file=error.filename or "?", why=error.strerror)
    hint = _("look at who owns it: ls -ld {file}").format(file=error.filename)
    hint = hint if error.filename and error.errno in _FORBIDDEN else ""
    return Rejected(message, hint=hint, reason="forbidden", cause=error)


def _full(path: Path, error: OSError) -> Rejected:
    message = _("{path} cannot be written, the disk is full: {why}").format(path=path, why=error.strerror)
    hint = _("make room there; see: df -h {folder}").format(folder=path.parent)
    return Rejected(message, hint=hint, reason="full", cause=error)


def _held(name: str, said: bytes) -> Locked:
    holder = said.decode(errors="replace").strip() or "?"
    message = _("another run holds {name}: {holder}").format(name=name, holder=holder)
    hint = _("wait for it, or look at it with: ps {pid}").format(pid=holder.split()[0])
    return Locked(message, hint=hint, reason="running")


def open_shared(path: Path, flags: int = os.O_RDWR | os.O_CREAT) -> int:
    """Open a file that every administrator appends to or locks, made 0660; give its descriptor."""
    descriptor = os.open(path, flags | os.O_CLOEXEC, 0o660)
    there = os.fstat(descriptor)
    if there.st_uid == os.geteuid() and stat.S_IMODE(there.st_mode) != 0o660:
        os.fchmod(descriptor, 0o660)
    return descriptor


def write(path: Path, content: bytes, mode: int = 0o640) -> None:
    """Replace a file so that a crash leaves the old one or the new one, never half of one.

    `mode` holds whatever the umask is. Raise Rejected on a full disk.
    """
    with roomy(path):
        _furnish(path.parent)
        beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            with open(descriptor, "wb") as file:
                os.fchmod(descriptor, mode)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _furnish(folder: Path) -> None:
    """Make a folder and what is missing above it, 2770 whatever the umask: the group is the admins'."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        try:
            one.mkdir()
        except FileExistsError:  # another run was first
            continue
        one.chmod(0o2770)
