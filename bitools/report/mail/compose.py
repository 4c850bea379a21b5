"""A letter becomes a mail: stdlib `EmailMessage`, text and HTML side by side, the diff attached. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from html import escape

from bitools.documents.words import Severity
from bitools.i18n import _
from bitools.report.mail.letter import Letter
from bitools.sanitize import inert

_POLICY = policy.SMTP.clone(cte_type="7bit")  # every relay takes it, with or without 8BITMIME


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sends to whom, and what makes this mail this one: the same `key` is never queued twice."""

    sender: str
    recipients: tuple[str, ...]
    kind: str
    key: str

    @property
    def domain(self) -> str:
        """The sender's domain."""
        return self.sender.rpartition("@")[2]

    @property
    def message_id(self) -> str:
        """The same for the same content, so that a receiver can tell a second copy (RFC 5322 §3.6.4)."""
        return f"<{self.kind}.{self.key}@{self.domain}>"


def compose(letter: Letter, envelope: Envelope, run: str, severity: Severity, now: datetime) -> bytes:
    """The mail as it goes over the wire.

    It says that a machine wrote it (RFC 3834), so that nobody's absence notice answers, and which list it
    belongs to (RFC 2919); mails of one kind about one thing hang under one root that is never sent, those
    about nothing in particular under their month's.
    """
    message = EmailMessage(policy=_POLICY)
    thread = sha256(letter.about.encode()).hexdigest()[:12] if letter.about else f"{now:%Y-%m}"
    root = f"<{envelope.kind}.{thread}@{envelope.domain}>"
    message["From"] = Address("bitools", addr_spec=envelope.sender)
    message["To"] = ", ".join(envelope.recipients)
    message["Subject"] = inert(letter.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = envelope.message_id
    message["In-Reply-To"] = root
    message["References"] = root
    message["List-Id"] = f"bitools {envelope.kind} <{envelope.kind}.bitools.{envelope.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["X-Bitools-Kind"] = envelope.kind
    message["X-Bitools-Run"] = run
    message["X-Bitools-Severity"] = severity
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    if letter.diff:
        name = f"{envelope.kind}-{now:%Y%m%d-%H%M}.diff"
        message.add_attachment(letter.diff, subtype="x-diff", filename=name, cte="quoted-printable")
    for file in letter.attached:
        subtype = file.kind.partition("/")[2]
        message.add_attachment(file.content, subtype=subtype, filename=file.name, cte="quoted-printable")
    _name_boundaries(message, envelope.key)
    return message.as_bytes()


def without_attachments(raw: bytes, largest: int) -> bytes:
    """The same mail without what is attached, and with a note that says so: the relay takes no larger one."""
    message = message_from_bytes(raw, policy=_POLICY)
    body = [
        part for part in message.walk() if part.get_content_maintype() == "text" and not part.is_attachment()
    ]
    note = _("The attachment was left out: the mail server takes no more than {size} bytes.").format(
        size=largest
    )
    smaller = EmailMessage(policy=_POLICY)
    for name, value in message.items():
        if not name.lower().startswith(("content-", "mime-")):
            smaller[name] = value
    for part in body:
        text = str(part.get_content())
        if part.get_content_subtype() == "html":
            smaller.add_alternative(
                text.replace("</body>", f"<p>{escape(note)}</p></body>"),
                subtype="html",
                cte="quoted-printable",
            )
        else:
            smaller.set_content(f"{text}\n{note}\n", cte="quoted-printable")
    return smaller.as_bytes()


def _name_boundaries(message: EmailMessage, key: str) -> None:
    """Boundaries from the key instead of from chance: the same report gives the same bytes."""
    parts: Sequence[EmailMessage] = [part for part in message.walk() if part.is_multipart()]
    for number, part in enumerate(parts):
        part.set_boundary(f"=_bitools_{key}_{number}")
