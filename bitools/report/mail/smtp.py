"""SMTP: the only file that knows smtplib. The relay's answers become ours here.

Submission (RFC 6409): STARTTLS with a certificate that is verified, then AUTH; never the other way round, and
never without TLS because the server does not offer it (RFC 3207 §6: the offer can be cut out on the way).
"""

from __future__ import annotations

import smtplib
import ssl
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bitools.credentials import Secret
from bitools.errors import CredentialsRejected, InventoryInvalid, Rejected, Unreachable
from bitools.i18n import _, certificate_words, system_words
from bitools.inventory.settings import Mail

TIMEOUT = 30.0  # seconds for any one answer


@dataclass(frozen=True, slots=True)
class Refusals:
    """Recipients the relay did not take: for now (4xx) or for good (5xx), each with what it said."""

    later: Mapping[str, str] = field(default_factory=dict)
    never: Mapping[str, str] = field(default_factory=dict)


class Relay:
    """One session with the relay."""

    def __init__(self, session: smtplib.SMTP, target: str) -> None:
        self._session = session
        self._target = target

    @property
    def largest(self) -> int:
        """The largest mail it takes, in bytes; 0 if it does not say (SIZE, RFC 1870)."""
        size = self._session.esmtp_features.get("size", "")
        return int(size) if size.isdigit() else 0

    def would_take(self, sender: str, recipient: str) -> None:
        """Ask whether it would take a mail of this sender for this recipient; none is sent.

        Raise Rejected if it never would (it wants a log-in first, knows nobody of this name), Unreachable if
        it would another time (greylisting).
        """
        try:
            for code, text in (self._session.mail(sender), self._session.rcpt(recipient)):
                if code >= 400:
                    raise _translated(smtplib.SMTPResponseException(code, text), self._target)
            self._session.rset()
        except (smtplib.SMTPException, OSError, UnicodeEncodeError) as error:
            raise _lost(error, self._target) from error

    def send(self, sender: str, recipients: Sequence[str], raw: bytes) -> Refusals:
        """Hand one mail over.

        Raise Unreachable if it was not taken and may be tried again (4xx, a broken connection: even after it
        was handed over, as no answer came), Rejected if the relay refused the mail itself for good.
        """
        try:
            return _sorted(self._session.sendmail(sender, list(recipients), raw))
        except smtplib.SMTPRecipientsRefused as error:
            return _sorted(error.recipients)
        except smtplib.SMTPResponseException as error:
            raise _translated(error, self._target) from error
        except (smtplib.SMTPException, OSError, UnicodeEncodeError) as error:
            raise _lost(error, self._target) from error


@contextmanager
def relay(mail: Mail, *, password: str = "") -> Iterator[Relay]:
    """Open a session: connect, STARTTLS, AUTH; with `password` where none is written down yet.

    Raise Unreachable (no connection, no TLS), CredentialsRejected, Rejected.
    """
    target = f"{mail.host}:{mail.port}"
    trust = _trust(mail) if mail.starttls else None
    session: smtplib.SMTP | None = None
    try:
        try:
            session = smtplib.SMTP(mail.host, mail.port, timeout=TIMEOUT)
            _prepare(session, mail, trust, target, Secret(password) if password else None)
        except smtplib.SMTPAuthenticationError as error:
            if error.smtp_code < 500:
                raise _translated(error, target) from error
            hint = _("see mail: username and password in settings.yaml")
            raise CredentialsRejected(_answer(error), target=target, hint=hint) from error
        except smtplib.SMTPResponseException as error:
            raise _translated(error, target) from error
        except (smtplib.SMTPException, OSError) as error:
            raise _lost(error, target) from error
        yield Relay(session, target)
    finally:
        if session:
            _close(session)


def offers_starttls(host: str, port: int) -> bool:
    """Does the server there offer encryption? Raise Unreachable, Rejected."""
    target = f"{host}:{port}"
    try:
        with smtplib.SMTP(host, port, timeout=TIMEOUT) as session:
            session.ehlo_or_helo_if_needed()
            return session.has_extn("starttls")
    except smtplib.SMTPResponseException as error:
        raise _translated(error, target) from error
    except (smtplib.SMTPException, OSError) as error:
        raise _lost(error, target) from error


def _prepare(
    session: smtplib.SMTP, mail: Mail, trust: ssl.SSLContext | None, target: str, given: Secret | None
) -> None:
    session.ehlo_or_helo_if_needed()
    if trust:
        if not session.has_extn("starttls"):
            raise Unreachable(_("the relay offers no STARTTLS"), target=target, reason="tls")
        session.starttls(context=trust)
        session.ehlo()
    password = given or (mail.password.resolve() if mail.password else None)
    if mail.username and password:
        _login(session, mail.username, password)


def _login(session: smtplib.SMTP, username: str, password: Secret) -> None:
    """AUTH PLAIN (RFC 4616) or LOGIN, in UTF-8: smtplib's own breaks at a Turkish letter in a password."""
    offered = session.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in offered:
        answer = session.docmd("AUTH PLAIN", _base64(f"\0{username}\0{password.reveal()}"))
    elif "LOGIN" in offered:
        answer = session.docmd("AUTH LOGIN", _base64(username))
        if answer[0] == 334:
            answer = session.docmd(_base64(password.reveal()))
    else:
        session.login(username, password.reveal())
        return
    if answer[0] not in (235, 503):  # 503: it knows us already
        raise smtplib.SMTPAuthenticationError(*answer)


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()


def _trust(mail: Mail) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(mail.ca) if mail.ca else None)
    except OSError as error:
        message = _("{path}: not a CA certificate that can be read").format(path=mail.ca)
        raise InventoryInvalid(message, cause=error) from error


def _close(session: smtplib.SMTP) -> None:
    """Say goodbye; what the relay makes of that changes nothing any more."""
    try:
        session.quit()
    except (smtplib.SMTPException, OSError):
        session.close()


def _sorted(refused: Mapping[str, tuple[int, bytes]]) -> Refusals:
    """5xx is for good, everything else for now (RFC 5321 §4.2.1)."""
    said = {name: (code, f"{code} {text.decode(errors='replace')}") for name, (code, text) in refused.items()}
    return Refusals(
        later={name: text for name, (code, text) in said.items() if not 500 <= code <= 599},
        never={name: text for name, (code, text) in said.items() if 500 <= code <= 599},
    )


def _translated(error: smtplib.SMTPResponseException, target: str) -> Unreachable | Rejected:
    if 500 <= error.smtp_code <= 599:
        return Rejected(_answer(error), target=target, reason=str(error.smtp_code))
    return Unreachable(
        _answer(error), target=target, hint=_("it is tried again"), reason=str(error.smtp_code)
    )


def _answer(error: smtplib.SMTPResponseException) -> str:
    text = error.smtp_error
    said = text.decode(errors="replace") if isinstance(text, bytes) else str(text)
    if error.smtp_code == -1:  # smtplib.SMTP.getreply: this is no line of a mail server
        return _("no mail server there: {why}").format(why=said)
    return _("the mail server said {code} {text}").format(code=error.smtp_code, text=said)


def _lost(error: Exception, target: str) -> Unreachable:
    if isinstance(error, ssl.SSLCertVerificationError):
        why, hint = (
            certificate_words(error.verify_message),
            _("is mail: ca in settings.yaml the CA of this server?"),
        )
        message = _("the mail server's certificate is not trusted: {why}").format(why=why)
        return Unreachable(message, target=target, hint=hint, reason="tls")
    if isinstance(error, UnicodeEncodeError):
        message = _("an address, a user name or a password has a letter that mail does not take")
        return Unreachable(message, target=target, hint=_("English letters only"), reason="letters")
    why = system_words(error) if isinstance(error, OSError) else str(error)
    message = _("no mail server there: {why}").format(why=why or type(error).__name__)
    return Unreachable(message, target=target, hint=_("it is tried again"), reason="timeout")
