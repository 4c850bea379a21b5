"""A certificate authority of the lab, and server certificates: one good, three each wrong in one way."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

KINDS = ("good", "expired", "wronghost", "selfsigned")


class Authority:
    """Keeps ca.pem and ca.key in a folder; made at first use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.certificate_file = folder / "ca.pem"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.certificate_file.is_file():
            self._found()
        self.certificate = x509.load_pem_x509_certificate(self.certificate_file.read_bytes())
        key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        self.key = key

    def _found(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        certificate = (
            _certificate("Belediye lab CA", "Belediye lab CA", key.public_key(), 30)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        write_key(self.folder / "ca.key", key)
        self.certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def issue(self, kind: str, host: str, address: str) -> tuple[Path, Path]:
        """Make a server certificate of a kind, once; give its file and its key's."""
        if kind not in KINDS:
            raise ValueError(f"no certificate {kind!r}; there are: {', '.join(KINDS)}")
        file, key_file = self.folder / f"{kind}.pem", self.folder / f"{kind}.key"
        if file.is_file() and key_file.is_file():
            return file, key_file
        key = ec.generate_private_key(ec.SECP256R1())
        names: list[x509.GeneralName] = [x509.DNSName(host), x509.IPAddress(ipaddress.ip_address(address))]
        if kind == "wronghost":
            host = f"baska.{host.partition('.')[2]}"
            names = [x509.DNSName(host)]
        issuer = host if kind == "selfsigned" else "Belediye lab CA"
        builder = (
            _certificate(host, issuer, key.public_key(), -30 if kind == "expired" else 30)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        )
        if kind != "selfsigned":
            authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
            builder = builder.add_extension(authority, critical=False)
        signed = builder.sign(key if kind == "selfsigned" else self.key, hashes.SHA256())
        write_key(key_file, key)
        file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        return file, key_file


def _certificate(
    subject: str, issuer: str, key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    """Valid from a day ago for so many days; for a negative number, until so many days ago."""
    end = datetime.now(UTC) + timedelta(days=days)
    begin = min(datetime.now(UTC), end) - timedelta(days=1)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
    )


def write_key(file: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """Keep a private key to oneself: Samba refuses one that others can read."""
    file.touch(mode=0o600)
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
