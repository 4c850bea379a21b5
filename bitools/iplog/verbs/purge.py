"""Remove the lines of days whose time is over; manifests, lists and tokens stay, and so does the chain."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bitools.documents.iplog import PurgedItem
from bitools.errors import Locked
from bitools.iplog.decisions import retention
from bitools.iplog.verbs import frozen
from bitools.iplog.verbs.archive import LOCK, Archive
from bitools.iplog.verbs.remembered import remembered
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document


def purge(run: Run) -> Document[PurgedItem]:
    """Remove what is past `retention` and frozen for nobody. A tick that meets another run is `skipped`."""
    archive = Archive(run)
    document: Document[PurgedItem] = run.document("bitools.iplog.purge/1")
    try:
        with run.state.lock(LOCK):
            _purge(archive, document)
    except Locked:
        document.more["skipped"] = "running"
    return document


def _purge(archive: Archive, document: Document[PurgedItem]) -> None:
    run, store = archive.run, archive.store
    known = remembered(run)
    held, gone = frozen.held(archive, known), known.purged
    due: list[tuple[int, date]] = []
    for number in store.sealed():
        said = json.loads(store.manifest_file(number).read_bytes())
        day = date.fromisoformat(said["day"])
        if number in gone or not retention.over(day, archive.settings.retention, archive.today):
            continue
        if any(one.touches(*_span(said, day, archive)) for one in held):
            document.items.append({"segment": number, "day": day.isoformat(), "status": "held"})
            continue
        due.append((number, day))
    document.changed = bool(due)
    status = "due" if run.dry_run else "purged"
    if due and not run.dry_run:
        days = f"{due[0][1]} – {due[-1][1]}"
        with run.ledger.intent(
            acts.IPLOG_PURGE, days, before={"retention": archive.settings.retention}
        ) as entry:
            _remove(archive, [number for number, _day in due])
            entry.done(after={"segments": [number for number, _day in due]})
    document.items += [
        {"segment": number, "day": day.isoformat(), "status": status}  # type: ignore[typeddict-item]
        for number, day in due
    ]


def _span(said: dict[str, Any], day: date, archive: Archive) -> tuple[date, date]:
    """The days that a segment's lines are of: lines may come late."""
    days = [day]
    for one in said["sources"].values():
        for text in (one["first"], one["last"]):
            if text:
                days.append(datetime.fromisoformat(text).astimezone(archive.zone).date())
    return min(days), max(days)


def _remove(archive: Archive, numbers: Sequence[int]) -> None:
    """The lines, and what the index holds of them."""
    for number in numbers:
        shutil.rmtree(archive.store.folder / "segments" / f"{number:06d}", ignore_errors=True)
        for path in (archive.store.folder / "index").glob(f"sessions-{number:06d}.sqlite*"):
            Path(path).unlink(missing_ok=True)
    with archive.index(writing=True) as index:
        base = index.base
        base.execute("begin")
        for table in ("sighting", "trouble", "gap", "twice", "untimed", "progress"):
            marks = [(number,) for number in numbers]
            base.executemany(f"delete from {table} where segment=?", marks)  # noqa: S608  # names of ours
        base.execute(
            "delete from holder where not exists (select 1 from sighting where sighting.ip=holder.ip)"
        )
        base.execute("commit")
