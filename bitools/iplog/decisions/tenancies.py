"""From the events of one address to who held it from when until when. Pure.

A tenancy is one client's hold of one address as one server tells it: it begins with the first ACK and is
renewed by later ones (RFC 2131 §4.4.5). Its last sign is the client's last word, a release included; after
that it holds on until its lease ends, if the line said how long that is. A server that gives the address to
somebody else has ended it; if the first one then renews all the same, both held it, and both stand.

A decline says that somebody unknown uses the address: a tenancy of nobody known, `contested`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from bitools.iplog.decisions.events import LONGEST, Action, Event, Flag

FOREVER = 1 << 62  # ms; a lease without end


class Place(NamedTuple):
    """Where a line stands: the segment's number, its source's name, the line from 1."""

    segment: int
    source: str
    line: int


class Sighting(NamedTuple):
    """One event and where it was read."""

    event: Event
    place: Place


class Sign(NamedTuple):
    """A line that gave or renewed an address: when (ms), where it stands, and the name it was given to."""

    at: int
    place: Place
    host: str


@dataclass(slots=True)
class Tenancy:
    """Who held the address: from `start`, until `sign` by its own word, until `end` by its lease. In ms.

    `end` is None where the length of the lease is not said. Until `latest` (None: no limit) it may have held
    on: later than `end` where a release was seen but not its time. `since` is false if it had begun before
    the first line of it. `signs` are the lines that gave or renewed it; `last` is the last of them, or
    the line that ended it.
    """

    mac: bytes | None
    host: str
    source: str
    start: int
    sign: int
    end: int | None
    latest: int | None
    last: Place
    since: bool = True
    contested: bool = False
    relay: str = ""
    circuit: str = ""
    lasts: int | None = field(default=None, repr=False)  # where its lease would end had nobody cut it short
    signs: list[Sign] = field(default_factory=list, repr=False)

    def covers(self, at: int) -> bool:
        """Did it hold the address then, surely or by its lease?"""
        return self.start <= at and (at <= self.sign or (self.end is not None and at < self.end))

    def may_cover(self, at: int) -> bool:
        """Might it have held then, though nobody can say?"""
        return self.start <= at and not self.covers(at) and (self.latest is None or at < self.latest)

    def shown_by(self, begins: int, ends: int) -> tuple[Place, Place]:
        """The first and the last line of a stretch of time that say it held, or those closest around it.

        Lines of other days prove no more.
        """
        within = self.signs[bisect_left(self.signs, begins, key=_at) : bisect_left(self.signs, ends, key=_at)]
        if within:
            let_go = self.signs[-1].at < self.sign < ends  # by the client's own word, which is its last line
            return within[0].place, self.last if let_go else within[-1].place
        before = bisect_right(self.signs, begins, key=_at) - 1
        after = bisect_left(self.signs, max(begins, ends), key=_at)
        last = self.signs[after].place if after < len(self.signs) else self.last
        return self.signs[max(0, before)].place, last

    def named(self, at: int) -> str:
        """What it was called then, as far as it had said."""
        known = self.signs[: bisect_right(self.signs, at, key=_at)]
        return next((sign.host for sign in reversed(known) if sign.host), self.host)

    def stop(self, at: int) -> None:
        """It held no longer than this."""
        self.end = self.end if self.end is None else min(self.end, at)
        self.latest = at if self.latest is None else min(self.latest, at)


def _at(sign: Sign) -> int:
    return sign.at


def tenancies(sightings: Iterable[Sighting], lease: int | None = None) -> list[Tenancy]:
    """Every tenancy of one address at one source, oldest first. Events come in order of time.

    `lease` is how long a lease lasts, in seconds, where the line does not say.
    """
    row: list[Tenancy] = []
    held: dict[bytes | None, Tenancy] = {}
    for sighting in sightings:
        _STEPS[sighting.event.action](sighting, held, row, lease)
    return row


_AT_ONCE = 10_000  # ms after it was given an address that a client finds it in use (RFC 5227 §2.1)
Held = dict[bytes | None, Tenancy]


def _ack(sighting: Sighting, held: Held, row: list[Tenancy], lease: int | None) -> None:
    event = sighting.event
    lasts = _end(event, lease)
    for mac, other in list(held.items()):
        if mac == event.mac and not other.contested:
            continue
        if other.lasts is not None and other.lasts <= event.at:
            del held[mac]
        else:
            other.stop(event.at)  # the server gave it away; `lasts` remembers, should the first one come back
    mine = held.get(event.mac)
    if mine is not None and not mine.contested and _goes_on(mine, event.at):
        mine.sign, mine.last = max(mine.sign, event.at), sighting.place
        mine.signs.append(Sign(event.at, sighting.place, event.host))
        if event.flags & Flag.KEPT:
            lasts = mine.lasts
        mine.end = mine.latest = mine.lasts = lasts
        mine.host = event.host or mine.host
        return
    begun = _tenancy(sighting, lasts)
    row.append(begun)
    held[event.mac] = begun


def _goes_on(mine: Tenancy, at: int) -> bool:
    """Is this ACK a renewal? With a length unknown, two ACKs of one client need not be one tenancy."""
    return mine.lasts is not None and at <= mine.lasts


def _tenancy(sighting: Sighting, lasts: int | None) -> Tenancy:
    event, place = sighting
    return Tenancy(
        event.mac, event.host, place.source, event.at, event.at, lasts, lasts, place,
        relay=event.relay, circuit=event.circuit, lasts=lasts, signs=[Sign(event.at, place, event.host)],
    )  # fmt: skip


def _end(event: Event, lease: int | None) -> int | None:
    seconds = lease if event.lease is None else event.lease
    if seconds is None:
        return None
    return FOREVER if seconds >= LONGEST else event.at + seconds * 1000


def _over(sighting: Sighting, held: Held, row: list[Tenancy], lease: int | None) -> None:
    """A release, the client's own word; or an expiry, the server's."""
    event, place = sighting
    mac = event.mac if event.mac is not None or None in held else _only(held)
    mine = held.pop(mac, None)
    if event.flags & Flag.UNTIMED:
        if mine is not None:
            _some_time(mine, event, place)
        return
    if mine is None or (mine.lasts is not None and mine.lasts < event.at and event.action == Action.RELEASE):
        if event.action == Action.RELEASE and event.mac is not None:  # it held what we never saw it get
            row.append(_ended(sighting))
        return
    if event.action == Action.RELEASE:
        apart = event.at == mine.sign and place.segment != mine.last.segment
        mine.sign, mine.end, mine.last = max(mine.sign, event.at), event.at, place
        if apart:  # an ACK of the same instant, taken on another day: nobody says which was first
            return
        mine.latest = event.at
    mine.stop(event.at)
    mine.last = place


def _some_time(mine: Tenancy, event: Event, place: Place) -> None:
    """Over some time after `event.at`, and not after its `alternative` (Kea's journal says no more)."""
    limit = mine.lasts if event.alternative is None else event.alternative
    mine.end = event.at if mine.end is None else min(mine.end, max(event.at, mine.sign))
    mine.latest = limit if mine.latest is None or limit is None else min(mine.latest, limit)
    mine.last = place


def _ended(sighting: Sighting) -> Tenancy:
    found = _tenancy(sighting, sighting.event.at)
    found.since = False
    return found


def _only(held: Held) -> bytes | None:
    """The one client that holds the address, where the line does not name it."""
    return next(reversed(held)) if held else None


def _decline(sighting: Sighting, held: Held, row: list[Tenancy], lease: int | None) -> None:
    """From here on somebody unknown uses it, until the server says something else or its patience ends."""
    event = sighting.event
    mine = held.pop(event.mac if event.mac is not None else _only(held), None)
    begins = event.at
    if mine is not None and not mine.contested:
        if event.flags & Flag.UNTIMED:
            _some_time(mine, event, sighting.place)
            begins = event.at if mine.latest is None else max(event.at, mine.latest)
        else:
            mine.stop(event.at)
            mine.contested = event.at - mine.start <= _AT_ONCE
            mine.last = sighting.place
    for other in held.values():
        other.stop(event.at)
    held.clear()
    ends = FOREVER if event.lease is None else event.at + event.lease * 1000
    unknown = _tenancy(
        Sighting(event._replace(mac=None, host="", at=begins), sighting.place), max(begins, ends)
    )
    unknown.contested = True
    row.append(unknown)
    held[None] = unknown


_STEPS: dict[int, Callable[[Sighting, Held, list[Tenancy], int | None], None]] = {
    Action.ACK: _ack,
    Action.RELEASE: _over,
    Action.EXPIRE: _over,
    Action.DECLINE: _decline,
}
