"""`report test`: is the way to the mail server open?"""

from __future__ import annotations

import socket
from datetime import datetime

from bitools.documents.report import MailItem
from bitools.errors import InventoryInvalid, Rejected
from bitools.i18n import _, spoken
from bitools.report.mail.compose import Envelope, compose
from bitools.report.mail.delivery import item, require_mail
from bitools.report.mail.note import note
from bitools.report.mail.outbox import Queued
from bitools.report.mail.smtp import relay
from bitools.run import Run
from bitools.state import Document


def test(run: Run, address: str, *, now: datetime) -> Document[MailItem]:
    """Send one small mail now, past the outbox, to `address` or to all who get the report of changes.

    Raise Unreachable, CredentialsRejected, Rejected, InventoryInvalid: what is wrong with the way out.
    """
    document: Document[MailItem] = run.document("bitools.report.test/1")
    mail, settings = require_mail(run), run.inventory.settings
    everyone = [one for entry in settings.reports.changes for one in entry.to]
    recipients = (address,) if address else tuple(dict.fromkeys(everyone))
    if not recipients:
        raise InventoryInvalid(_("nobody to send it to"), hint=_("try: bitools report test --to ADDRESS"))
    with spoken(settings.language):
        title = _("a test mail")
        subject = f"[bitools] {settings.organisation}: {title}"
        text = _("The way from {host} to the mail server works.").format(host=socket.gethostname())
        letter = note(run.inventory.folder, subject, title, [text], organisation=settings.organisation)
        envelope = Envelope(mail.sender, recipients, "test", run.id)
        raw = compose(letter, envelope, run.id, "info", now)
    queued = Queued(f"test.{run.id}", mail.sender, recipients, subject, now, raw)
    if run.dry_run:
        document.items.append(item(queued, "waiting"))
        return document
    with relay(mail) as session:
        refusals = session.send(mail.sender, recipients, raw)
    document.changed = True
    for name, text in {**refusals.later, **refusals.never}.items():
        document.fail(Rejected(text), target=name)
    document.items.append(item(queued, "sent"))
    return document
