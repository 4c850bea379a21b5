"""Paths of this machine, looked at before restic is: restic takes a missing path, an unmounted disk or an
empty folder for a good backup (exit 0 before 0.19).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from bitools import privilege
from bitools.backup.sources.source import Scene
from bitools.backup.wire import answering
from bitools.errors import Rejected
from bitools.i18n import _
from bitools.inventory.backups import Dataset


def mounts(dataset: Dataset, paths: Iterable[Path], scene: Scene) -> dict[str, str]:
    """Where each path is mounted. Raise Rejected if one is missing, empty or no longer mounted there;
    Unreachable if what is mounted there does not answer.
    """
    paths = list(paths)
    for one in paths:
        answering.prove(one, dataset.silence)
    found = {str(path): _look(dataset, path) for path in paths}
    for path, place in found.items():
        if not scene.confirmed and scene.mounted.get(path, place) != place:
            message = _("it was on {before}, now it is on {now}").format(
                before=scene.mounted[path], now=place
            )
            raise suspicious(dataset, Path(path), message, "unmounted")
    return found


@privilege.raised()
def with_targets(paths: Sequence[Path]) -> tuple[str, ...]:
    """The paths, and where those that are symbolic links lead: restic would store the bare link."""
    named = [str(path) for path in paths]
    return tuple(dict.fromkeys(named + [str(path.resolve()) for path in paths if path.is_symlink()]))


def suspicious(dataset: Dataset, path: Path, why: str, reason: str) -> Rejected:
    """The error for a path that is not as a good source is."""
    hint = _("is it mounted? look: findmnt -T {path}").format(path=path)
    if reason == "unmounted":
        hint += "; " + _("if it is right: bitools backup run {name} --confirm").format(name=dataset.name)
    return Rejected(f"{path}: {why}", target=dataset.name, hint=hint, reason=reason)


@privilege.raised()
def _look(dataset: Dataset, path: Path) -> str:
    """Prove that a path is there and not an empty folder; give the mount point it lies on."""
    if not path.exists():
        raise suspicious(dataset, path, _("it is not there"), "missing")
    if path.is_dir():
        try:
            empty = not any(True for _entry in os.scandir(path))
        except PermissionError as error:
            raise suspicious(dataset, path, _("it may not be read"), "unreadable") from error
        if empty:
            raise suspicious(dataset, path, _("it is empty"), "empty")
    place = path.resolve()
    while not place.is_mount():
        place = place.parent
    return str(place)
