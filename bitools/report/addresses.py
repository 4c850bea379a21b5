"""What reports say of the address log: its newest seal, what no token covers, what was asked. Counts only.

From the ledger alone: it holds the hash of each seal, and of each question that there was one. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bitools.report.performed import Performed

SEAL, STAMP, WHO, EXPORT, PURGE = "iplog.seal", "iplog.stamp", "iplog.who", "iplog.export", "iplog.purge"
ACTIONS = (SEAL, STAMP, WHO, EXPORT, PURGE, "iplog.hold", "iplog.release")


@dataclass(frozen=True, slots=True)
class Addresses:
    """How the log stands, and what came since the last report.

    `head` is the SHA-256 of the newest manifest and `day` its day (ISO 8601). `unstamped` is None without a
    time authority. `sealed`, `gaps`, `unparsed`, `asked`, `refused`, `handed_out` (exports) are of the
    stretch told.
    """

    head: str
    day: str
    unstamped: int | None
    sealed: int
    gaps: int
    unparsed: int
    asked: int
    refused: int
    handed_out: int


def addresses(every: Iterable[Performed], fresh: Sequence[Performed], *, authority: bool) -> Addresses | None:
    """Given all acts and those that are told for the first time, say how the log stands; None without one."""
    last: Performed | None = None
    waiting = 0
    for act in every:
        if act.action == SEAL and act.went_well:
            last, waiting = act, waiting + 1
        elif act.action == STAMP and act.went_well:
            waiting = 0  # a token covers all seals before it
    if last is None:
        return None
    return Addresses(
        text(last, "manifest"), text(last, "day"), waiting if authority else None,
        done(fresh, SEAL), total(fresh, "gaps"), total(fresh, "unparsed"), done(fresh, WHO),
        sum(act.action in (WHO, EXPORT) and act.outcome == "refused" for act in fresh), done(fresh, EXPORT),
    )  # fmt: skip


def done(acts: Iterable[Performed], action: str) -> int:
    """How many of one kind went well."""
    return sum(act.action == action and act.went_well for act in acts)


def total(acts: Iterable[Performed], key: str) -> int:
    """The sum of a count that each seal left in the ledger."""
    found = 0
    for act in acts:
        if act.action == SEAL and act.went_well and isinstance(act.result, dict):
            value = act.result.get(key)
            found += value if isinstance(value, int) else 0
    return found


def text(act: Performed, key: str) -> str:
    """A word that the act left in the ledger."""
    value = act.result.get(key) if isinstance(act.result, dict) else None
    return value if isinstance(value, str) and value.isascii() and len(value) <= 64 else ""
