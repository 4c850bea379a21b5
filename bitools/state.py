"""Where bitools keeps what it knows: one folder for all administrators of a machine.

    history/     git: every configuration ever seen    documents/   what past runs said, one JSON file a run
    ledger/      what was changed in the world         outbox/      mails on their way
    slips/       first passwords, 0600, on paper soon  quarantine/  fetches that were not whole
    locks/       one run of a job at a time            recovery/    whole configurations, encrypted
    known_hosts  pinned keys of the devices

There is no private fallback: two histories would each tell half the truth.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bitools.errors import BitoolsError, IntegrityBroken, InventoryInvalid, Locked, Rejected
from bitools.i18n import _

_FULL = (errno.ENOSPC, errno.EDQUOT)
SETUP = "groupadd --system bitools; install -d -m 2770 -g bitools {folder}"


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

        Raise Rejected on a full disk; InventoryInvalid, saying how to set it up, if it cannot be written.
        """
        place = self.folder.joinpath(*parts)
        try:
            with roomy(place.parent):
                _furnish(place.parent)
            if not os.access(place.parent, os.W_OK | os.X_OK):
                raise PermissionError(13, os.strerror(13))
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
            file = open(path, "a+", encoding="utf-8")  # noqa: SIM115 - closed below, whatever happens
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError as error:
                file.seek(0)
                holder = file.read().strip() or "?"
                message = _("another run holds {name}: {holder}").format(name=name, holder=holder)
                hint = _("wait for it, or look at it with: ps {pid}").format(pid=holder.split()[0])
                raise Locked(message, hint=hint, reason="running") from error
            with roomy(path):
                file.truncate(0)
                since = datetime.now().astimezone().isoformat(timespec="seconds")
                # Not through the buffer: what is left in it would be written again when the file is closed.
                os.write(file.fileno(), f"{os.getpid()} {since}".encode())
            yield

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
        message = _("{path} cannot be written, the disk is full: {why}").format(path=path, why=error.strerror)
        hint = _("make room there; see: df -h {folder}").format(folder=path.parent)
        raise Rejected(message, hint=hint, reason="full") from error


def write(path: Path, content: bytes, mode: int = 0o640) -> None:
    """Replace a file so that a crash leaves the old one or the new one, never half of one.

    Raise Rejected on a full disk.
    """
    with roomy(path):
        _furnish(path.parent)
        beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            with open(descriptor, "wb") as file:
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
        one.mkdir(exist_ok=True)
        one.chmod(0o2770)
