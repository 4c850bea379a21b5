"""KamuSM's `identity` header: who asks, proven by encrypting the message's hash under the password.

From the protocol's public description: DER `SEQUENCE { customer number, salt, rounds, vector, cipher }`, the
salt 16 random bytes that are the vector too, the cipher AES-256-CBC with PKCS#7 padding under a key that
PBKDF2 makes of the password in 100 rounds of HMAC-SHA-256. Written as a hexadecimal number. Not yet tried
against the real service, only against one that decrypts it.
"""

from __future__ import annotations

import hashlib
import secrets

from bitools.timestamp.tokens import OCTETS, SEQUENCE, der, number

ROUNDS = 100
_BLOCK = 16


def identity(customer: int, password: str, imprint: bytes, salt: bytes = b"") -> str:
    """The header's value for one request; `imprint` is the hash to be stamped."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    salt = salt or secrets.token_bytes(_BLOCK)
    key = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ROUNDS, 32)
    missing = _BLOCK - len(imprint) % _BLOCK
    cipher = Cipher(algorithms.AES(key), modes.CBC(salt)).encryptor()
    hidden = cipher.update(imprint + bytes([missing]) * missing) + cipher.finalize()
    fields = number(customer), der(OCTETS, salt), number(ROUNDS), der(OCTETS, salt), der(OCTETS, hidden)
    return der(SEQUENCE, b"".join(fields)).hex()
