"""From what a device printed to what is worth keeping.

Volatile lines go, each secret becomes a keyed hash (a changed secret is a change, nothing readable is kept),
and who changed it last is read from the header and kept out of the text.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from bitools.net.decisions.required_literals import Finder, Words, finder, words_of
from bitools.net.decisions.tree import any_of, opaque_spans
from bitools.platforms.model import Hidden, Platform

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL)
_MASK = re.compile(r"^<secret(?::[0-9a-f]{8})?>$")


@dataclass(frozen=True, slots=True)
class Configuration:
    """A configuration as it is stored: masked, without what changes by itself. Lines end in `\\n`.

    `full` is what the device printed, secrets, header and all, where a recovery copy is wanted (a FortiGate
    takes no file without its first line); it is never written in the clear.
    """

    text: str
    author: str = ""
    changed_at: str = ""
    full: str = field(default="", repr=False)

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return self.text.count("\n")


@dataclass(frozen=True, slots=True)
class _Ready:
    """A platform's patterns, compiled once."""

    dropped: re.Pattern[str] | None
    secrets: tuple[re.Pattern[str], ...]
    volatile_secrets: tuple[re.Pattern[str], ...]
    author: tuple[tuple[re.Pattern[str], Words | None], ...]  # each with words of which one must be there
    droppable: Finder
    secretive: Finder


@cache
def _ready(
    dropped: tuple[str, ...], secrets: tuple[str, ...], salted: tuple[str, ...], author: tuple[str, ...]
) -> _Ready:
    def compiled(patterns: Sequence[str]) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(pattern) for pattern in patterns)

    return _Ready(
        any_of(dropped),
        compiled(secrets),
        compiled(salted),
        tuple((re.compile(pattern, re.MULTILINE), words_of(pattern)) for pattern in author),
        finder(dropped),
        finder((*secrets, *salted)),
    )


def canonical(raw: str, platform: Platform, key: bytes | None) -> Configuration:
    """Given what a device printed, give what is stored. `key` keys the hashes that stand for secrets.

    Without a key nothing is masked: for files the caller has anyway.
    """
    dropped = (*platform.preamble, *platform.volatile)
    ready = _ready(dropped, platform.secrets, platform.volatile_secrets, platform.author)
    author, changed_at = _changed(raw, ready)
    text = raw.replace("\r", "")
    if _CONTROL.search(text):
        text = _CONTROL.sub("", text)
    lines = _joined([line.rstrip() for line in text.split("\n")], platform.joins)
    if ready.dropped:
        gone = {number for number in _among(lines, ready.droppable) if ready.dropped.match(lines[number])}
        lines = [line for number, line in enumerate(lines) if number not in gone] if gone else lines
    for block in platform.volatile_blocks:
        lines = _without_block(lines, re.compile(block.starts), re.compile(block.ends))
    if key is not None:
        lines = _masked(lines, platform, ready, key)
    return Configuration(_framed(lines), plain_author(author), changed_at)


def _changed(raw: str, ready: _Ready) -> tuple[str, str]:
    """Who changed it last, and when, as its header says."""
    for pattern, words in ready.author:
        if words and not any(word in raw for word in words):
            continue
        found = pattern.search(raw)
        if found:
            return found["user"], found.groupdict().get("time") or ""
    return "", ""


def _among(lines: Sequence[str], looked: Finder) -> Sequence[int]:
    numbers = looked.lines("\n".join(lines))
    return range(len(lines)) if numbers is None else numbers


def _masked(lines: list[str], platform: Platform, ready: _Ready, key: bytes) -> list[str]:
    """The lines without any secret in them."""
    masked = _masker(ready, key)
    lines = _without_secret_text(lines, platform, key)
    for number in _among(lines, ready.secretive):
        lines[number] = masked(lines[number])
    for hidden in platform.secrets_within:
        _mask_within(lines, hidden, key)
    text = "\n".join(lines)
    if "PRIVATE KEY-----" not in text:
        return lines
    return _PRIVATE_KEY.sub(lambda found: f"<secret:{digest(found[0], key)}>", text).split("\n")


def digest(value: str, key: bytes) -> str:
    """Eight digits that stand for a secret: HMAC-SHA-256, no guessing without the key."""
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()[:8]


def without(text: str, patterns: Sequence[str]) -> str:
    """The text without the lines that are no change on this device (its `ignore` list)."""
    ignored = any_of(patterns)
    if ignored is None:
        return text
    return "".join(line for line in text.splitlines(keepends=True) if not ignored.search(line))


@cache
def _masker(ready: _Ready, key: bytes) -> Callable[[str], str]:
    """A function that masks one line. Switches repeat themselves: most lines were seen before."""

    def hashed(found: re.Match[str]) -> str:
        return _replaced(found, f"<secret:{digest(found['secret'], key)}>")

    def fixed(found: re.Match[str]) -> str:
        return _replaced(found, "<secret>")

    @lru_cache(maxsize=200_000)
    def mask(line: str) -> str:
        for pattern in ready.volatile_secrets:
            line = pattern.sub(fixed, line)
        for pattern in ready.secrets:
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
    for opaque, start, end in opaque_spans(lines, platform):
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


def _without_block(lines: list[str], starts: re.Pattern[str], ends: re.Pattern[str]) -> list[str]:
    """The lines without each block; one that never ends stays: an odd line must not swallow the rest."""
    result: list[str] = []
    position = 0
    while position < len(lines):
        if starts.search(lines[position]):
            end = next((at for at in range(position + 1, len(lines)) if ends.search(lines[at])), None)
            if end is not None:
                position = end + 1
                continue
        result.append(lines[position])
        position += 1
    return result


def _joined(lines: list[str], mark: str) -> list[str]:
    """Lines that the device broke, in one piece: a secret must not hide behind the break."""
    if not mark or not any(line.endswith(mark) for line in lines):
        return lines
    result: list[str] = []
    for line in lines:
        if result and result[-1].endswith(mark):
            result[-1] = result[-1][:-1] + line.lstrip()
        else:
            result.append(line)
    return result


def _framed(lines: list[str]) -> str:
    """Without empty or bare comment lines at both ends, one line break at the end."""
    start, end = 0, len(lines)
    while start < end and lines[start].strip() in ("", "!", "#"):
        start += 1
    while end > start and lines[end - 1].strip() in ("",):
        end -= 1
    return "\n".join([*lines[start:end], ""])


def plain_author(name: str) -> str:
    """A user name that can stand in a git author and a mail header."""
    return re.sub(r"[^\w.@+-]", "", name)[:64]
