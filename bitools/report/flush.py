"""`report flush`: send what waits."""

from __future__ import annotations

from datetime import datetime

from bitools.documents.report import MailItem
from bitools.errors import Locked
from bitools.report.mail import delivery
from bitools.run import Run
from bitools.state import Document


def flush(run: Run, *, now: datetime, everything: bool = False, refused: bool = False) -> Document[MailItem]:
    """Empty the outbox as `delivery.flush` does; if another run is at it there is nothing left to do."""
    try:
        with run.state.lock("report"):
            return delivery.flush(run, now=now, everything=everything, refused=refused)
    except Locked:
        document: Document[MailItem] = run.document("bitools.report.flush/1")
        document.more["skipped"] = "running"
        return document
