"""From what a device printed to what is worth keeping.

Volatile lines go, each secret becomes a keyed hash (a changed secret is a change, nothing readable is kept),
and who changed it last is read from the header and kept out of the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bitools import regex
from bitools.net.decisions.grammar import Grammar, grammar
from bitools.net.decisions.line_patterns import any_of
from bitools.net.decisions.masking import masked
from bitools.platforms.model import Platform

_CONTROL = regex.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BLANK_BEHIND = regex.compile(r"[ \t\p{Z}]$", lines=True)  # what `rstrip` takes away, control signs aside


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


def canonical(raw: str, platform: Platform, key: bytes | None) -> Configuration:
    """Given what a device printed, give what is stored. `key` keys the hashes that stand for secrets.

    Without a key nothing is masked: for files the caller has anyway.
    """
    compiled = grammar(platform)
    author, changed_at = _changed(raw, compiled)
    text = raw.replace("\r", "")
    if _CONTROL.search(text):
        text = _CONTROL.sub("", text)
    lines = text.split("\n")
    if _BLANK_BEHIND.search(text):
        lines = [line.rstrip() for line in lines]
    lines = _joined(lines, platform.joins)
    if gone := compiled.dropped.match(lines, "" if platform.joins else text):
        lines = [line for number, line in enumerate(lines) if number not in gone]
    for starts, ends in compiled.volatile_blocks:
        lines = _without_block(lines, starts, ends)
    if key is not None:
        lines = masked(lines, platform, key)
    return Configuration(_framed(lines), plain_author(author), changed_at)


def _changed(raw: str, compiled: Grammar) -> tuple[str, str]:
    """Who changed it last, and when, as its header says."""
    for pattern, words in compiled.authors:
        if words and not any(word in raw for word in words):
            continue
        found = pattern.search(raw)
        if found:
            return found["user"], found.groupdict().get("time") or ""
    return "", ""


def without(text: str, patterns: Sequence[str]) -> str:
    """The text without the lines that are no change on this device (its `ignore` list)."""
    ignored = any_of(patterns)
    if ignored is None:
        return text
    return "".join(line for line in text.splitlines(keepends=True) if not ignored.search(line))


def _without_block(lines: list[str], starts: regex.Pattern, ends: regex.Pattern) -> list[str]:
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
