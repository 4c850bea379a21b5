"""`backup find`: in which snapshots a file lies. restic is asked once a repository, and lists meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime
from typing import Any

from bitools.backup.verbs.history import DatasetHistory, histories, local, open_repository
from bitools.documents.backup_admin import FoundItem
from bitools.errors import BitoolsError, NotFound
from bitools.i18n import _
from bitools.inventory.backups import Dataset
from bitools.run import Run
from bitools.state import Document


def find(run: Run, datasets: Sequence[Dataset], pattern: str, source: str = "") -> Document[FoundItem]:
    """Every version of the files whose name, or path, fits the pattern (`*`, `?`, `[a-z]`), newest first.

    A version is told once, with the newest snapshot that has it and how many have it. `source` names a copy
    to look into. Raise NotFound if there is none.
    """
    document: Document[FoundItem] = run.document("bitools.backup.find/1")
    searched: dict[str, list[str]] = {}
    for one in datasets:
        searched.setdefault(source or one.repository, []).append(one.name)
    with ThreadPoolExecutor() as beside:
        asked = {
            name: beside.submit(copy_context().run, _search, run, name, pattern, members)
            for name, members in searched.items()
            if name in run.inventory.repositories
        }
        every = list(histories(run, datasets, document, source))
    for name in dict.fromkeys(one.repository.name for one in every):
        try:
            found = asked[name].result()
        except BitoolsError as error:
            document.failed.extend(error.as_document() | {"target": one} for one in searched[name])
            continue
        members = [one for one in every if one.repository.name == name]
        document.items.extend(_versions(run, members, found))
    document.items.sort(key=lambda one: datetime.fromisoformat(one["time"]), reverse=True)
    if not document.items and not document.failed:
        message = _("no snapshot has {pattern}").format(pattern=pattern)
        hint = _("a part of a name is written with stars: *{pattern}*").format(pattern=pattern.strip("*"))
        raise NotFound(message, hint=hint)
    return document


def _search(run: Run, name: str, pattern: str, datasets: Sequence[str]) -> list[tuple[str, dict[str, Any]]]:
    return open_repository(run, name).find_name(pattern, datasets)


def _versions(
    run: Run, members: Sequence[DatasetHistory], found: Sequence[tuple[str, dict[str, Any]]]
) -> Iterator[FoundItem]:
    """The versions in one repository, of what was found in its snapshots, newest first."""
    made = {
        part.id: (part.time, part.id, history.dataset.name)
        for history in members
        for one in history.runs
        for part in one.snapshots
    }
    versions: dict[tuple[str, str, str, int], list[tuple[datetime, str, str]]] = {}
    types: dict[tuple[str, str, str, int], str] = {}
    for snapshot, node in found:
        if place := made.get(snapshot):
            version = place[2], str(node["path"]), str(node.get("mtime", "")), int(node.get("size", 0))
            versions.setdefault(version, []).append(place)
            types[version] = str(node.get("type", ""))
    ordered = sorted(versions.items(), key=lambda one: max(one[1]), reverse=True)
    for (dataset, path, changed, size), places in ordered:
        newest, first = max(places), min(places)
        yield {
            "dataset": dataset,
            "path": path,
            "type": types[dataset, path, changed, size],
            "bytes": size,
            "changed": _shown(run, changed),
            "snapshot": newest[1],
            "time": local(run, newest[0]),
            "first": local(run, first[0]),
            "snapshots": len(places),
        }


def _shown(run: Run, moment: str) -> str:
    """A time of a file, in the inventory's zone; empty if restic says none."""
    return local(run, datetime.fromisoformat(moment)) if moment else ""
