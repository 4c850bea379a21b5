"""Freeze days for a file number: no purge removes them until they are released."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from typing import cast

from bitools.documents.iplog import FrozenItem
from bitools.errors import Usage
from bitools.i18n import _
from bitools.iplog.verbs.archive import LOCK, Archive
from bitools.iplog.verbs.frozen import written
from bitools.iplog.wire import holds
from bitools.iplog.wire.holds import Hold
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document


def hold(run: Run, begins: date, ends: date, file_number: str, reason: str) -> Document[FrozenItem]:
    """Freeze these days, both included. Twice is once. Raise Usage for a range that is none."""
    if ends < begins:
        raise Usage(_("--to is before --from"))
    if not file_number.strip() or not reason.strip():
        raise Usage(_("days are frozen for a file number and with a reason"))
    archive = Archive(run)
    document: Document[FrozenItem] = run.document("bitools.iplog.hold/1")
    since = run.started.isoformat(timespec="seconds")
    new = Hold(file_number, begins.isoformat(), ends.isoformat(), reason, run.ledger.actor, since)
    with run.state.lock(LOCK, wait=60):
        held = written(archive)
        same = (
            one
            for one in held
            if (one.file_number, one.begins, one.ends) == (new.file_number, new.begins, new.ends)
        )
        if (known := next(same, None)) is not None:
            document.items = [cast(FrozenItem, asdict(known))]
            return document
        document.items, document.changed = [cast(FrozenItem, asdict(new))], True
        if not run.dry_run:
            with run.ledger.intent(
                acts.IPLOG_HOLD, f"{begins} – {ends}", before={"file_number": file_number}
            ) as entry:
                holds.write(archive.store, [*held, new])
                entry.done(after=asdict(new))
    return document


def pinned(run: Run, document: Document[FrozenItem], backups: dict[str, str]) -> None:
    """Write down which backups are kept for what the document froze."""
    archive = Archive(run)
    mine = {(one["file_number"], one["begins"], one["ends"]) for one in document.items}
    with run.state.lock(LOCK, wait=60):
        held = [
            replace(one, pinned=backups) if (one.file_number, one.begins, one.ends) in mine else one
            for one in written(archive)
        ]
        holds.write(archive.store, held)
    for item in document.items:
        item["pinned"] = backups
