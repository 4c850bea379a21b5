"""Does a configuration say what every device should say, and nothing it must never say? Pure.

A rule's patterns are looked for in `SECTION / … / LINE`; where one is broken, the place is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bitools import regex
from bitools.documents.net import CheckItem, Finding
from bitools.inventory.network import Device
from bitools.net.decisions.checks.rulebook import Condition
from bitools.net.decisions.secrets.masking import digest
from bitools.net.decisions.statements import Statement

# Cisco's "type 7" is no encryption: a fixed key, begun at one of sixteen places.
_TYPE_7 = b"dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87"


def unmet(condition: Condition, lines: Sequence[Statement], device: Device, key: bytes) -> Iterator[Finding]:
    """Every place where the condition does not hold."""
    told = device.model_dump(mode="json")
    for name, value in condition.device.items():
        if str(told.get(name, "")) == value:
            yield _finding(line=f"{name}: {value}")
    if condition.when and not _any(condition.when, [line.whole for line in lines]):
        return
    if condition.each is None:
        yield from _within(condition, [(line.whole, line) for line in lines], _finding())
    else:
        each = regex.compile(condition.each)
        for number, header in enumerate(lines):
            if each.search(header.whole) and not each.search(" / ".join(header.path)):
                yield from _within(
                    condition,
                    _under(lines, number),
                    _finding(header.path, header.line, header.number),
                )
    yield from _known(condition.secrets, lines, key)


def _finding(path: Sequence[str] = (), line: str = "", number: int = 0) -> Finding:
    return {"path": list(path), "line": line, "number": number, "missing": ""}


def _under(lines: Sequence[Statement], number: int) -> list[tuple[str, Statement]]:
    """What stands under a line, each with its headers from there on."""
    header = lines[number]
    depth = len(header.path) + 1
    above = (*header.path, header.line)
    found = []
    for line in lines[number + 1 :]:
        if line.path[:depth] != above:
            break
        found.append((" / ".join((*line.path[depth:], line.line)), line))
    return found


def _within(
    condition: Condition, inside: Sequence[tuple[str, Statement]], place: Finding
) -> Iterator[Finding]:
    texts = [text for text, _line in inside]
    if condition.unless and _any(condition.unless, texts):
        return
    for pattern in condition.must:
        if not _any(pattern, texts):
            yield {**place, "missing": pattern}
    for pattern in condition.must_not:
        searched = regex.compile(pattern)
        for text, line in inside:
            if searched.search(text) and not searched.search(
                text.removesuffix(line.line).removesuffix(" / ")
            ):
                yield _finding(line.path, line.line, line.number)


def _any(pattern: str, texts: Sequence[str]) -> bool:
    searched = regex.compile(pattern)
    return any(searched.search(text) for text in texts)


def _known(secrets: Sequence[str], lines: Sequence[Statement], key: bytes) -> Iterator[Finding]:
    """Lines whose hidden secret is one of these: hashed alike, it shows without being readable."""
    if not secrets:
        return
    hashes = {digest(spelling, key) for secret in secrets for spelling in _spellings(secret)}
    for line in lines:
        if any(found in hashes for found in re.findall(r"<secret:([0-9a-f]{8})>", line.line)):
            yield _finding(line.path, line.line, line.number)


def _spellings(secret: str) -> Iterator[str]:
    yield secret
    yield f'"{secret}"'
    for salt in range(16):
        mixed = bytes(
            byte ^ _TYPE_7[(salt + place) % len(_TYPE_7)] for place, byte in enumerate(secret.encode())
        )
        yield f"{salt:02}{mixed.hex().upper()}"


def violations(items: Sequence[CheckItem]) -> list[CheckItem]:
    """The items that somebody has to do something about."""
    return [item for item in items if item["status"] == "violated"]
