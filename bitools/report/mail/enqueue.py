"""A letter goes to its readers: queued once, sent at once if the relay takes it, accounted for either way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from bitools.documents.report import QueuedItem
from bitools.documents.words import Severity
from bitools.errors import InventoryInvalid
from bitools.i18n import _
from bitools.report.mail import delivery
from bitools.report.mail.compose import Envelope, compose
from bitools.report.mail.letter import Letter
from bitools.report.mail.outbox import Outbox, Queued
from bitools.report.mail.subscribers import Readers, readers
from bitools.run import Run
from bitools.state import Document

EXAMPLES = {
    "changes": "reports: {changes: [ag@belediye.test]}",
    "daily": "reports: {daily: [mudur@belediye.test]}",
    "month": "reports: {month: [mudur@belediye.test]}",
    "year": "reports: {year: [mudur@belediye.test]}",
}


def require_readers(run: Run, kind: str) -> tuple[Readers, ...]:
    """Who gets this kind of report. Raise InventoryInvalid if nobody does, or if no mail can leave."""
    delivery.require_mail(run)
    settings = run.inventory.settings
    found = readers(getattr(settings.reports, kind), run.inventory.sites if kind == "changes" else {})
    if not found:
        file = run.inventory.folder / "settings.yaml"
        message = _('{file}: nobody gets the report "{kind}"').format(file=file, kind=kind)
        raise InventoryInvalid(message, hint=_("for example: {line}").format(line=EXAMPLES[kind]))
    return found


def queue(
    run: Run,
    document: Document[QueuedItem],
    kind: str,
    written: Letter,
    to: tuple[str, ...],
    about: Iterable[str],
    severity: Severity,
    now: datetime,
) -> None:
    """Put a mail into the outbox; made again after a crash, about the same, it is not put there twice."""
    identity = "\n".join([*sorted(about), written.subject, *to])
    key = hashlib.sha256(identity.encode("utf-8", "backslashreplace")).hexdigest()[:20]
    envelope = Envelope(delivery.require_mail(run).sender, to, kind, key)
    raw = compose(written, envelope, run.id, severity, now)
    name = f"{kind}.{key}"
    queued = Queued(name, envelope.sender, to, written.subject, now, raw)
    document.changed = Outbox(run.state).add(queued) or document.changed
    document.items.append(
        {
            "name": name,
            "status": "queued",
            "to": list(to),
            "subject": written.subject,
            "message_id": envelope.message_id,
            "bytes": len(raw),
        }
    )


def send(run: Run, document: Document[QueuedItem], now: datetime) -> None:
    """Send at once what is due; a mail that stays behind is in `failed`, and kept."""
    flushed = delivery.flush(run, now=now)
    document.failed += flushed.failed
    for one in flushed.items:
        for item in document.items:
            if item["name"] == one["name"] and one["status"] != "forgotten":
                item["status"] = one["status"]
