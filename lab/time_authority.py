"""A time authority (RFC 3161) on the loopback: OpenSSL's own, `openssl ts -reply`, behind HTTP.

It can be told to misbehave, each way one that a client must survive, and to know its customers as KamuSM
does.
"""

from __future__ import annotations

import hashlib
import http.server
import os
import subprocess
import tempfile
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import rmtree
from types import TracebackType

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lab import clocks
from lab.certificates import write_key

# unknown: another root; expired: its certificate had ended; chain: sends its root too, in OpenSSL's order
SIGNERS = ("good", "unknown", "expired", "chain")
# other: another imprint; replay: an answer of before; refuse: PKIStatus 2 in HTTP 200; drip: byte by byte
FAULTS = ("", "other", "replay", "refuse", "slow", "drip", "html", "broken", "huge", "forbidden", "past")
NO_ANSWER = ("slow", "drip")  # none that is whole in less than ten seconds
_SETTINGS = """[tsa]
default_tsa = tsa1
[tsa1]
serial = {folder}/serial
signer_cert = {folder}/{signer}.pem
signer_key = {folder}/{signer}.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
{certs}
"""


class TimeAuthority:
    """Use it in a `with`: `url`, and `ca`, the root that a client should trust.

    `signer` is one of SIGNERS, `fault` one of FAULTS; `customers`, if any, are numbers and passwords.
    `asked` counts questions.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = Path(folder or tempfile.mkdtemp(prefix="tsa-"))
        self._ours = folder is None
        self.folder.mkdir(exist_ok=True, parents=True)
        self.ca = self.folder / "root.pem"
        self.signer, self.fault, self.asked = "good", "", 0
        self.customers: dict[int, str] = {}
        self._last = b""
        self._turn = threading.Lock()
        self._over = threading.Event()
        if not self.ca.exists():
            self._found()

    def _found(self) -> None:
        root, root_key = _root("Lab time root")
        stranger, stranger_key = _root("Another root")
        self.ca.write_bytes(root.public_bytes(serialization.Encoding.PEM))
        (self.folder / "serial").write_text("01\n")
        for signer in SIGNERS:
            by, key = (stranger, stranger_key) if signer == "unknown" else (root, root_key)
            days = -400 if signer == "expired" else 400
            own = ec.generate_private_key(ec.SECP256R1())
            certificate = (
                _begun(f"Lab time authority ({signer})", by.subject, own.public_key(), days)
                .add_extension(x509.KeyUsage(True, *[False] * 8), critical=True)
                .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
                .sign(key, hashes.SHA256())
            )
            write_key(self.folder / f"{signer}.key", own)
            (self.folder / f"{signer}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def answer(self, question: bytes, signer: str = "", at: str = "") -> bytes:
        """What OpenSSL makes of a question; `at`, as `lab.clocks` takes it, is the authority's own clock."""
        signer = signer or self.signer
        with self._turn, tempfile.TemporaryDirectory() as name:
            asked, settings = Path(name, "asked"), Path(name, "tsa.cnf")
            asked.write_bytes(question)
            certs = f"certs = {self.ca}" if signer == "chain" else ""
            settings.write_text(_SETTINGS.format(folder=self.folder, signer=signer, certs=certs))
            clock = clocks.moved(at) if at else {}
            argv = ["openssl", "ts", "-reply", "-config", str(settings), "-queryfile", str(asked)]
            return subprocess.run(argv, env=os.environ | clock, capture_output=True, check=True).stdout

    def stamp(self, message: bytes, signer: str = "", at: str = "") -> bytes:
        """A response for a message, without HTTP."""
        argv = ["openssl", "ts", "-query", "-sha256", "-cert", "-digest", hashlib.sha256(message).hexdigest()]
        question = subprocess.run(argv, capture_output=True, check=True).stdout
        return self.answer(question, signer, at)

    def __enter__(self) -> TimeAuthority:
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """One question."""

            def do_POST(self) -> None:
                outer.asked += 1
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer._reply(self, body)

            def log_message(self, *_words: object) -> None:
                """Say nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/tsa"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        if self._ours:
            rmtree(self.folder, ignore_errors=True)

    def _reply(self, handler: http.server.BaseHTTPRequestHandler, question: bytes) -> None:
        fault = self.fault
        if fault == "slow":
            self._over.wait(30)
            return
        if fault in ("broken", "forbidden"):
            handler.send_error(503 if fault == "broken" else 401)
            return
        content = self._content(fault, question, handler.headers.get("identity", ""))
        handler.send_response(200)
        handler.send_header("Content-Type", "application/timestamp-reply")
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        if fault == "drip":
            for byte in content:
                if self._over.wait(0.2):
                    return
                try:
                    handler.wfile.write(bytes([byte]))
                except OSError:
                    return
            return
        try:
            handler.wfile.write(content)
        except OSError:
            return

    def _content(self, fault: str, question: bytes, identity: str) -> bytes:
        if fault in ("html", "huge"):
            return b"<html>" * (1 if fault == "html" else 50_000)
        if fault == "refuse":
            return _no(b"no")
        if fault == "replay" and self._last:
            return self._last
        imprint = _imprint(question)
        if self.customers and (no := self._stranger(identity, imprint)):
            return no
        if fault == "other":
            question = question.replace(imprint, bytes(reversed(imprint)))
        self._last = self.answer(question, at="-2d" if fault == "past" else "")
        return self._last

    def _stranger(self, identity: str, imprint: bytes) -> bytes:
        """The refusal KamuSM would send; empty if the customer is known and the header fits the question."""
        try:
            customer, salt, rounds, vector, hidden = _fields(bytes.fromhex(identity))
        except (ValueError, IndexError):
            return _no(b"Account could not be authenticated")
        password = self.customers.get(int.from_bytes(customer, "big"))
        if password is None:
            return _no(b"User is not known")
        key = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, int.from_bytes(rounds, "big"), 32)
        plain = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
        shown = plain.update(hidden) + plain.finalize()
        padding = bytes([16 - len(imprint) % 16]) * (16 - len(imprint) % 16)
        return b"" if shown == imprint + padding else _no(b"Account could not be authenticated")


def _imprint(question: bytes) -> bytes:
    """The SHA-256 in a question: the first octet string of 32 bytes."""
    return question[(at := question.index(b"\x04\x20") + 2) : at + 32]


def _fields(identity: bytes) -> list[bytes]:
    """The values inside a DER sequence shorter than 256 bytes."""
    at = 3 if identity[1] == 0x81 else 2
    found = []
    while at < len(identity):
        found.append(identity[at + 2 : at + 2 + identity[at + 1]])
        at += 2 + identity[at + 1]
    return found


def _no(words: bytes) -> bytes:
    """PKIStatus 2 with a text."""
    text = bytes([0x0C, len(words)]) + words
    status = bytes([2, 1, 2, 0x30, len(text)]) + text
    inside = bytes([0x30, len(status)]) + status
    return bytes([0x30, len(inside)]) + inside


def _root(name: str) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    certificate = (
        _begun(name, subject, key.public_key(), 4_000)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate, key


def _begun(
    subject: str, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    """Valid for two thousand days until so many days from now."""
    end = datetime.now(UTC) + timedelta(days=days)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=2_000 + max(days, 0)))
        .not_valid_after(end)
    )
