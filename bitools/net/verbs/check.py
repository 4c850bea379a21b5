"""Hold the newest snapshots against the rules. Asks no device."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from bitools.documents.net import CheckItem
from bitools.errors import NotFound
from bitools.i18n import _
from bitools.inventory.network import Device
from bitools.net.decisions.checks.compliance import unmet
from bitools.net.decisions.checks.rulebook import Condition, Rulebook, spoken
from bitools.net.decisions.statements import Statement, statements
from bitools.net.verbs.compare import identity
from bitools.net.wire.history import History
from bitools.net.wire.mask import mask_key
from bitools.net.wire.rulebook import load_rules
from bitools.run import Run
from bitools.state import Document


def check(run: Run, devices: Sequence[Device]) -> Document[CheckItem]:
    """One item a device and rule: `passed`, `violated` (with findings) or `excepted` (with the reason).

    For a platform that no rule names, what the rules say of the one it extends holds.
    A device without a snapshot has failed: what was not looked at has not passed. Raise InventoryInvalid for
    a rule that is wrong.
    """
    document: Document[CheckItem] = run.document("bitools.net.check/1")
    book = load_rules(run.inventory.folder / "checks")
    texts = History(run.state).latest([device.name for device in devices])
    today = run.started.astimezone(run.inventory.settings.zone).date()
    known = {name for condition in _conditions(book) for name in condition.platforms}
    unknown: set[str] = set()
    key = mask_key(run)
    for device in devices:
        if device.name not in texts:
            hint = f"bitools net snapshot {device.name}"
            document.fail(NotFound(_("no snapshot to check"), target=device.name, hint=hint))
            continue
        platform = run.inventory.platform(device.platform)
        named = next((name for name in platform.lineage if name in known), "")
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
) -> Iterator[CheckItem]:
    for name, rule in book.rules.items():
        conditions = [condition for condition in rule.conditions if condition.on(platform)]
        if not conditions or device.role not in rule.roles:
            continue
        found = [finding for condition in conditions for finding in unmet(condition, lines, device, key)]
        exception = next((one for one in book.exceptions if one.covers(name, device, today)), None)
        yield {
            **identity(device),
            "rule": name,
            "status": "passed" if not found else "excepted" if exception else "violated",
            "severity": rule.severity,
            "title": spoken(rule.title),
            "reason": spoken(rule.reason),
            "article": rule.article,
            "findings": found,
            "exception": exception.reason if found and exception else None,
        }
