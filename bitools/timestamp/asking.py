"""Asking a time authority over HTTP (RFC 3161 §3.4), once: whoever asks queues what was not stamped.

The whole conversation has one time limit, an answer one largest size; redirects are not followed. An answer
is believed once it has been proven: it must be of these bytes, to this question, by a trusted authority, and
of about now. KamuSM says no with HTTP 200, so the status inside the answer is what counts.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import ssl
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from bitools.deadline import connected
from bitools.errors import CredentialsRejected, Rejected, Unreachable
from bitools.i18n import _, certificate_words
from bitools.inventory.settings import Timestamp
from bitools.timestamp import tokens
from bitools.timestamp.identity import identity
from bitools.timestamp.proving import Proof, prove

_LARGEST = 65_536  # bytes of an answer; real ones have 2,000 to 8,000
_APART = timedelta(minutes=5)  # a clock that is further off is broken, ours or theirs
_STRANGER = ("authenticat", "not known", "password", "parola", "kullan", "tanınm")
_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"


def stamp(authority: Timestamp, message: bytes) -> tuple[bytes, Proof]:
    """Have bytes stamped; give the response as it came (or the token, if that is what came) and its proof.

    Raise Unreachable (`network`, `timeout`), CredentialsRejected, Rejected (it said no, or nonsense, or its
    time is five minutes from ours: `clock`), IntegrityBroken (`imprint`, `nonce`, `untrusted`).
    """
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    question = TimestampRequestBuilder().data(message).hash_algorithm(HashAlgorithm.SHA256).build()
    headers = {"Content-Type": _QUERY, "Accept": _REPLY, "User-Agent": "bitools"}
    headers |= _credentials(authority, hashlib.sha256(message).digest())
    answer = _post(authority, question.as_bytes(), headers)
    status, words = tokens.refusal(answer)
    if status not in (0, 1):
        _refused(authority, status, words)
    proof = prove(answer, message, authority.ca, question.nonce)
    apart = proof.time - datetime.now(UTC)
    if abs(apart) > _APART:
        text = _("the authority's time is {seconds:.0f} s from ours").format(seconds=apart.total_seconds())
        hint = _("one of the two clocks is wrong; see: timedatectl")
        raise Rejected(text, target=authority.url, hint=hint, reason="clock")
    return answer, proof


def _credentials(authority: Timestamp, imprint: bytes) -> dict[str, str]:
    if authority.auth == "none" or authority.password is None:
        return {}
    password = authority.password.resolve().reveal()
    if authority.auth == "basic":
        pair = f"{authority.username}:{password}".encode()
        return {"Authorization": "Basic " + base64.b64encode(pair).decode()}
    return {"identity": identity(int(authority.username), password, imprint)}


def _refused(authority: Timestamp, status: int, words: str) -> None:
    """Raise what a refusal inside an answer means."""
    text = _("the time authority says no: {words}").format(words=words or f"PKIStatus {status}")
    if any(word in words.casefold() for word in _STRANGER):
        hint = _("see settings.yaml: timestamp: username and password")
        raise CredentialsRejected(text, target=authority.url, hint=hint)
    raise Rejected(text, target=authority.url, hint=_("is there credit left with it?"), reason="refused")


def _post(authority: Timestamp, body: bytes, headers: dict[str, str]) -> bytes:
    """One POST within the time limit, connecting included, whatever the other side drips."""
    address = urlsplit(authority.url)
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    try:
        with connected(address, float(authority.timeout)) as connection:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            content = answer.read(_LARGEST + 1)
    except ssl.SSLCertVerificationError as error:
        text = _("its TLS certificate is not trusted: {why}").format(
            why=certificate_words(error.verify_message)
        )
        raise Unreachable(text, target=authority.url, reason="tls", cause=error) from error
    except (OSError, http.client.HTTPException) as error:
        raise _unreachable(authority, error) from error
    return _content(authority, answer.status, content)


def _content(authority: Timestamp, status: int, content: bytes) -> bytes:
    if status in (401, 403):
        text = _("the time authority does not accept who asks (HTTP {status})").format(status=status)
        raise CredentialsRejected(text, target=authority.url, hint=_("see settings.yaml: timestamp"))
    if status >= 500:
        text = _("the time authority answers HTTP {status}").format(status=status)
        raise Unreachable(text, target=authority.url, reason="http")
    if status != 200:
        text = _("the time authority answers HTTP {status}").format(status=status)
        raise Rejected(text, target=authority.url, hint=_("see settings.yaml: timestamp"), reason="http")
    if len(content) > _LARGEST:
        raise Rejected(_("what came back is no time stamp"), target=authority.url, reason="format")
    return content


def _unreachable(authority: Timestamp, error: Exception) -> Unreachable:
    if isinstance(error, TimeoutError):
        text = _("not done within {seconds:.0f} s").format(seconds=authority.timeout)
        return Unreachable(text, target=authority.url, reason="timeout", cause=error)
    why = getattr(error, "strerror", None) or str(error) or type(error).__name__
    text = _("the time authority cannot be reached: {why}").format(why=why)
    return Unreachable(text, target=authority.url, reason="network", cause=error)
