"""Clients that come and go at real servers, and what follows from the servers' answers: who has which address.

Nothing here looks at a log or knows bitools. The truth is the packets: every ACK that left a server, the client
and the seconds in it, at an instant that is known exactly because the clock stands still while it is on its way.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lab.clocks import StandingClock
from lab.dhcp import Client, Given, Server

UNDISTURBED = 10  # seconds within which a client that declines has just tried the address (RFC 5227 §2.1)


@dataclass
class Stay:
    """One client at one address, in whole seconds: until `sign` by its own word, before `end` by its lease.

    `mac` is None of somebody unknown, whom a decline has told of. `let_go`: it gave the address back, or declined.
    """

    mac: str | None
    address: str
    start: int
    sign: int
    end: int
    contested: bool = False
    let_go: bool = False
    last_ack: int = 0

    def covers(self, second: int) -> bool:
        """Does it hold the address then?"""
        return self.start <= second and (second <= self.sign or second < self.end)


@dataclass(frozen=True)
class Over:
    """A client's word that needs no answer: a release, or a decline."""

    at: int
    mac: str
    address: str
    declined: bool


class Churn:
    """Clients at one server; `step` lets one of them do something at the clock's second."""

    def __init__(self, server: Server, clients: int, chance: random.Random, rest: int, mark: int) -> None:
        self.server, self.chance, self.rest = server, chance, rest
        self.clients = [
            server.client(bytes([0, 0x1A, 0x2B, 0, mark, number + 1]), f"pc-{number}")
            for number in range(clients)
        ]
        self.overs: list[Over] = []
        self._until: dict[int, int] = {}

    def step(self) -> None:
        """One client obtains, renews, releases, declines, is switched off, or only asks for settings."""
        now = self.server.clock.now
        number = self.chance.randrange(len(self.clients))
        client = self.clients[number]
        if now >= self._until.get(number, 0):
            if client.obtain():
                self._until[number] = now + client.lease * 4 // 5  # then it has forgotten, the server not
        else:
            what = self.chance.choices(
                ("renew", "release", "decline", "vanish", "inform"), (6, 2, 0.5, 1.5, 0.5)
            )
            self._do(what[0], number, client, now)
        self.server.settle()

    def _do(self, what: str, number: int, client: Client, now: int) -> None:
        if what == "renew":
            self._until[number] = now + client.lease * 4 // 5 if client.renew() else 0
        elif what == "inform":
            client.inform()
        else:
            self._until[number] = 0
            if what != "vanish":
                self.overs.append(Over(now, client.mac.hex(":"), client.address, what == "decline"))
                getattr(client, what)()

    def stays(self) -> list[Stay]:
        """What follows from the packets, in order."""
        given: list[Given | Over] = [*self.server.relay.given, *self.overs]
        found: list[Stay] = []
        for one in sorted(given, key=lambda event: event.at):
            mine = [old for old in found if old.address == one.address]
            if isinstance(one, Given):
                _given(one, mine, found)
            else:
                self._over(one, mine, found)
        return found

    def _over(self, one: Over, mine: Sequence[Stay], found: list[Stay]) -> None:
        stay = next(old for old in reversed(mine) if old.mac == one.mac)
        assert stay.covers(one.at), "a client let go of what it did not hold"
        stay.end, stay.let_go = one.at, True
        if not one.declined:
            stay.sign = one.at
            return
        stay.contested = one.at - stay.start <= UNDISTURBED
        found.append(Stay(None, one.address, one.at, one.at, one.at + self.rest, contested=True))


def _given(one: Given, mine: Sequence[Stay], found: list[Stay]) -> None:
    ends = one.at + one.lease
    for old in mine:
        if old.mac == one.mac and one.at <= old.end and not old.let_go:
            old.sign, old.end, old.last_ack = one.at, ends, one.at  # the same hold goes on
            return
        if old.mac != one.mac:
            old.end = min(old.end, one.at)
    found.append(Stay(one.mac, one.address, one.at, one.at, ends, last_ack=one.at))


def churn(
    churns: Sequence[Churn], clock: StandingClock, seconds: int, chance: random.Random
) -> tuple[int, int]:
    """Let so many seconds pass; give the first and the last of them. Every act has a second of its own."""
    first = clock.now + 1
    while clock.now < first + seconds:
        clock.set(clock.now + chance.randint(1, 4))
        chance.choice(churns).step()
    return first, clock.now


Truth = tuple[str, frozenset[str | None]]


def truth(stays: Iterable[Stay], second: int) -> Truth:
    """The one true answer about an address at a second: how sure, and who."""
    holding = [one for one in stays if one.covers(second)]
    macs = frozenset(one.mac for one in holding)
    if len(macs) > 1 or any(one.contested for one in holding):
        return "conflict", macs
    if not holding:
        return "none", macs
    return ("certain" if any(second <= one.sign for one in holding) else "within_lease"), macs
