"""What was done, from the ledger: an intent and its outcome are one act. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bitools.documents.ledger import EntryItem
from bitools.i18n import _, tiers
from bitools.sanitize import inert

OPEN = "open"  # an intent whose outcome nobody recorded: a crash
_UNSETTLED = (OPEN, "unknown")


@dataclass(frozen=True, slots=True)
class Performed:
    """One act: who did what to whom, what came of it (`done`, `failed`, `interrupted`, `unknown`, `open`).

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
    result: object = None
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


def performed(entries: Iterable[EntryItem]) -> Iterator[Performed]:
    """The acts that these ledger entries tell of, in the order in which they began.

    What was `unknown` may be settled by a later entry of the same act.
    """
    found: dict[int, Performed] = {}
    for entry in entries:
        begun = found.get(_closes(entry))
        if begun and begun.outcome in _UNSETTLED:
            found[begun.number] = replace(begun, outcome=entry["outcome"], result=_result(entry))
        else:
            found[entry["seq"]] = _begun(entry)
    yield from found.values()


def _closes(entry: EntryItem) -> int:
    """The number of the intent whose outcome this is; 0 if it is none."""
    after = entry["after"]
    intent = after.get("intent") if isinstance(after, dict) else None
    return intent if isinstance(intent, int) else 0


def _result(entry: EntryItem) -> object:
    after = entry["after"]
    return after.get("result", after.get("error")) if isinstance(after, dict) else None


def _begun(entry: EntryItem) -> Performed:
    before = entry["before"]
    return Performed(
        entry["seq"],
        datetime.fromisoformat(entry["time"]),
        inert(entry["action"]),
        inert(entry["target"]),
        inert(entry["actor"]),
        OPEN if entry["outcome"] == "intent" else entry["outcome"],
        tuple(map(inert, entry["duties"])),
        _result(entry) if _closes(entry) else entry["after"],  # its intent was before what was asked for
        isinstance(before, dict) and bool(before.get("override")),
    )


def tally(found: Iterable[Performed], key: str) -> tuple[Tally, ...]:
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
        "refused": _("refused"),
        "unknown": _("not known"),
        OPEN: _("left open by a crash"),
    }
    return words.get(outcome, outcome)


def tier_named(tier: str) -> str:
    """A tier of backups in people's words."""
    return tiers().get(tier, tier)


def since(found: Iterable[Performed], number: int) -> Sequence[Performed]:
    """The acts that began after this entry."""
    return [act for act in found if act.number > number]
