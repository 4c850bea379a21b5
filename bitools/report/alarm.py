"""A mail about broken evidence: once for each break, to everyone who gets a report."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Sequence
from datetime import datetime

from bitools.documents.report import MailItem
from bitools.errors import BitoolsError
from bitools.i18n import _, long_date, spoken
from bitools.report.mail import delivery
from bitools.report.mail.compose import Envelope, compose
from bitools.report.mail.letter import Letter
from bitools.report.mail.note import note
from bitools.report.mail.outbox import Outbox, Queued
from bitools.run import Run
from bitools.sanitize import inert
from bitools.state import Document

KIND = "alarm"


def alarm(run: Run, broken: Sequence[BitoolsError], *, now: datetime) -> Document[MailItem] | None:
    """Queue the mail and try to send it; None if it was told before, or if nobody gets mails.

    Raise BitoolsError if it cannot be queued.
    """
    settings = run.inventory.settings
    reports = settings.reports
    lists = (reports.changes, reports.daily, reports.month, reports.year)
    to = tuple(dict.fromkeys(address for each in lists for one in each for address in one.to))
    if not to or settings.mail is None:
        return None
    with spoken(settings.language, settings.zone):
        written = _letter(run, broken, now)
    key = hashlib.sha256("\n".join([str(error) for error in broken] + list(to)).encode()).hexdigest()[:20]
    envelope = Envelope(settings.mail.sender, to, KIND, key)
    raw = compose(written, envelope, run.id, "critical", now)
    queued = Queued(f"{KIND}.{key}", envelope.sender, to, written.subject, now, raw)
    if not Outbox(run.state).add(queued):
        return None
    return delivery.flush(run, now=now)


def _letter(run: Run, broken: Sequence[BitoolsError], now: datetime) -> Letter:
    organisation = inert(run.inventory.settings.organisation)
    about = f"{organisation}: " if organisation else ""
    subject = "[bitools " + _("ALARM") + f"] {about}" + _("the records do not fit")
    lines = [
        _("What bitools remembers of its own records does not fit what is there:"),
        *(f"!! {inert(error)}" for error in broken),
        _(
            "Somebody changed, cut or removed it, or an older state was restored. Work goes on and is"
            " recorded; every run ends with exit code 15 until this is acknowledged."
        ),
        _("Look: bitools ledger verify · bitools net verify"),
        _("If you know why: bitools ledger continue --reason WHY"),
        _("{time}, run {run} on {host}").format(
            time=long_date(now), run=run.id, host=inert(socket.gethostname())
        ),
    ]
    title = _("ALARM") + ": " + _("the records do not fit")
    return note(run.inventory.folder, subject, title, lines, organisation=organisation, grave=True)
