"""What each timer of an inventory must reach. Pure."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bitools.credentials import Reference
from bitools.inventory.lists import IMPORTED
from bitools.inventory.model import Inventory
from bitools.job.timer import Timer
from bitools.schedule.confinement import Needs
from bitools.schedule.timers import Caller


def needs(timer: Timer, inventory: Inventory, caller: Caller, there: Callable[[Path], Path]) -> Needs:
    """What this timer's command reads and writes, and as whom it begins.

    `there`: a path, or the folder above it that is there already: a repository is made by its first backup.
    """
    read = (caller.inventory, *_program(caller))
    if timer.words[0] != "backup":
        written = (caller.state, *((there(caller.inventory / IMPORTED),) if timer.name == "devices" else ()))
        return Needs(written, read)
    with_programs = timer.name == "backup-programs"
    datasets = [one for one in inventory.datasets.values() if one.runs_programs == with_programs]
    beside = [path for one in datasets for path in one.writes] if timer.words[1] == "run" else []
    written = (caller.state, *map(there, (*_repositories(inventory), *_metrics(inventory))), *beside)
    return Needs(
        written,
        (*read, *(path for one in datasets for path in one.reads)),
        root=True,
        restores=timer.words[1] == "drill",
        beside=bool(beside),
        programs=with_programs,
    )


def secrets(inventory: Inventory) -> Iterator[Path]:
    """The files that hold the inventory's secrets and keys."""
    for device in inventory.devices.values():
        yield from _files(device.password, device.enable_password, device.key_file)
    for host in inventory.hosts.values():
        yield host.key_file
    for repository in inventory.repositories.values():
        yield from _files(repository.password, *repository.environment.values())
    for dataset in inventory.datasets.values():
        drill = getattr(dataset, "drill", None)
        yield from _files(getattr(dataset, "password", None), getattr(drill, "password", None), dataset.ping)
    settings = inventory.settings
    yield from _files(settings.devices_from.token if settings.devices_from else None)
    yield from _files(settings.mask_key, settings.mail.password if settings.mail else None)
    if inventory.directory:
        yield from _files(inventory.directory.bind.password, inventory.directory.bind.keytab)
    yield from _files(inventory.monitoring.ping if inventory.monitoring else None)
    yield from _files(getattr(settings.timestamp, "password", None))


def _files(*secrets: object) -> Iterator[Path]:
    for one in secrets:
        if isinstance(one, Reference) and one.kind == "file":
            yield Path(one.place)
        elif isinstance(one, Path):
            yield one


def _program(caller: Caller) -> tuple[Path, ...]:
    return Path(caller.program).parent, Path(sys.prefix)


def _repositories(inventory: Inventory) -> Iterator[Path]:
    for repository in inventory.repositories.values():
        if repository.location.startswith("/"):
            yield Path(repository.location)


def _metrics(inventory: Inventory) -> Iterator[Path]:
    if inventory.monitoring and inventory.monitoring.metrics:
        yield inventory.monitoring.metrics.parent
