"""Who held an address, from the index: events into tenancies, what each source could have told, the grade."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from bitools.inventory.iplog import Source
from bitools.iplog.decisions import addresses
from bitools.iplog.decisions.found import Address, Flag
from bitools.iplog.decisions.grading import Answer, Assignment, Cause, Coverage, Grade, grade
from bitools.iplog.decisions.tenancies import Place, Sighting, Tenancy, tenancies
from bitools.iplog.decisions.twice import resolved
from bitools.iplog.verbs.archive import Archive
from bitools.iplog.wire.index import Index

_ALL = 50_000  # events of one address that are read whole; of a busier one what is near
_NEAR = 90 * 86_400_000
_HOUR = 3_700_000
_END = 1 << 61


class Lookup:
    """Questions to one index, by the inventory's sources."""

    def __init__(self, archive: Archive, index: Index) -> None:
        self.archive = archive
        self.index = index

    def answer(self, ip: Address, at: int) -> Answer:
        """Who held this address at this instant (ms), with the grade."""
        sightings = self.sightings(ip, at)
        first = self._graded(ip, at, self.settled(sightings, later=False))
        if not any(_ambiguous(one) for one in sightings):
            return first
        second = self._graded(ip, at, self.settled(sightings, later=True))
        if (first.grade, _macs(first)) == (second.grade, _macs(second)):
            return first
        held = {id(one): one for one in (*first.tenancies, *second.tenancies)}
        source = next(one.place.source for one in sightings if _ambiguous(one))
        return Answer(Grade.UNKNOWN, tuple(held.values()), first.assignments, ((Cause.TWICE, source),))

    def _graded(self, ip: Address, at: int, sightings: list[Sighting]) -> Answer:
        return grade(at, self.tenancies(sightings), self.assignments(ip), self.coverages(ip, at, sightings))

    def sightings(self, ip: Address, at: int) -> list[Sighting]:
        """The events of an address: all, or of a very busy one those near the instant."""
        count = self.index.base.execute("select count(*) from event where ip=?", (ip,)).fetchone()[0]
        stretch = (0, _END) if count <= _ALL else (at - _NEAR, at + _NEAR)
        return list(self.index.events(ip, *stretch))

    def settled(self, sightings: list[Sighting], *, later: bool) -> list[Sighting]:
        """The same with every instant of an hour that happened twice decided: by the order of lines, else all
        of them as the second (`later`) or the first.
        """
        known: dict[str, dict[tuple[int, int], int]] = {}
        found = []
        for one in sightings:
            event, place = one
            if not _ambiguous(one) or event.alternative is None:
                found.append(one)
                continue
            if place.source not in known:
                rows = self.index.twice(place.source, event.at - _HOUR, event.at + _HOUR)
                known[place.source] = resolved(rows)
            fallback = event.alternative if later else event.at
            at = known[place.source].get((place.segment, place.line), fallback)
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

    def coverages(self, ip: Address, at: int, sightings: Sequence[Sighting]) -> list[Coverage]:
        """What each source that gives out this address could have told of the instant."""
        return [
            self._coverage(name, source, at, [one for one in sightings if one.place.source == name])
            for name, source in self.archive.sources().items()
            if _covers(source, ip)
        ]

    def _coverage(self, name: str, source: Source, at: int, mine: Sequence[Sighting]) -> Coverage:
        begins, before, after = self.index.heard(name, at)
        told = [one.event for one in mine if one.event.at <= at]
        known = told[-1].at if told else None
        said = self.index.longest(name)
        lengths = [1000 * said] if said else []
        if source.lease:
            lengths.append(int(source.lease.total_seconds() * 1000))
        longest = max(lengths, default=None)
        since = known if known is not None else at - (longest or 0)
        return Coverage(
            name, begins, before, after, known, longest, self.index.troubles(name, since, at),
            self.index.gaps(name, since, at), int(source.silence.total_seconds() * 1000),
        )  # fmt: skip

    def purged_before(self) -> int | None:
        """The first instant (ms) of which lines are kept, if older ones were purged."""
        store = self.archive.store
        for number in store.sealed():
            if store.segment_file(number, "x").parent.exists():
                if number == store.sealed()[0]:
                    return None
                day = date.fromisoformat(json.loads(store.manifest_file(number).read_bytes())["day"])
                start = datetime.combine(day - timedelta(days=1), time(), self.archive.zone)
                return int(start.timestamp() * 1000)
        return None


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
