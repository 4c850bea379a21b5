"""Which SSH algorithms are off. SHA-1 and 64-bit ciphers only for devices that say `legacy_ssh: true`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_BROKEN: Mapping[str, Sequence[str]] = {
    "kex": (
        "diffie-hellman-group-exchange-sha1",
        "diffie-hellman-group14-sha1",
        "diffie-hellman-group1-sha1",
    ),
    "keys": ("ssh-rsa", "ssh-dss"),
    "pubkeys": ("ssh-rsa", "ssh-dss"),
    "ciphers": ("3des-cbc", "aes128-cbc", "aes192-cbc", "aes256-cbc"),
    "macs": ("hmac-md5", "hmac-md5-96", "hmac-sha1-96", "hmac-sha1"),
}


def disabled(legacy: bool) -> dict[str, list[str]]:
    """What is refused in the negotiation, as paramiko wants it."""
    return {} if legacy else {kind: list(names) for kind, names in _BROKEN.items()}
