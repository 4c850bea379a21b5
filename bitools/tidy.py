"""`tidy`: let go of what the state need not keep any longer, by the table `keep:` of settings.yaml.

Nothing here is evidence: ledger, history, seals and tokens have no age. A document that is too old is not
removed but digested (`past.months`): every figure of every report stays what it was.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from bitools.documents.tidy import TidyItem
from bitools.errors import Rejected
from bitools.i18n import _, system_words
from bitools.past import months
from bitools.past.months import Line, line_of
from bitools.past.reading import Past
from bitools.run import Run
from bitools.state import Document, State, as_document, measure, sync_folder

_MADE = re.compile(r"\d{8}T\d{6}Z")  # how a run's name begins, and what it leaves


def tidy(run: Run) -> Document[TidyItem]:
    """Digest old documents; remove old quarantine, transcripts, recovery copies and scratch.

    The newest recovery copy of each device stays, whatever its age. What cannot be removed is in `failed`.
    """
    document: Document[TidyItem] = run.document("bitools.tidy/1")
    with run.state.lock("tidy"):
        _digest(run, document)
        keep, now = run.inventory.settings.keep, run.started
        _remove(run, document, "quarantine", _older(run.state, "quarantine", now - keep.quarantine))
        _remove(run, document, "transcripts", _older(run.state, "transcripts", now - keep.transcripts))
        _remove(run, document, "scratch", _older(run.state, "scratch", now - keep.scratch))
        _remove(run, document, "recovery", _copies(run.state, now - keep.recovery))
    document.changed = any(item["files"] for item in document.items)
    return document


def _digest(run: Run, document: Document[TidyItem]) -> None:
    """Month by month: first the digest is on the disk, then the documents go."""
    past = Past(run.state)
    for error in past.broken:
        document.fail(error)
    due = list(past.older(run.started - run.inventory.settings.documents.keep))
    item: TidyItem = {"folder": "documents", "action": "digested", "files": 0, "bytes": 0}
    for month, files in groupby(due, key=lambda each: each[0]):
        if any(month in str(error) for error in past.broken):
            continue
        lines = list(_lines(run.state, [file for _month, file in files]))
        item["files"] += len(lines)
        item["bytes"] += sum(line.size for line in lines)
        if not run.dry_run:
            months.add(run.state, month, lines)
            for line in lines:
                run.state.at("documents", line.file).unlink(missing_ok=True)
            sync_folder(run.state.folder / "documents")
    document.items.append(item)


def _lines(state: State, files: list[str]) -> Iterator[Line]:
    for name, content in state.contents(("documents",), files):
        if found := as_document(content):
            yield line_of(name, hashlib.sha256(content).hexdigest(), len(content), found)


def _older(state: State, folder: str, limit: datetime) -> Iterator[Path]:
    """What lies in a folder and was last written before `limit`."""
    for name in state.sweep(folder):
        path = state.folder / folder / name
        if _written(path) < limit:
            yield path


def _copies(state: State, limit: datetime) -> Iterator[Path]:
    """Recovery copies made before `limit`, without each device's newest."""
    for device in state.sweep("recovery"):
        names = sorted(
            state.sweep("recovery", device), key=lambda name: (_MADE.match(name) is not None, name)
        )
        for name in names[:-1]:
            path = state.folder / "recovery" / device / name
            if _written(path) < limit:
                yield path


def _written(path: Path) -> datetime:
    """When a run made it, by its name; else when it was last written."""
    if found := _MADE.match(path.name):
        return datetime.strptime(found[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return datetime.fromtimestamp(path.lstat().st_mtime, UTC)


def _remove(run: Run, document: Document[TidyItem], folder: str, old: Iterator[Path]) -> None:
    item: TidyItem = {"folder": folder, "action": "removed", "files": 0, "bytes": 0}
    for path in list(old):
        size, _files = measure(path)
        try:
            if not run.dry_run:
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        except OSError as error:
            message = _("{file} cannot be removed: {why}").format(file=path, why=system_words(error))
            document.fail(Rejected(message, hint=_("as root: rm -r {file}").format(file=path)), folder)
            continue
        item["files"] += 1
        item["bytes"] += size
    document.items.append(item)
