"""Hold the newest snapshots against the rules. Asks no device."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bitools import platforms
from bitools.errors import NotFound
from bitools.i18n import _
from bitools.inventory.network import Device
from bitools.net.decisions.masking import digest
from bitools.net.decisions.statements import Statement, statements
from bitools.net.verbs.compare import identity
from bitools.net.wire.history import History
from bitools.net.wire.mask import mask_key
from bitools.net.wire.rulebook import Condition, Rule, Rulebook, load, spoken
from bitools.run import Run
from bitools.state import Document

# Cisco's "type 7" is no encryption: a fixed key, begun at one of sixteen places.
_TYPE_7 = b"dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87"


@dataclass(frozen=True, slots=True)
class Finding:
    """Where a rule is broken: the line, or the section in which one is missing (`missing`)."""

    path: tuple[str, ...] = ()
    line: str = ""
    number: int = 0
    missing: str = ""

    def as_json(self) -> dict[str, Any]:
        """One entry of an item's `findings`."""
        return {"path": list(self.path), "line": self.line, "number": self.number, "missing": self.missing}


def check(run: Run, devices: Sequence[Device]) -> Document:
    """One item a device and rule: `passed`, `violated` (with findings) or `excepted` (with the reason).

    For a platform that no rule names, what the rules say of the one it extends holds.
    A device without a snapshot has failed: what was not looked at has not passed. Raise InventoryInvalid for
    a rule that is wrong.
    """
    document = run.document("bitools.net.check/1")
    book = load(run.inventory.folder / "checks")
    texts = History(run.state).latest([device.name for device in devices])
    today = run.started.astimezone(run.inventory.settings.zone).date()
    own = run.inventory.folder / "platforms"
    known = {name for condition in _conditions(book) for name in condition.platforms}
    unknown: set[str] = set()
    key = mask_key(run)
    for device in devices:
        if device.name not in texts:
            hint = f"bitools net snapshot {device.name}"
            document.fail(NotFound(_("no snapshot to check"), target=device.name, hint=hint))
            continue
        platform = platforms.load(device.platform, own)
        named = next((name for name in platforms.lineage(device.platform, own) if name in known), "")
        if not named:
            unknown.add(device.platform)
        lines = list(statements(texts[device.name], platform))
        document.items += _items(device, named, lines, book, key, today)
    for name in sorted(unknown):
        document.warnings.append(_("the rules say nothing about platform {platform}").format(platform=name))
    return document


def _conditions(book: Rulebook) -> Iterator[Condition]:
    for rule in book.rules.values():
        yield from rule.conditions


def _items(
    device: Device, platform: str, lines: Sequence[Statement], book: Rulebook, key: bytes, today: date
) -> Iterator[dict[str, Any]]:
    for name, rule in book.rules.items():
        conditions = [condition for condition in rule.conditions if condition.on(platform)]
        if not conditions or device.role not in rule.roles:
            continue
        found = [finding for condition in conditions for finding in broken(condition, lines, device, key)]
        exception = next((one for one in book.exceptions if one.covers(name, device, today)), None)
        status = "passed" if not found else "excepted" if exception else "violated"
        yield identity(device) | {
            "rule": name,
            "status": status,
            "severity": rule.severity,
            "title": spoken(rule.title),
            "reason": spoken(rule.reason),
            "article": rule.article,
            "findings": [finding.as_json() for finding in found],
            "exception": exception.reason if found and exception else None,
        }


def broken(condition: Condition, lines: Sequence[Statement], device: Device, key: bytes) -> Iterator[Finding]:
    """Every place where the condition does not hold."""
    told = device.model_dump(mode="json")
    for name, value in condition.device.items():
        if str(told.get(name, "")) == value:
            yield Finding(line=f"{name}: {value}")
    if condition.when and not _any(condition.when, [line.whole for line in lines]):
        return
    if condition.each is None:
        yield from _within(condition, [(line.whole, line) for line in lines], Finding())
    else:
        each = re.compile(condition.each)
        for number, header in enumerate(lines):
            if each.search(header.whole) and not each.search(" / ".join(header.path)):
                yield from _within(
                    condition,
                    _under(lines, number),
                    Finding(header.path, header.line, header.number),
                )
    yield from _known(condition.secrets, lines, key)


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
            yield Finding(place.path, place.line, place.number, missing=pattern)
    for pattern in condition.must_not:
        searched = re.compile(pattern)
        for text, line in inside:
            if searched.search(text) and not searched.search(
                text.removesuffix(line.line).removesuffix(" / ")
            ):
                yield Finding(line.path, line.line, line.number)


def _any(pattern: str, texts: Sequence[str]) -> bool:
    searched = re.compile(pattern)
    return any(searched.search(text) for text in texts)


def _known(secrets: Sequence[str], lines: Sequence[Statement], key: bytes) -> Iterator[Finding]:
    """Lines whose hidden secret is one of these: hashed alike, it shows without being readable."""
    if not secrets:
        return
    hashes = {digest(spelling, key) for secret in secrets for spelling in _spellings(secret)}
    for line in lines:
        if any(found in hashes for found in re.findall(r"<secret:([0-9a-f]{8})>", line.line)):
            yield Finding(line.path, line.line, line.number)


def _spellings(secret: str) -> Iterator[str]:
    yield secret
    yield f'"{secret}"'
    for salt in range(16):
        mixed = bytes(
            byte ^ _TYPE_7[(salt + place) % len(_TYPE_7)] for place, byte in enumerate(secret.encode())
        )
        yield f"{salt:02}{mixed.hex().upper()}"


def violations(items: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The items that somebody has to do something about."""
    return [item for item in items if item["status"] == "violated"]


__all__ = ["Finding", "Rule", "broken", "check", "violations"]
