"""Who held an address, from the index: events into tenancies, what each source could have told, the grade."""

from __future__ import annotations

import ipaddress
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, cached_property

from bitools.inventory.iplog import Source
from bitools.iplog.decisions import addresses
from bitools.iplog.decisions.events import Address, Flag
from bitools.iplog.decisions.grading import Answer, Assignment, Cause, Coverage, Grade, grade
from bitools.iplog.decisions.tenancies import Place, Sighting, Tenancy, tenancies
from bitools.iplog.decisions.twice import resolved
from bitools.iplog.verbs.archive import Archive
from bitools.iplog.verbs.nobody import Nobody
from bitools.iplog.verbs.purged import Purged
from bitools.iplog.wire import tallies
from bitools.iplog.wire.index import BUCKET, Index, altered

_ALL = 50_000  # events of one address that are read whole; of a busier one what is near
_NEAR = 90 * 86_400_000
_HOUR, _DAY = 3_700_000, 86_400_000
_END = 1 << 61


class Lookup:
    """Questions to one index, by the inventory's sources."""

    def __init__(self, archive: Archive, index: Index) -> None:
        self.archive = archive
        self.index = index
        self.nobody = Nobody(archive, index)
        self._heard_truly = cache(self._prove_heard)
        self._longest = cache(index.longest)
        self._covering = cache(self._find_covering)
        self._whole: dict[Address, History] = {}

    def answer(self, ip: Address, at: int) -> Answer:
        """Who held this address at this instant (ms), with the grade.

        Raise IntegrityBroken if the index was altered.
        """
        history = self.history(ip, at)
        first = self._graded(ip, at, history)
        if not history.ambiguous:
            return first
        second = self._graded(ip, at, history.later)
        if (first.grade, _macs(first)) == (second.grade, _macs(second)):
            return first
        held = {id(one): one for one in (*first.tenancies, *second.tenancies)}
        source = history.ambiguous[0].place.source
        return Answer(Grade.UNKNOWN, tuple(held.values()), first.assignments, ((Cause.TWICE, source),))

    def _graded(self, ip: Address, at: int, history: History) -> Answer:
        coverages = self.coverages(ip, at, history)
        found = grade(at, history.tenancies, self.assignments(ip), coverages)
        if found.grade not in (Grade.NONE, Grade.UNKNOWN):
            return found
        gone = [one.source for one in coverages if self.purged.touches(one.source, _reach(at, one), at)]
        if gone:
            causes = *((Cause.RETENTION, source) for source in gone), *found.causes
            return replace(found, grade=Grade.UNKNOWN, causes=causes)
        if found.grade is Grade.NONE:
            self.nobody.proven(ip, at, coverages)
        return found

    @cached_property
    def purged(self) -> Purged:
        """What is not kept any more."""
        return Purged(self.archive.store, self.archive.zone)

    def history(self, ip: Address, at: int) -> History:
        """All that is known of an address, or of a very busy one what is near the instant."""
        if (known := self._whole.get(ip)) is not None:
            return known
        count = tallies.of_address(self.index.base, ip)
        if count is None:
            raise altered(addresses.shown(ip))
        if count > _ALL:
            return History(self, list(self.index.events(ip, at - _NEAR, at + _NEAR)))
        found = self._whole[ip] = History(self, list(self.index.events(ip, -_END, _END)))
        return found

    def decided(self, sightings: Sequence[Sighting], *, later: bool) -> list[Sighting]:
        """The same with every instant of an hour that happened twice decided: by the order of lines, else all
        of them as the second (`later`) or the first.
        """
        known: dict[tuple[str, int], dict[tuple[int, int], int]] = {}
        found = []
        for one in sightings:
            event, place = one
            if not _ambiguous(one) or event.alternative is None:
                found.append(one)
                continue
            hour = place.source, event.at // _DAY  # each year has its own
            if hour not in known:
                rows = self.index.twice(place.source, event.at - _HOUR, event.at + _HOUR)
                known[hour] = resolved(rows)
            fallback = event.alternative if later else event.at
            at = known[hour].get((place.segment, place.line), fallback)
            found.append(Sighting(event._replace(at=at, alternative=None), place))
        return sorted(found, key=lambda one: (one.event.at, one.place.segment, one.place.line))

    def tenancies(self, sightings: Sequence[Sighting]) -> list[Tenancy]:
        """Every tenancy, source by source."""
        by_source: dict[str, list[Sighting]] = {}
        for one in sightings:
            by_source.setdefault(one.place.source, []).append(one)
        found = []
        for name, mine in by_source.items():
            source = self.archive.sources().get(name)
            lease = int(source.lease.total_seconds()) if source and source.lease else None
            found += tenancies(mine, lease)
        return sorted(found, key=lambda one: one.start)

    def assignments(self, ip: Address) -> list[Assignment]:
        """What the list of fixed addresses says of this one."""
        rows = self.index.base.execute(
            "select mac, person, begins, ends, segment, line from fixed where ip=? order by begins", (ip,)
        )
        return [
            Assignment(mac, person, begins, ends, Place(segment, "static", line))
            for mac, person, begins, ends, segment, line in rows
        ]

    def coverages(self, ip: Address, at: int, history: History) -> list[Coverage]:
        """What each source that gives out this address could have told of the instant."""
        return [
            self._coverage(name, source, at, history.times.get(name, ()))
            for name, source in self._covering(ip)
        ]

    def _coverage(self, name: str, source: Source, at: int, times: Sequence[int]) -> Coverage:
        begins, before, after = told = self.index.heard(name, at)
        past = bisect_right(times, at)
        known = times[past - 1] if past else None
        said = self._longest(name)
        lengths = [1000 * said] if said else []
        if source.lease:
            lengths.append(int(source.lease.total_seconds() * 1000))
        longest = max(lengths, default=None)
        since = known if known is not None else at - (longest or 0)
        reach = max(since, at - longest if longest else since, begins or 0)  # beyond it no lease goes on
        marks = {tallies.span_of(instant // BUCKET) for instant in (reach, at, *told) if instant is not None}
        for span in {*marks, *range(tallies.span_of(reach // BUCKET), tallies.span_of(at // BUCKET))}:
            self._heard_truly(name, span)
        silence = int(source.silence.total_seconds() * 1000)
        return Coverage(
            name, begins, before, after, known, longest, self.index.troubles(name, since, at),
            self.index.gaps(name, since, at), silence, self.index.silences(name, reach, at, silence),
        )  # fmt: skip

    def _prove_heard(self, name: str, span: int) -> None:
        if tallies.altered_silence(self.index.base, self.index.source(name), span):
            raise altered(name)

    def _find_covering(self, ip: Address) -> list[tuple[str, Source]]:
        return [(name, one) for name, one in self.archive.sources().items() if _covers(one, ip)]


class History:
    """The events of one address and what follows from them; worked out once, however often it is asked."""

    def __init__(self, lookup: Lookup, sightings: list[Sighting], *, later: bool = False) -> None:
        self._lookup, self._raw, self._later = lookup, sightings, later

    @cached_property
    def ambiguous(self) -> list[Sighting]:
        """Events of an hour that happened twice."""
        return [one for one in self._raw if _ambiguous(one)]

    @cached_property
    def later(self) -> History:
        """The same, where nothing else decides, by the second reading of that hour."""
        return History(self._lookup, self._raw, later=True)

    @cached_property
    def sightings(self) -> list[Sighting]:
        """The events in order."""
        return self._lookup.decided(self._raw, later=self._later) if self.ambiguous else self._raw

    @cached_property
    def tenancies(self) -> list[Tenancy]:
        """Every tenancy, oldest first."""
        return self._lookup.tenancies(self.sightings)

    @cached_property
    def times(self) -> dict[str, list[int]]:
        """When something of it was heard, by source."""
        found: dict[str, list[int]] = {}
        for one in self.sightings:
            found.setdefault(one.place.source, []).append(one.event.at)
        return found


def _reach(at: int, coverage: Coverage) -> int:
    """Since when whatever was given away could still be held at an instant."""
    return max(coverage.known or 0, at - (coverage.longest or at))


def _covers(source: Source, ip: Address) -> bool:
    if source.index == "none" or source.format in ("lines", "asa"):
        return False
    if not source.networks:
        return True
    there = ipaddress.ip_address(addresses.shown(ip))
    return any(there in ipaddress.ip_network(network) for network in source.networks)


def _ambiguous(one: Sighting) -> bool:
    return one.event.alternative is not None and not one.event.flags & Flag.UNTIMED


def _macs(answer: Answer) -> set[bytes | None]:
    return {one.mac for one in answer.tenancies}
