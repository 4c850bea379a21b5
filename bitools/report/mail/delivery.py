"""Empty the outbox: hand every mail that is due to the relay, and keep what it does not take."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bitools.documents.report import MailItem, MailStatus
from bitools.errors import BitoolsError, CredentialsRejected, InventoryInvalid, Rejected, Unreachable
from bitools.i18n import _, spoken
from bitools.inventory.settings import Mail
from bitools.report.mail.compose import without_attachments
from bitools.report.mail.outbox import Outbox, Queued
from bitools.report.mail.smtp import Refusals, Relay, relay
from bitools.run import Run
from bitools.state import Document

Mails = Document[MailItem]
_ONLY_THIS_MAIL = (
    "450",
    "451",
    "452",
    "455",
)  # answers after which the session can go on; after 421 it cannot


def require_mail(run: Run) -> Mail:
    """How mail leaves. Raise InventoryInvalid if the inventory does not say."""
    if run.inventory.settings.mail is None:
        file = run.inventory.folder / "settings.yaml"
        hint = _("for example: mail: {host: 127.0.0.1, port: 587, from: bitools@belediye.test}")
        raise InventoryInvalid(_("{file}: there is no mail server").format(file=file), hint=hint)
    return run.inventory.settings.mail


def flush(run: Run, *, now: datetime, everything: bool = False, refused: bool = False) -> Mails:
    """Send what waits and is due, oldest first; with `everything` also what is to wait longer, with `refused`
    also what was refused for good.

    Mails that are refused for good are `dead` and in `failed`; mails that could not be handed over stay and
    are in `failed` too.
    """
    document: Mails = run.document("bitools.report.flush/1")
    outbox = Outbox(run.state)
    dead = list(outbox.list("dead")) if refused else []
    due = [mail for mail in outbox.list() if everything or mail.not_before is None or mail.not_before <= now]
    due += dead
    if run.dry_run or not due:
        document.items += [item(mail, "waiting") for mail in due]
        return document
    for mail in dead:
        outbox.revive(mail)
    with spoken(run.inventory.settings.language):
        while due:
            due = _session(run, outbox, due, document, now)
    outbox.tidy(now)
    return document


def _session(run: Run, outbox: Outbox, due: list[Queued], document: Mails, now: datetime) -> list[Queued]:
    """Send as many as one session carries; give what is left for another one.

    A mail that breaks the session has had its try: it waits, and does not hold up those behind it.
    """
    left = list(due)
    try:
        with relay(require_mail(run)) as session:
            while left:
                mail = left.pop(0)
                try:
                    _one(session, outbox, mail, document, now)
                except Unreachable as error:
                    _keep(outbox, mail, error, document, now)
                    if error.reason not in _ONLY_THIS_MAIL:
                        return left
    except (Unreachable, CredentialsRejected, Rejected, InventoryInvalid) as error:
        for mail in left:  # nobody can be sent anything
            _keep(outbox, mail, error, document, now)
    return []


def _one(session: Relay, outbox: Outbox, mail: Queued, document: Mails, now: datetime) -> None:
    """Send one mail. Raise Unreachable if it was not taken and may be tried again."""
    raw = mail.raw
    if session.largest and len(raw) > session.largest:
        raw = without_attachments(raw, session.largest)
    try:
        refusals = session.send(mail.sender, mail.recipients, raw)
    except Rejected as error:
        dead = mail.later(str(error), now)
        outbox.dead(dead)
        document.fail(Rejected(str(error), hint=_("see: bitools report outbox")), target=mail.name)
        document.items.append(item(dead, "dead"))
        return
    document.changed = document.changed or len(refusals.later) + len(refusals.never) < len(mail.recipients)
    _after_attempt(outbox, mail, refusals, document, now)


def _after_attempt(outbox: Outbox, mail: Queued, refusals: Refusals, document: Mails, now: datetime) -> None:
    """Who took it is done with; who may take it later waits; who never will is dead."""
    if refusals.never:
        said = "; ".join(f"{name}: {text}" for name, text in refusals.never.items())
        dead = replace(mail.later(said, now), recipients=tuple(refusals.never))
        outbox.dead_copy(dead)
        document.fail(Rejected(said, hint=_("see: bitools report outbox")), target=mail.name)
        document.items.append(item(dead, "dead"))
    if refusals.later:
        said = "; ".join(f"{name}: {text}" for name, text in refusals.later.items())
        kept = mail.later(said, now, tuple(refusals.later))
        outbox.retry(kept)
        document.fail(Unreachable(said, hint=_kept()), target=mail.name)
        document.items.append(item(kept, "waiting"))
        return
    if len(refusals.never) == len(mail.recipients):
        outbox.forget(mail)  # the copy in dead/ is all there is left of it
        return
    outbox.sent(mail)
    document.items.append(item(mail, "sent"))


def _keep(outbox: Outbox, mail: Queued, error: BitoolsError, document: Mails, now: datetime) -> None:
    kept = mail.later(str(error), now)
    outbox.retry(kept)
    document.items.append(item(kept, "waiting"))
    failure = type(error)(str(error), hint=_kept(), reason=error.reason)
    document.fail(failure, target=mail.name)


def _kept() -> str:
    return _("the mail is kept; try: bitools report flush")


def item(mail: Queued, status: MailStatus) -> MailItem:
    """What documents say of a mail."""
    return {
        "name": mail.name,
        "status": status,
        "to": list(mail.recipients),
        "subject": mail.subject,
        "queued": mail.queued.isoformat(timespec="seconds"),
        "attempts": mail.attempts,
        "not_before": mail.not_before.isoformat(timespec="seconds") if mail.not_before else None,
        "error": mail.complaint,
        "bytes": len(mail.raw),
    }
