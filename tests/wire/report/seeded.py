"""A made-up year: 3,000 ledger entries and the documents of its runs, and a count of them kept by hand.

The count is kept while the entries are made, by other means than the report's: it is the truth to compare with.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bitools.documents.envelope import Failure
from bitools.ledger.chain import End, Fields
from tests.documents import backup, change, document, failure, reviewed, stored, unchanged

ZONE = ZoneInfo("Europe/Istanbul")
FIRST = datetime(2026, 1, 1, 0, 0, 5, tzinfo=ZONE)
DUTIES = {
    "net.snapshot": ("6.31", "11.24"),
    "user.add": ("6.19", "12.3"),
    "user.disable": ("6.19", "12.3"),
    "user.offboard": ("6.19", "14.3"),
    "backup.make": ("6.20", "11.15", "11.32"),
    "backup.drill": ("6.20", "11.32"),
}
HOSTILE = (
    '=HYPERLINK("http://x.test")',
    "<script>document.title='x'</script>",
    "a\r\nBcc: b@x.test",
    "\x1b[2Jx",
)


@dataclass
class Truth:
    """What is counted by hand. Keys of `acts`: action, whether it was done."""

    entries: int = 0
    acts: Counter[tuple[str, bool]] = field(default_factory=Counter)
    actors: Counter[str] = field(default_factory=Counter)
    duties: Counter[tuple[str, bool]] = field(default_factory=Counter)
    months: Counter[tuple[str, str, bool]] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    security: Counter[str] = field(default_factory=Counter)
    changes_by_month: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    complete: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    bytes: Counter[str] = field(default_factory=Counter)
    overrides: int = 0
    hours: list[int] = field(default_factory=list)  # from a change to its review


def seed(state: Path, entries: int = 3000) -> Truth:
    """Fill a state folder."""
    truth, chance = Truth(), random.Random(145)
    _ledger(state, truth, chance, entries)
    (state / "documents").mkdir(parents=True)
    for day in range(0, 365, 3):
        _snapshot(state, truth, chance, FIRST + timedelta(days=day, hours=6))
    for day in range(365):
        _backup(state, truth, chance, FIRST + timedelta(days=day, hours=2))
    for day in range(1, 365, 14):
        _review(state, truth, chance, FIRST + timedelta(days=day, hours=9))
    return truth


def _ledger(state: Path, truth: Truth, chance: random.Random, entries: int) -> None:
    end, lines, moments = End(), [], sorted(chance.random() for _entry in range(entries))

    def write(
        share: float, action: str, actor: str, target: str, outcome: str, after: object, before: object = None
    ) -> None:
        nonlocal end
        moment = FIRST + timedelta(seconds=share * (365 * 86400 - 10))
        fields = Fields(
            actor, "yonetim", "bitools", target, action, before, after, outcome, "r", DUTIES[action]
        )
        line, head = fields.sealed(end, moment.isoformat(timespec="milliseconds"))
        end = End(end.number + 1, head)
        lines.append(line)

    at = 0
    while at < entries:
        action, actor = (
            chance.choice(list(DUTIES)),
            chance.choice(["ayse", "mehmet", "İşletmen Şükrü", HOSTILE[1]]),
        )
        target = chance.choice(["sw-01", "ali.veli", *HOSTILE])
        outcome = chance.choices(["done", "failed", "interrupted", "open"], [90, 6, 2, 2])[0]
        if at + 1 >= entries:
            outcome = "open"
        began = FIRST + timedelta(seconds=moments[at] * (365 * 86400 - 10))
        override = action == "user.offboard" and chance.random() < 0.1
        before = {"groups": [], **({"override": "kurul kararı"} if override else {})}
        write(moments[at], action, actor, target, "intent", None, before)
        if outcome != "open":
            number = end.number
            write(moments[at + 1], action, actor, target, outcome, {"intent": number, "result": None})
        at += 1 if outcome == "open" else 2
        good = outcome == "done"
        truth.overrides += override and good
        truth.acts[action, good] += 1
        truth.actors[actor] += 1
        truth.months[action, f"{began.month:02}", good] += 1
        for duty in DUTIES[action]:
            truth.duties[duty, good] += 1
    truth.entries = end.number
    (state / "ledger").mkdir(parents=True)
    (state / "ledger" / "ledger.jsonl").write_bytes(b"".join(lines))


def _review(state: Path, truth: Truth, chance: random.Random, moment: datetime) -> None:
    items: list[object] = []
    for _change in range(chance.randrange(5)):
        hours = chance.randrange(1, 200)
        items.append(reviewed("sw-merkez-01", "4f1c", waited=timedelta(hours=hours)))
        truth.hours.append(hours)
    items.append(reviewed("sw-merkez-01", "5e2d", "unchanged"))
    _save(state, "net.ack", moment, items, [])


def _save(state: Path, kind: str, moment: datetime, items: list[object], failed: list[Failure]) -> None:
    made = document(kind, *items, failed=failed, started=moment)
    (state / "documents" / f"{made['run']}.{kind}.json").write_text(json.dumps(made))


def _snapshot(state: Path, truth: Truth, chance: random.Random, moment: datetime) -> None:
    items: list[object] = []
    failed: list[Failure] = []
    for number in range(12):
        name = f"sw-merkez-{number:02}" if number else HOSTILE[0]
        what = chance.choices(["unchanged", "stored", "failed"], [70, 25, 5])[0]
        if what == "failed":
            failed.append(failure(name))
            truth.unread[name] += 1
            continue
        truth.read[name] += 1
        if what == "unchanged":
            items.append(unchanged(name))
            continue
        severe = chance.random() < 0.2
        line = chance.choice(["description İşletme ğ Ş", HOSTILE[1], HOSTILE[3]])
        changed = change(line, "critical" if severe else chance.choice(["info", "warning"]))
        diff = f"@@ -1 +1,2 @@\n interface Vlan40\n+ {line}\n"
        items.append(stored(name, changed, author="ayse", diff=diff, commit="4f1c"))
        truth.changes[name] += 1
        truth.security[name] += severe
        truth.changes_by_month[f"{moment.month:02}"] += 1
    _save(state, "net.snapshot", moment, items, failed)


def _backup(state: Path, truth: Truth, chance: random.Random, moment: datetime) -> None:
    items: list[object] = []
    failed: list[Failure] = []
    for name in ("mis-db", "belgeler"):
        if chance.random() < 0.05:
            failed.append(failure(name, "pg_dump: refused", 14, ""))
            truth.failed[name] += 1
            continue
        size = chance.randrange(10**9)
        items.append(backup(name, bytes=size))
        truth.complete[name] += 1
        truth.bytes[name] += size
    _save(state, "backup.run", moment, items, failed)
