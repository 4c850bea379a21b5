"""What a data set is made of on this machine, looked at before restic is: restic takes a missing path, an
unmounted disk or an empty folder for a good backup (exit 0 before 0.19).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from bitools.backup.wire import databases, elsewhere
from bitools.backup.wire.producer import Producer
from bitools.backup.wire.restic import Repository, escape
from bitools.backup.wire.restic_answers import Made
from bitools.errors import Rejected
from bitools.i18n import _
from bitools.inventory.backups import (
    CommandDataset,
    Dataset,
    DirectoryDataset,
    FilesDataset,
    MysqlDataset,
    NetDataset,
    PostgresqlDataset,
    SqliteDataset,
    SshDataset,
)
from bitools.run import Run

# First passwords; what only a living run needs; scratch.
_NOT_OURS_TO_KEEP = ("slips", "locks", "scratch", ".*.????????")


@dataclass(frozen=True, slots=True)
class Source:
    """Paths and what to leave out of them, a program whose output is the backup, or another host's paths."""

    paths: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    mounts: Mapping[str, str] = field(default_factory=dict)
    producer: Callable[[], AbstractContextManager[Producer]] | None = None
    pull: Callable[[Sequence[str]], Made] | None = None
    lock: str = ""  # of the job that must not write meanwhile

    def store(self, repository: Repository, tags: Sequence[str]) -> Made:
        """Make the snapshot."""
        if self.pull:
            return self.pull(tags)
        if self.producer:
            with self.producer() as producer:
                return repository.backup_stream(producer, tags)
        return repository.backup(self.paths, tags, self.options)


def observe(
    dataset: Dataset, run: Run, repository: Repository, mounted: Mapping[str, str], *, confirmed: bool = False
) -> Source:
    """Look at what is to be backed up. `mounted` says where each path was mounted at the last good run.

    Raise Rejected if a path is missing, empty or no longer mounted, or the sentinel is not there.
    """
    if isinstance(dataset, SshDataset) and dataset.paths:
        return Source(pull=lambda tags: elsewhere.pull(run, repository, dataset, tags))
    if isinstance(dataset, SqliteDataset):
        mounts = {str(dataset.path): _look(dataset, dataset.path)}
        _still_mounted(dataset, mounts, mounted, confirmed)
        return Source(mounts=mounts, producer=lambda: databases.sqlite(dataset, run.state))
    if not isinstance(dataset, FilesDataset | NetDataset):
        return Source(producer=lambda: nullcontext(_program(dataset, run)))
    if isinstance(dataset, FilesDataset):
        if dataset.sentinel and not os.path.lexists(dataset.sentinel):
            raise _suspicious(dataset, dataset.sentinel, _("the sentinel is not there"), "sentinel")
        paths, options = dataset.paths, _options(dataset)
    else:
        state = run.state.folder
        paths = (state,)
        options = tuple(f"--exclude={escape(str(state))}/{name}" for name in _NOT_OURS_TO_KEEP[:-1])
        options += (f"--exclude={_NOT_OURS_TO_KEEP[-1]}",)
    mounts = {str(path): _look(dataset, path) for path in paths}
    _still_mounted(dataset, mounts, mounted, confirmed)
    # git writes objects before what refers to them; restic reads them in the other order.
    lock = "" if isinstance(dataset, FilesDataset) else "net"
    return Source(paths=_with_targets(paths), options=options, mounts=mounts, lock=lock)


def _options(dataset: FilesDataset) -> tuple[str, ...]:
    """What is left out, as restic is told."""
    options = tuple(f"--exclude={pattern}" for pattern in dataset.exclude)
    options += ("--exclude-caches",) if dataset.exclude_caches else ()
    return options + (("--one-file-system",) if dataset.one_file_system else ())


def _program(
    dataset: CommandDataset | SshDataset | DirectoryDataset | PostgresqlDataset | MysqlDataset, run: Run
) -> Producer:
    """The program that writes the dump."""
    if isinstance(dataset, CommandDataset):
        return Producer(dataset.command, dataset.file_name, at_least=dataset.at_least)
    if isinstance(dataset, SshDataset):
        return elsewhere.program(dataset, run)
    if isinstance(dataset, DirectoryDataset):
        return elsewhere.domain(dataset, run)
    return databases.mysql(dataset) if isinstance(dataset, MysqlDataset) else databases.postgresql(dataset)


def file_name(dataset: Dataset) -> str | None:
    """The one file that a data set is stored as; None if it is stored as files and folders."""
    if isinstance(dataset, CommandDataset | SshDataset):
        return dataset.file_name
    endings = {"postgresql": "pgdump", "mysql": "sql", "sqlite": "sqlite", "directory": "tar.bz2"}
    return f"{dataset.name}.{endings[dataset.type]}" if dataset.type in endings else None


def _still_mounted(
    dataset: Dataset, mounts: Mapping[str, str], mounted: Mapping[str, str], confirmed: bool
) -> None:
    for path, place in mounts.items():
        if not confirmed and mounted.get(path, place) != place:
            message = _("it was on {before}, now it is on {now}").format(before=mounted[path], now=place)
            raise _suspicious(dataset, Path(path), message, "unmounted")


def _look(dataset: Dataset, path: Path) -> str:
    """Prove that a path is there and not an empty folder; give the mount point it lies on."""
    if not path.exists():
        raise _suspicious(dataset, path, _("it is not there"), "missing")
    if path.is_dir():
        try:
            empty = not any(True for _entry in os.scandir(path))
        except PermissionError as error:
            raise _suspicious(dataset, path, _("it may not be read"), "unreadable") from error
        if empty:
            raise _suspicious(dataset, path, _("it is empty"), "empty")
    place = path.resolve()
    while not place.is_mount():
        place = place.parent
    return str(place)


def _with_targets(paths: Sequence[Path]) -> tuple[str, ...]:
    """The paths, and where those that are symbolic links lead: restic would store the bare link."""
    named = [str(path) for path in paths]
    return tuple(dict.fromkeys(named + [str(path.resolve()) for path in paths if path.is_symlink()]))


def _suspicious(dataset: Dataset, path: Path, why: str, reason: str) -> Rejected:
    hint = _("is it mounted? look: findmnt -T {path}").format(path=path)
    if reason == "unmounted":
        hint += "; " + _("if it is right: bitools backup run {name} --confirm").format(name=dataset.name)
    return Rejected(f"{path}: {why}", target=dataset.name, hint=hint, reason=reason)
