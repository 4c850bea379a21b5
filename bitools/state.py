"""Where bitools keeps what it knows: one folder for all administrators of a machine.

    history/     git: every configuration ever seen    documents/   what past runs said, one JSON file a run
    ledger/      what was changed in the world         outbox/      mails on their way
    slips/       first passwords, 0600, on paper soon  quarantine/  fetches that were not whole
    locks/       one run of a job at a time            recovery/    whole configurations, encrypted
    known_hosts  pinned keys of the devices          set-aside/  what others put here, or nobody can read

There is no private fallback: two histories would each tell half the truth. All of it belongs to one account,
and nobody else writes in it (`owned`), whatever the umask of the one who makes it.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import secrets
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic

from typing_extensions import TypeVar

from bitools.errors import BitoolsError, InventoryInvalid, Locked, Rejected
from bitools.i18n import _, system_words
from bitools.owned import DESCRIPTORS, SETUP, Listed, Owned, furnish

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO)
_NO_PLACE = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP)
_HOLDER = 64  # bytes that say who holds a lock
Item = TypeVar("Item", bound=Mapping[str, Any])
_PATIENCE = 6 * 3600.0  # seconds that a run waits for another's lock: the longest backup of a night
_AGAIN = (0.002, 0.25)  # seconds between two looks at a lock, at first and at most


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
    """One state folder, ours alone. Made on first use, 0750; `told` says what was set aside in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._owned = Owned(folder)

    @property
    def notices(self) -> list[str]:
        """What was set aside in this run, a sentence each."""
        return self._owned.notices

    def path(self, *parts: str) -> Path:
        """A place inside, nothing of another's in it; the folder it stands in exists afterwards.

        Raise Rejected on a full disk; InventoryInvalid, saying how to set it up, if it cannot be written.
        """
        place = self.folder.joinpath(*parts)
        try:
            with roomy(place.parent):
                self._owned.prove(*parts, make=True)
            if not os.access(place.parent, os.W_OK | os.X_OK, effective_ids=True):
                mounted = os.statvfs(place.parent).f_flag
                why = errno.EROFS if mounted & os.ST_RDONLY else errno.EACCES
                raise OSError(why, os.strerror(why), str(place.parent))
        except OSError as error:
            message = _("the state folder {folder} cannot be written: {why}")
            raise InventoryInvalid(
                message.format(folder=self.folder, why=system_words(error)),
                hint=_("its disk is read-only: mount it writable, or name another folder: --state DIR")
                if error.errno == errno.EROFS
                else _("once: {command}").format(command=SETUP),
                cause=error,
            ) from error
        return place

    def at(self, *parts: str) -> Path:
        """A place inside, to be read: nothing is made, and what is another's is set aside.

        Raise InventoryInvalid if a folder on the way is not ours.
        """
        return self._owned.prove(*parts)

    def read(self, *parts: str) -> bytes:
        """A file's content. Raise FileNotFoundError, InventoryInvalid as `at`."""
        return self._owned.read(*parts)

    def names(self, *folder: str, pattern: str = "*") -> list[str]:
        """The names of a folder that fit, sorted; none if there is no such folder."""
        return self._owned.names(*folder, pattern=pattern)

    def files(self, *folder: str, pattern: str = "*") -> list[Path]:
        """The files of a folder that fit, in the order of their names; what is another's is set aside."""
        return [
            place
            for name in self._owned.names(*folder, pattern=pattern)
            if (place := self._owned.prove(*folder, name)).is_file()
        ]

    def listing(self, folder: str, names: Iterable[str]) -> list[Listed]:
        """These files of a folder, as the disk describes them; nothing is opened."""
        return self._owned.listing(folder, names)

    def contents(self, folder: tuple[str, ...], names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Files of one folder with what is in them. Raise InventoryInvalid as `at`."""
        return self._owned.contents(folder, names)

    def sweep(self, *folder: str) -> list[str]:
        """The names of all that is ours in a folder, sorted; what is another's is set aside."""
        return self._owned.sweep(*folder)

    def set_aside(self, why: str, *parts: str) -> bool:
        """A file that is not what it should be holds nobody up; it is told. False if it cannot be moved."""
        return self._owned.set_aside(why, *parts)

    @contextmanager
    def lock(self, name: str, wait: bool | float = False) -> Iterator[None]:
        """Hold one job's lock; the kernel lets go of it when we die. `wait`: for how many seconds.

        Raise Locked, naming the holder, if another run has it all that time; Rejected on a full disk.
        """
        path = self.path("locks", f"{name}.lock")
        with roomy(path):
            descriptor = open_shared(path)
        try:
            if not locked(descriptor, _PATIENCE if wait is True else float(wait)):
                raise _held(name, os.pread(descriptor, _HOLDER, 0))
            with suppress(OSError):  # on a full disk nobody can read who holds it; it is held all the same
                now = datetime.now().astimezone().isoformat(timespec="seconds")
                # written over, not cut off: ext4 waits for the disk when what it still writes is cut off
                os.pwrite(descriptor, f"{os.getpid()} {now}".ljust(_HOLDER).encode(), 0)
            yield
        finally:
            os.close(descriptor)

    def held_since(self, name: str, unknown: datetime) -> datetime:
        """Since when another run holds this lock, as it wrote itself; `unknown` if it has not written yet."""
        words = self.path("locks", f"{name}.lock").read_text(encoding="utf-8", errors="replace").split()
        try:
            return datetime.fromisoformat(words[1])
        except (IndexError, ValueError):
            return unknown

    def save(self, document: Document[Any]) -> Path:
        """Store a run's document; `report` reads these and nothing else."""
        kind = document.schema.removeprefix("bitools.").partition("/")[0]
        path = self.path("documents", f"{document.run}.{kind}.json")
        write(path, json.dumps(document.as_json(), ensure_ascii=False).encode())
        return path

    def documents(
        self, kind: str = "", after: str = "", *, newest_first: bool = False
    ) -> Iterator[dict[str, Any]]:
        """Past runs' documents, oldest first: of one kind (`net.snapshot`), from runs later than `after`.

        One that is none is set aside and told: it may have come from another machine, and stops no report.
        """
        names = self.names("documents", pattern=f"*.{kind}.json" if kind else "*.json")
        for name in sorted(names, reverse=newest_first):
            if name.partition(".")[0] > after:
                try:
                    content = self.read("documents", name)
                except FileNotFoundError:  # removed, or set aside, since
                    continue
                if (found := as_document(content)) is None:
                    self.refuse_document(name)
                else:
                    yield found

    def refuse_document(self, name: str) -> None:
        """Set aside what is no document."""
        self.set_aside(_("it is no document of a run"), "documents", name)


def as_document(content: bytes) -> dict[str, Any] | None:
    """One stored document; None if it has not the shape that all have."""
    try:
        found = json.loads(content)
        whole = (
            all(isinstance(found[key], str) for key in ("schema", "run"))
            and datetime.fromisoformat(found["started"]).tzinfo is not None
            and all(_rows(found.get(key, [])) for key in ("items", "failed"))
            and all(isinstance(warning, str) for warning in found.get("warnings", []))
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return found if whole else None


def _rows(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) for row in value)


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
    message = _("{file} cannot be used: {why}").format(file=error.filename or "?", why=system_words(error))
    hint = _("look at who owns it: ls -ld {file}").format(file=error.filename)
    hint = hint if error.filename and error.errno in _FORBIDDEN else ""
    return Rejected(message, hint=hint, reason="forbidden", cause=error)


def _full(path: Path, error: OSError) -> Rejected:
    message = _("{path} cannot be written, the disk is full: {why}").format(
        path=path, why=system_words(error)
    )
    hint = _("make room there; see: df -h {folder}").format(folder=path.parent)
    return Rejected(message, hint=hint, reason="full", cause=error)


def _held(name: str, said: bytes) -> Locked:
    holder = said.decode(errors="replace").strip() or "?"
    message = _("another run holds {name}: {holder}").format(name=name, holder=holder)
    hint = _("wait for it, or look at it with: ps {pid}").format(pid=holder.split()[0])
    return Locked(message, hint=hint, reason="running")


def open_shared(path: Path, flags: int = os.O_RDWR | os.O_CREAT) -> int:
    """Open a file of a proven folder that runs append to or lock, 0640; no link is followed."""
    descriptor = os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, 0o640)
    there = os.fstat(descriptor)
    if there.st_uid == os.geteuid() and stat.S_IMODE(there.st_mode) != 0o640:
        os.fchmod(descriptor, 0o640)
    return descriptor


def locked(descriptor: int, patience: float, how: int = fcntl.LOCK_EX) -> bool:
    """Lock an open file; False if another has it for all of `patience` seconds.

    Asked again and again: flock(2) itself knows no time limit, and whoever can open a file can hold it.
    """
    until, pause = time.monotonic() + patience, _AGAIN[0]
    while True:
        try:
            fcntl.flock(descriptor, how | fcntl.LOCK_NB)
        except BlockingIOError:
            if (left := until - time.monotonic()) <= 0:
                return False
            time.sleep(min(pause, left))
            pause = min(pause * 1.5, _AGAIN[1])
        else:
            return True


def write(path: Path, content: bytes, mode: int = 0o640) -> None:
    """Replace a file so that a crash leaves the old one or the new one, never half of one.

    `mode` holds whatever the umask is. Raise Rejected on a full disk.
    """
    if path.parent == DESCRIPTORS:  # whoever called us gives it a name when we have ended
        path.write_bytes(content)
        return
    with roomy(path):
        furnish(path.parent)
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
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Return when the names in this folder are on the disk: a new file is not safe before."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def measure(place: Path) -> tuple[int, int]:
    """Bytes and number of the files at a place, below it too; what may not be looked at counts nothing."""
    if not place.is_dir() or place.is_symlink():
        return place.lstat().st_size, 1
    size = count = 0
    waiting = [os.fspath(place)]
    while waiting:  # os.walk calls itself for each level, and a tree that somebody made has thousands
        with suppress(OSError), os.scandir(waiting.pop()) as entries:  # gone since, or too deep for a name
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    size += entry.stat(follow_symlinks=False).st_size
                    count += 1
    return size, count
