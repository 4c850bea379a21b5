"""`report outbox`: mails on their way."""

from __future__ import annotations

from bitools.documents.report import MailItem, MailStatus
from bitools.report.mail.delivery import item
from bitools.report.mail.outbox import Outbox
from bitools.run import Run
from bitools.state import Document

_PLACES: tuple[tuple[str, MailStatus], ...] = (("new", "waiting"), ("dead", "dead"))


def outbox(run: Run) -> Document[MailItem]:
    """What is in the outbox: waiting, and dead."""
    document: Document[MailItem] = run.document("bitools.report.outbox/1")
    mails = Outbox(run.state)
    for place, status in _PLACES:
        document.items += [item(mail, status) for mail in mails.list(place)]
    return document


def clear(run: Run) -> Document[MailItem]:
    """Forget what was refused for good. Raise Locked if another run is sending."""
    document: Document[MailItem] = run.document("bitools.report.outbox/1")
    mails = Outbox(run.state)
    with run.state.lock("report"):
        for mail in list(mails.list("dead")):
            document.items.append(item(mail, "dead" if run.dry_run else "forgotten"))
            if not run.dry_run:
                mails.bury(mail)
    document.changed = bool(document.items)
    return document
