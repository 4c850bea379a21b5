"""A simple bind, by hand: a witness of who can log in that shares no code with what is being witnessed."""

from __future__ import annotations

import re
import socket
import ssl
from pathlib import Path

ANSWERS = {
    "525": "unknown",
    "52e": "wrong",
    "532": "password_expired",
    "533": "disabled",
    "701": "expired",
    "773": "must_change",
    "775": "locked",
}


def simple_bind(address: str, ca: Path, user: str, password: str) -> str:
    """Try to log in over verified LDAPS; give `ok`, or Active Directory's reason in a word."""
    if not password:
        return "wrong"  # to a server, a name without a password is a guest
    request = element(
        0x60, element(2, b"\x03") + element(4, user.encode()) + element(0x80, password.encode())
    )
    context = ssl.create_default_context(cafile=ca)
    with (
        socket.create_connection((address, 636), 60) as plain,
        context.wrap_socket(plain, server_hostname=address) as connection,
    ):
        connection.sendall(element(0x30, element(2, b"\x01") + request))
        answer = connection.recv(4096)
    code = re.search(rb"\x0a\x01(.)", answer, re.DOTALL)
    if code and code[1] == b"\0":
        return "ok"
    reason = re.search(rb", data ([0-9a-f]+),", answer)
    word = reason[1].decode() if reason else answer.hex()
    return ANSWERS.get(word, word)


def element(tag: int, content: bytes) -> bytes:
    """One BER element."""
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content
