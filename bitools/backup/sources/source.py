"""What passes between a data set's type and the verbs."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bitools.backup.wire.made import Made, together
from bitools.backup.wire.producer import Producer
from bitools.backup.wire.restic import Repository
from bitools.backup.wire.watch import TimeLimits
from bitools.errors import BitoolsError, IntegrityBroken
from bitools.i18n import _
from bitools.inventory.backups import Dataset
from bitools.ledger import acts
from bitools.run import Run

if TYPE_CHECKING:
    from bitools.documents.backup_admin import LeftOut

__all__ = ["Loaded", "Part", "Restored", "Scene", "Source", "broken", "read_back"]

Part = Callable[[], AbstractContextManager[Producer]]

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a data set is looked at. `mounted` says where each path was mounted at the last good run;
    `confirmed`: an administrator says that another mount is right.
    """

    run: Run
    repository: Repository
    mounted: Mapping[str, str] = field(default_factory=dict)
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Paths and what to leave out of them, a program whose output is the backup, or another host's paths.

    `parts` are programs whose outputs are the backup together, each a file of its own.
    `beside` writes what belongs to the dump and does not fit into it; it is stored after it, in the same run.
    `lock` is of the job that must not write meanwhile, `act` what the ledger calls the backup. `looked_at`
    are the paths whose files' first bytes tell whether they are still what they were, without what is
    `left_out` or, mounted there, stays `apart`; `inside` is what is mounted at and below them, and of what;
    `tolerated` is the share of files that may vanish before they are read.
    """

    paths: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    mounts: Mapping[str, str] = field(default_factory=dict)
    producer: Part | None = None
    parts: tuple[Part, ...] = ()
    pull: Callable[[Sequence[str], TimeLimits], Made] | None = None
    beside: Part | None = None
    lock: str = ""
    act: acts.Act = acts.BACKUP_MAKE
    tolerated: float = 0.0
    looked_at: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    apart: frozenset[str] = frozenset()
    inside: Mapping[str, str] = field(default_factory=dict)

    def store(
        self, repository: Repository, tags: Sequence[str], limits: TimeLimits, host: str | None = None
    ) -> Made:
        """Make the snapshot; `host` is the name it is made under, if not the machine's own."""
        repository.host = host or ""
        if self.pull:
            return self.pull(tags, limits)
        if not self.is_dump:
            return repository.backup(self.paths, tags, self.options, limits)
        if self.producer:
            with self.producer() as producer:
                made = repository.backup_stream(producer, tags, limits)
        else:
            made = self._store_parts(repository, tags, limits)
        self._store_beside(repository, tags, limits)
        return made

    @property
    def is_dump(self) -> bool:
        """Is it what programs write?"""
        return bool(self.producer or self.parts)

    def _store_parts(self, repository: Repository, tags: Sequence[str], limits: TimeLimits) -> Made:
        """One's failure stops no other, and makes the whole partial. Raise the first if all failed."""
        made: dict[str, Made] = {}
        failed: dict[str, BitoolsError] = {}
        for part in self.parts:
            with part() as producer:
                try:
                    made[producer.file_name] = repository.backup_stream(producer, tags, limits)
                except BitoolsError as error:
                    failed[producer.file_name] = error
        if not made:
            raise next(iter(failed.values()))
        complaint = "; ".join(f"{name}: {error}" for name, error in failed.items())
        return together(made, complaint)

    def _store_beside(self, repository: Repository, tags: Sequence[str], limits: TimeLimits) -> None:
        """The dump is good without it; that it is missing is told."""
        if self.beside is None:
            return
        try:
            with self.beside() as producer:
                repository.backup_stream(producer, tags, limits)
        except BitoolsError as error:
            repository.notes.append(_("what belongs to the dump was not stored: {why}").format(why=error))


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is in a database after a dump was loaded: tables, and rows in all of them; what was left out."""

    tables: int
    rows: int
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Restored:
    """A snapshot to be proven, and an empty folder to do it in, which is gone afterwards; `files` says which
    snapshot of the same run holds which one file.
    """

    repository: Repository
    snapshot: str
    folder: Path
    files: Mapping[str, str] = field(default_factory=dict)

    def take(self, name: str) -> Path:
        """Bring the one stored file back into the folder."""
        file = self.folder / name
        with open(file, "xb") as out, self.repository.dumping(self.snapshot, f"/{name}") as dump:
            shutil.copyfileobj(dump, out, _CHUNK)
        return file


def read_back(dataset: Dataset, restored: Restored, name: str) -> Path:
    """The one stored file of a data set, brought back. Raise IntegrityBroken if it is too small."""
    file = restored.take(name)
    size = file.stat().st_size
    if size < dataset.at_least:
        message = _("it has {count} bytes, at least {least} are expected")
        raise broken(dataset, message.format(count=size, least=dataset.at_least))
    return file


def broken(dataset: Dataset, why: str) -> IntegrityBroken:
    """The error for a restored copy that is not whole."""
    message = _("the backup is not whole: {why}").format(why=why)
    hint = _("make a new one: bitools backup run {name} --now; then look at the older ones")
    hint = hint.format(name=dataset.name)
    return IntegrityBroken(message, target=dataset.name, hint=hint, reason="drill")
