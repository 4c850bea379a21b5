"""How sure an answer is. Pure.

    certain       between the first and the last sign of the tenancy
    within_lease  after the last sign, before the lease ended
    assigned      by the list of fixed addresses, as recorded for that time
    conflict      two held it, or somebody unknown did
    none          nobody, and every source that covers the address could have told
    unknown       anything else, with its causes

`none` is the one that convicts the innocent's neighbour, so it is the hardest to get: each source must have
lines before and after, reach back as far as a lease could, and have nothing in between that was lost, not
understood or of an impossible time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bitools.iplog.decisions.tenancies import Place, Tenancy


class Grade(StrEnum):
    """How sure; the words of the document."""

    CERTAIN = "certain"
    WITHIN_LEASE = "within_lease"
    ASSIGNED = "assigned"
    CONFLICT = "conflict"
    NONE = "none"
    UNKNOWN = "unknown"


class Cause(StrEnum):
    """Why nobody can say."""

    GAP = "gap"  # lines were lost
    UNPARSED = "unparsed"  # lines that were not understood, or of an impossible time
    SILENT = "silent"  # a source had nothing before, after, or for too long around it
    RETENTION = "outside_retention"  # older than what is kept
    LEASE = "lease_unknown"  # held before, and how long a lease lasts is not said
    TWICE = "ambiguous_hour"  # the hour happened twice, and the two readings differ
    UNCOVERED = "no_source"  # no source covers the address
    SESSION = "no_session"  # no translation of this public address and port was seen


@dataclass(frozen=True, slots=True)
class Assignment:
    """A row of the list of fixed addresses: from `start` until before `end` (ms; None: still)."""

    mac: bytes | None
    person: str
    start: int
    end: int | None
    place: Place | None = None

    def covers(self, at: int) -> bool:
        """Did it hold then?"""
        return self.start <= at and (self.end is None or at < self.end)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one source could have told about a time. Instants in ms, None where there is none.

    `begins`: its first line of all. `before` and `after`: its nearest lines. `known`: the last event of this
    address at or before the time. `longest`: its longest lease (None: not known). `troubles`: stretches with
    lines that were not understood; `gaps`: with lines that were lost. `silence`: how long it may say nothing;
    `silences`: stretches within the reach of a lease in which it said nothing for longer.
    """

    source: str
    begins: int | None
    before: int | None
    after: int | None
    known: int | None
    longest: int | None
    troubles: Sequence[tuple[int, int]] = ()
    gaps: Sequence[tuple[int, int]] = ()
    silence: int = 86_400_000
    silences: Sequence[tuple[int, int]] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The grade, those who held it (all if they differ), the causes if unknown; with source of each cause."""

    grade: Grade
    tenancies: tuple[Tenancy, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    causes: tuple[tuple[Cause, str], ...] = ()


def grade(
    at: int, tenancies: Sequence[Tenancy], assignments: Sequence[Assignment], coverages: Sequence[Coverage]
) -> Answer:
    """Who held an address at an instant, of every tenancy and assignment of it."""
    fixed = tuple(one for one in assignments if one.covers(at))
    holding = tuple(one for one in tenancies if one.covers(at))
    if holding:
        return _held(at, holding, fixed)
    perhaps = tuple(
        one for one in tenancies if one.start <= at and one.may_cover(at) and _last(one, tenancies, at)
    )
    if len({(one.mac, one.person) for one in fixed}) > 1:
        return Answer(Grade.CONFLICT, (), fixed)
    if fixed and not any(one.mac != fixed[0].mac for one in perhaps):
        return Answer(Grade.ASSIGNED, perhaps, fixed)
    causes = list(dict.fromkeys(cause for coverage in coverages for cause in why_unknown(at, coverage)))
    causes += [(Cause.LEASE, one.source) for one in perhaps]
    if not coverages:
        causes.append((Cause.UNCOVERED, ""))
    unseen = tuple(one for one in tenancies if not one.since and one.start > at)[:1]
    if unseen and not any(unseen[0].start > one.start > at for one in tenancies):
        causes.append((Cause.GAP, unseen[0].source))  # it gave back what no line says it had got
        perhaps += unseen
    if causes or fixed:
        return Answer(Grade.UNKNOWN, perhaps, fixed, tuple(causes))
    return Answer(Grade.NONE)


def _held(at: int, holding: tuple[Tenancy, ...], fixed: tuple[Assignment, ...]) -> Answer:
    macs = {one.mac for one in holding} | {one.mac for one in fixed if one.mac is not None}
    persons = {one.person for one in fixed if one.mac is None or one.mac in macs}
    if len(macs) > 1 or len(persons) > 1 or any(one.contested for one in holding):
        return Answer(Grade.CONFLICT, holding, fixed)
    if any(at <= one.sign for one in holding):
        return Answer(Grade.CERTAIN, holding, fixed)
    return Answer(Grade.ASSIGNED if fixed else Grade.WITHIN_LEASE, holding, fixed)


def _last(one: Tenancy, tenancies: Sequence[Tenancy], at: int) -> bool:
    """Is it the last of its source before the time? An earlier one was ended by it."""
    return not any(
        other.source == one.source and one.start < other.start <= at
        for other in tenancies
        if other is not one
    )


def why_unknown(at: int, coverage: Coverage) -> list[tuple[Cause, str]]:
    """Why this source could not have told, empty if it could."""
    source = coverage.source
    if coverage.before is None or coverage.after is None or coverage.begins is None:
        return [(Cause.SILENT, source)]
    if coverage.known is not None:
        since = coverage.known
    elif coverage.longest is None:
        return [(Cause.LEASE, source)]
    else:
        since = at - coverage.longest
    causes = []
    if coverage.begins > since:
        causes.append((Cause.SILENT, source))
    if coverage.silences or coverage.after - coverage.before > coverage.silence:
        causes.append((Cause.SILENT, source))
    if any(begins <= at and ends >= since for begins, ends in coverage.gaps):
        causes.append((Cause.GAP, source))
    if any(begins <= at and ends >= since for begins, ends in coverage.troubles):
        causes.append((Cause.UNPARSED, source))
    return causes
