"""How one part of the day's work stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bitools.documents.status import Part, Stand
from bitools.job.finding import Finding
from bitools.past.outcomes import Trouble

# Programs that a step may begin with; else it is no command, and doctor says it in its own words.
_PROGRAMS = ("bitools", "df", "ls", "systemctl", "timedatectl")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that needs a person: since when (None: nobody knows), and the command that looks or mends."""

    text: str
    next: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A part: well, in need of a person, or not described at all. `since`: from then on it stands so."""

    part: Part
    stand: Stand
    text: str
    since: datetime | None = None
    next: str = ""
    more: int = 0  # problems beside the one that `text` tells


def standing(part: Part, problems: Sequence[Problem], well: str, since: datetime | None) -> Standing:
    """A part with these problems, the gravest first; without one it is well since `since`."""
    if not problems:
        return Standing(part, "well", well, since)
    [first, *others] = problems
    return Standing(part, "attention", first.text, first.since, first.next, len(others))


def unset(part: Part, text: str) -> Standing:
    """A part of which the inventory says nothing: no problem, but no watch either."""
    return Standing(part, "unset", text)


def failing(trouble: Trouble, step: str) -> Problem:
    """A target that fails, since when, and the command that tries again."""
    return Problem(f"{trouble.name}: {trouble.sentence}", step, datetime.fromisoformat(trouble.since))


def late(findings: Iterable[Finding], names: Collection[str], *starts: str) -> list[Problem]:
    """What doctor finds overdue of these; with `starts`, only what such a command mends."""
    return [
        Problem(one.text, _command(one.hint))
        for one in findings
        if one.name in names and one.grade != "good" and (not starts or one.hint.startswith(starts))
    ]


def _command(hint: str) -> str:
    """The command of a hint. What is no command is said, in its own words, by doctor."""
    said = hint.rpartition(": ")[2]
    return said if said.split(" ")[0] in _PROGRAMS else "bitools doctor"
