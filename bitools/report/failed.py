"""`report failed`: a timer's run ended and could not tell why; systemd starts this in its place."""

from __future__ import annotations

import socket
from datetime import datetime

from bitools import credentials, process
from bitools.documents.report import QueuedItem
from bitools.i18n import _, spoken
from bitools.report.mail.enqueue import queue, require_readers, send
from bitools.report.mail.note import note
from bitools.run import Run
from bitools.sanitize import inert
from bitools.state import Document

_LINES = 20  # of the journal


def failed(run: Run, unit: str, *, now: datetime) -> Document[QueuedItem]:
    """Mail the readers of changes, else of the day, that this unit failed, with its last words.

    Raise InventoryInvalid if nobody gets such reports.
    """
    document: Document[QueuedItem] = run.document("bitools.report.failed/1")
    kind = "changes" if run.inventory.settings.reports.changes else "daily"
    readers = require_readers(run, kind)
    words = _last_words(unit)
    with spoken(run.inventory.settings.language):
        host = socket.gethostname()
        title = _("{unit} failed on {host}").format(unit=unit, host=host)
        hint = _("look: systemctl status {unit}; journalctl -u {unit}").format(unit=unit)
        organisation = run.inventory.settings.organisation
        letter = note(
            run.inventory.folder,
            f"[bitools] {title}",
            title,
            [hint],
            words=words,
            organisation=organisation,
            grave=True,
        )
    if run.dry_run:
        return document
    with run.state.lock("report", wait=60):
        for reader in readers:
            queue(run, document, kind, letter, reader.to, [unit, run.id], "critical", now)
        send(run, document, now)
    return document


def _last_words(unit: str) -> list[str]:
    """What the unit wrote last; nothing where the journal may not be read."""
    if not process.installed("journalctl"):
        return []
    done = process.run(["journalctl", "-u", unit, "-n", str(_LINES), "-o", "cat", "--no-pager"], timeout=30)
    return [credentials.mask(inert(line)) for line in done.stdout.decode(errors="replace").splitlines()]
