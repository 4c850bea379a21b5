"""Release what was frozen for a file number: what is past its time goes with the next purge."""

from __future__ import annotations

from dataclasses import asdict
from typing import cast

from bitools.documents.iplog import FrozenItem
from bitools.errors import NotFound, Usage
from bitools.i18n import _
from bitools.iplog.verbs.archive import LOCK, Archive
from bitools.iplog.verbs.frozen import written
from bitools.iplog.wire import holds
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document


def release(run: Run, file_number: str, reason: str) -> tuple[Document[FrozenItem], set[tuple[str, str]]]:
    """Release every range of this file number; give the backups, too, that others still need (set, time).

    Raise NotFound if nothing is frozen for it.
    """
    if not reason.strip():
        raise Usage(_("days are released with a reason"))
    archive = Archive(run)
    document: Document[FrozenItem] = run.document("bitools.iplog.release/1")
    with run.state.lock(LOCK, wait=60):
        held = written(archive)
        mine = [one for one in held if one.file_number == file_number]
        if not mine:
            text = _("nothing is frozen for the file number {number}").format(number=file_number)
            known = ", ".join(sorted({one.file_number for one in held})) or "–"
            raise NotFound(text, target=file_number, hint=_("frozen for: {numbers}").format(numbers=known))
        document.items, document.changed = [cast(FrozenItem, asdict(one)) for one in mine], True
        others = [one for one in held if one.file_number != file_number]
        kept = {pair for one in others for pair in one.pinned.items()}
        if not run.dry_run:
            before = [asdict(one) for one in mine]
            with run.ledger.intent(acts.IPLOG_RELEASE, file_number, before=before) as entry:
                holds.write(archive.store, others)
                entry.done(after={"reason": reason})
    return document, kept
