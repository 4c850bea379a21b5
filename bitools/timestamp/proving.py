"""A token held against the bytes it is said to stamp, and against the authority that is trusted.

rfc3161-client answers first: it judges the certificates at the token's own time. It reads strict DER only,
and refuses what OpenSSL's own authority makes when it sends its whole chain; there, and only there, `openssl
ts -verify` answers, at that time too. A token that was read and does not hold is never asked about twice.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bitools import process
from bitools.errors import BitoolsError, IntegrityBroken, InventoryInvalid, Rejected
from bitools.i18n import _, system_words
from bitools.timestamp import tokens

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_TIME = re.compile(rb"^Time stamp: (\w{3} [ \d]\d [\d:]{8})(?:\.\d+)? (\d{4}) GMT", re.M)
_NONCE = re.compile(rb"^Nonce: (?:0x([0-9A-F]+)|unspecified)", re.M)
_CLEAN = {"LC_ALL": "C"}


@dataclass(frozen=True, slots=True)
class Proof:
    """A token that holds: the authority's time (UTC), its serial number if known, and who checked it."""

    time: datetime
    by: str
    serial: str = ""


def prove(stamped: bytes, message: bytes, ca: Path, nonce: int | None = None) -> Proof:
    """Prove that a response, or a token alone, stamps these bytes, signed by whom `ca` (PEM) vouches for.

    Raise IntegrityBroken if it does not hold, with the reason: `imprint` (other bytes), `nonce` (not the
    answer to this question) or `untrusted` (unknown, expired or no time authority); Rejected if it is no
    time stamp at all; InventoryInvalid if `ca` cannot be used.
    """
    whole = tokens.response(stamped)
    roots = _certificates(ca)
    import rfc3161_client

    try:
        decoded = rfc3161_client.decode_timestamp_response(whole)
        time = decoded.tst_info.gen_time
    except (ValueError, TypeError):
        return _by_openssl(whole, message, ca, nonce)
    verifier = rfc3161_client.verify.VerifierBuilder(roots=roots, nonce=nonce).build()
    try:
        verifier.verify_message(decoded, message)
    except rfc3161_client.VerificationError as error:
        raise _broken(str(error), error) from error
    return Proof(time.astimezone(UTC), "rfc3161-client", f"{decoded.tst_info.serial_number:X}")


def _certificates(ca: Path) -> list[Certificate]:
    from cryptography.x509 import load_pem_x509_certificates

    hint = _("settings.yaml: timestamp: ca: names the authority's certificates, PEM")
    try:
        return load_pem_x509_certificates(ca.read_bytes())
    except OSError as error:
        message = _("{file} cannot be used: {why}").format(file=ca, why=system_words(error))
        raise InventoryInvalid(message, hint=hint, cause=error) from error
    except ValueError as error:
        message = _("{file} holds no certificate").format(file=ca)
        raise InventoryInvalid(message, hint=hint, cause=error) from error


def _broken(why: str, cause: BaseException | None = None) -> BitoolsError:
    reason = {"Mismatch between messages": "imprint", "Nonce mismatch": "nonce"}.get(why, "untrusted")
    message = {
        "imprint": _("the time stamp is of other bytes than these"),
        "nonce": _("the time stamp is not the answer to this question"),
        "untrusted": _("the time stamp is not by an authority that settings.yaml trusts: {why}"),
    }[reason].format(why=why)
    return IntegrityBroken(message, reason=reason, cause=cause)


def _by_openssl(whole: bytes, message: bytes, ca: Path, nonce: int | None) -> Proof:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        answer, data = folder / "answer", folder / "message"
        answer.write_bytes(whole)
        data.write_bytes(message)
        said = process.run(["openssl", "ts", "-reply", "-in", str(answer), "-text"], extra=_CLEAN, timeout=30)
        told = _TIME.search(said.stdout)
        if said.code != 0 or told is None:
            raise Rejected(_("what came back is no time stamp"), reason="format")
        written = f"{told[1].decode()} {told[2].decode()}"
        time = datetime.strptime(written, "%b %d %H:%M:%S %Y").replace(tzinfo=UTC)
        shown = _NONCE.search(said.stdout)
        if nonce is not None and (shown is None or not shown[1] or int(shown[1], 16) != nonce):
            raise _broken("Nonce mismatch")
        argv = ["openssl", "ts", "-verify", "-data", str(data), "-in", str(answer), "-CAfile", str(ca)]
        verdict = process.run([*argv, "-attime", f"{time.timestamp():.0f}"], extra=_CLEAN, timeout=30)
        if verdict.code != 0:
            other = b"message imprint mismatch" in verdict.stderr
            raise _broken("Mismatch between messages" if other else verdict.complaint)
    return Proof(time, "openssl")
