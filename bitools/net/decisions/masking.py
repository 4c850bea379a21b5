"""Secrets become keyed hashes: a changed secret is a change, nothing readable is kept.

The platform's own patterns say where its secrets stand and which of them the device salts anew at every show.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

from bitools.net.decisions.grammar import grammar
from bitools.net.decisions.required_literals import Finder, finder
from bitools.platforms.model import Hidden, Platform

_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL)
_MASK = re.compile(r"^<secret(?::[0-9a-f]{8})?>$")


@dataclass(frozen=True, slots=True)
class _Secrets:
    """A platform's patterns of secrets, compiled once."""

    hashed: tuple[re.Pattern[str], ...]
    salted: tuple[re.Pattern[str], ...]
    likely: Finder


@cache
def _secrets(hashed: tuple[str, ...], salted: tuple[str, ...]) -> _Secrets:
    return _Secrets(
        tuple(re.compile(pattern) for pattern in hashed),
        tuple(re.compile(pattern) for pattern in salted),
        finder((*hashed, *salted)),
    )


def masked(lines: list[str], platform: Platform, key: bytes) -> list[str]:
    """The lines without any secret in them. `key` keys the hashes that stand for secrets."""
    secrets = _secrets(platform.secrets, platform.volatile_secrets)
    mask = _masker(secrets, key)
    lines = _without_secret_text(lines, platform, key)
    numbers = secrets.likely.lines("\n".join(lines))
    for number in range(len(lines)) if numbers is None else numbers:
        lines[number] = mask(lines[number])
    for hidden in platform.secrets_within:
        _mask_within(lines, hidden, key)
    text = "\n".join(lines)
    if "PRIVATE KEY-----" not in text:
        return lines
    return _PRIVATE_KEY.sub(lambda found: f"<secret:{digest(found[0], key)}>", text).split("\n")


def digest(value: str, key: bytes) -> str:
    """Eight digits that stand for a secret: HMAC-SHA-256, no guessing without the key."""
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()[:8]


@cache
def _masker(secrets: _Secrets, key: bytes) -> Callable[[str], str]:
    """A function that masks one line. Switches repeat themselves: most lines were seen before."""

    def hashed(found: re.Match[str]) -> str:
        return _replaced(found, f"<secret:{digest(found['secret'], key)}>")

    def fixed(found: re.Match[str]) -> str:
        return _replaced(found, "<secret>")

    @lru_cache(maxsize=200_000)
    def mask(line: str) -> str:
        for pattern in secrets.salted:
            line = pattern.sub(fixed, line)
        for pattern in secrets.hashed:
            line = pattern.sub(hashed, line)
        return line

    return mask


def _replaced(found: re.Match[str], mark: str) -> str:
    if not found["secret"] or _MASK.match(found["secret"].strip('";')):
        return found[0]
    start, end = found.start("secret") - found.start(), found.end("secret") - found.start()
    return found[0][:start] + mark + found[0][end:]


def _without_secret_text(lines: list[str], platform: Platform, key: bytes) -> list[str]:
    """Opaque text that is secret (private keys) becomes one line."""
    if not any(opaque.secret or opaque.salted for opaque in platform.opaque):
        return lines
    result, position = [], 0
    for opaque, start, end in grammar(platform).opaque(lines):
        if opaque.secret or opaque.salted:
            mark = "" if opaque.salted else f":{digest(chr(10).join(lines[start:end]), key)}"
            opening = re.search(opaque.starts, lines[start - 1])
            if opening and "from" in opening.groupdict():
                result += [
                    *lines[position : start - 1],
                    f"{lines[start - 1][: opening.start('from')]}<secret{mark}>",
                ]
            else:
                result += [*lines[position:start], f"<secret{mark}>"]
            position = end
    return [*result, *lines[position:]]


def _mask_within(lines: list[str], hidden: Hidden, key: bytes) -> None:
    """Mask, in place, the lines that are secret only between two others."""
    starts, ends, secret = re.compile(hidden.starts), re.compile(hidden.ends), re.compile(hidden.line)
    inside = False
    for number, line in enumerate(lines):
        if inside and ends.search(line):
            inside = False
        elif inside:
            lines[number] = secret.sub(
                lambda found: _replaced(found, f"<secret:{digest(found['secret'], key)}>"), line
            )
        inside = inside or bool(starts.search(line))
