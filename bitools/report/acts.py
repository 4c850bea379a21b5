"""What was done, from the ledger: an intent and its outcome are one act. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bitools.i18n import _
from bitools.sanitize import inert

Json = Mapping[str, Any]

OPEN = "open"  # an intent whose outcome nobody recorded: a crash


@dataclass(frozen=True, slots=True)
class Act:
    """One act: who did what to whom, what came of it (`done`, `failed`, `interrupted`, `open`).

    `number` and `time` are those of its first entry: an act belongs to the day on which it began.
    `overridden`: a rule stood against it, and somebody gave a reason.
    """

    number: int
    time: datetime
    action: str
    target: str
    actor: str
    outcome: str
    duties: tuple[str, ...]
    result: Any = None
    overridden: bool = False

    @property
    def went_well(self) -> bool:
        """Was it done?"""
        return self.outcome == "done"


@dataclass(frozen=True, slots=True)
class Tally:
    """How often one kind of act was done, and how often it failed, broke off or was left open."""

    name: str
    done: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        """Both."""
        return self.done + self.failed


def acts(entries: Iterable[Json]) -> Iterator[Act]:
    """The acts that these ledger entries tell of, in the order in which they began."""
    found: dict[int, Act] = {}
    for entry in entries:
        number, after = int(entry["seq"]), entry.get("after")
        intent = after.get("intent") if isinstance(after, dict) else None
        if (
            isinstance(after, dict)
            and isinstance(intent, int)
            and intent in found
            and found[intent].outcome == OPEN
        ):
            result = after.get("result", after.get("error"))
            found[intent] = replace(found[intent], outcome=str(entry["outcome"]), result=result)
        else:
            found[number] = _act(number, entry)
    yield from found.values()


def _act(number: int, entry: Json) -> Act:
    outcome, before = str(entry["outcome"]), entry.get("before")
    return Act(
        number,
        datetime.fromisoformat(str(entry["time"])),
        inert(entry["action"]),
        inert(entry["target"]),
        inert(entry["actor"]),
        OPEN if outcome == "intent" else outcome,
        tuple(map(inert, entry.get("duties") or ())),
        entry.get("after"),
        isinstance(before, dict) and bool(before.get("override")),
    )


def tally(found: Iterable[Act], key: str) -> tuple[Tally, ...]:
    """How often each `action`, `actor` or `target` occurs, the most frequent first."""
    done: dict[str, int] = {}
    failed: dict[str, int] = {}
    for act in found:
        name = str(getattr(act, key))
        counts = done if act.went_well else failed
        counts[name] = counts.get(name, 0) + 1
    every = [Tally(name, done.get(name, 0), failed.get(name, 0)) for name in done.keys() | failed.keys()]
    return tuple(sorted(every, key=lambda each: (-each.total, each.name)))


def ended(outcome: str) -> str:
    """What became of an act, in people's words."""
    words = {
        "done": _("done"),
        "failed": _("failed"),
        "interrupted": _("interrupted"),
        OPEN: _("left open by a crash"),
    }
    return words.get(outcome, outcome)


def tier_named(tier: str) -> str:
    """A tier of backups in people's words."""
    words = {
        "hourly": _("hourly"),
        "daily": _("daily"),
        "weekly": _("weekly"),
        "monthly": _("monthly"),
        "quarterly": _("quarterly"),
        "biannual": _("half-yearly"),
        "yearly": _("yearly"),
    }
    return words.get(tier, tier)


def since(found: Iterable[Act], number: int) -> Sequence[Act]:
    """The acts that began after this entry."""
    return [act for act in found if act.number > number]
