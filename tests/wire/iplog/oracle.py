"""Clients that come and go at real servers, and what they know themselves of who had which address.

Nothing here looks at a log or knows bitools: the truth is what each client was told, by the client's own clock.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field

from lab.dhcp import Client, Server

SPEED = 60  # how many seconds pass at the server in one of ours


@dataclass
class Stay:
    """One client at one address, in seconds of the server's clock: each word it had, and how it ended.

    Every instant is a pair, not before and not after: the word was on its way in between.
    """

    mac: str
    address: str
    lease: int
    acks: list[tuple[float, float]] = field(default_factory=list)
    over: tuple[float, float] | None = None
    how: str = "expiry"
    doubt: bool = False  # it came back just when its lease ended: the same hold, or a new one

    @property
    def end(self) -> tuple[float, float]:
        """When it no longer held the address."""
        begin, last = self.acks[-1]
        expiry = begin + self.lease, last + self.lease
        return min(self.over, expiry) if self.over else expiry

    @property
    def sign(self) -> tuple[float, float]:
        """Its last word."""
        return self.over if self.over and self.how == "release" else self.acks[-1]


class Watch:
    """Our clock as the server's; `zero` is the pair of instants that its first line was written between."""

    def __init__(self) -> None:
        self.real = time.time()
        self.fake = 0.0
        self.error = 0.0  # seconds of the server's time that the reading may be wrong by

    def set(self, fake: float) -> None:
        """What the server's clock showed when ours showed `real`."""
        self.fake = fake

    def at(self, real: float) -> float:
        """The server's time."""
        return self.fake + (real - self.real) * SPEED


class Churn:
    """Clients at one server for so many seconds of ours; `stays` is what happened."""

    def __init__(self, server: Server, clients: int, seed: int, first: int = 1) -> None:
        self.server = server
        self.chance = random.Random(seed)
        self.clients = [
            server.client(bytes([0, 0x1A, 0x2B, 0, seed % 256, first + number]), f"pc-{number}")
            for number in range(clients)
        ]
        self.stays: list[Stay] = []
        self.watch = Watch()
        self._now: dict[int, Stay] = {}

    @property
    def slack(self) -> float:
        """Seconds that the two clocks and the log's whole seconds may differ: the server, too, has to be woken."""
        return 3 + self.watch.error

    def calibrate(self) -> None:
        """The first lease tells how the server's clock runs; its line is written between these two instants."""
        before = time.time()
        self._obtain(0)
        after = time.time()
        self.watch.real = (before + after) / 2
        self.watch.error = (after - before) / 2 * SPEED

    def run(self, seconds: float, pause: float = 0.12) -> None:
        """Let them come and go."""
        ends = time.time() + seconds
        while time.time() < ends:
            number = self.chance.randrange(len(self.clients))
            stay = self._now.get(number)
            if stay is None:
                self._obtain(number)
            else:
                getattr(self, f"_{self._choice(stay)}")(number, stay)
            time.sleep(self.chance.random() * pause)

    def _choice(self, stay: Stay) -> str:
        return self.chance.choices(["renew", "release", "decline", "vanish"], [6, 2, 0.5, 1.5])[0]

    def _obtain(self, number: int) -> None:
        client = self.clients[number]
        before = time.time()
        address = client.obtain()
        if address:
            stay = Stay(client.mac.hex(":"), address, client.lease, [(before, time.time())])
            self._now[number] = stay
            self.stays.append(stay)

    def _renew(self, number: int, stay: Stay) -> None:
        before = time.time()
        if (before - stay.acks[-1][0]) * SPEED > stay.lease * 0.8:
            del self._now[number]  # too late: it has forgotten
            return
        client: Client = self.clients[number]
        if client.renew() == stay.address:
            stay.acks.append((before, time.time()))
            stay.lease = client.lease  # dhcpd leaves a young lease as it is, and says what is left of it
        else:
            del self._now[number]

    def _release(self, number: int, stay: Stay) -> None:
        self._end(number, stay, "release")

    def _decline(self, number: int, stay: Stay) -> None:
        self._end(number, stay, "decline")

    def _end(self, number: int, stay: Stay, how: str) -> None:
        if (time.time() - stay.acks[-1][0]) * SPEED > stay.lease * 0.8:
            del self._now[number]
            return
        before = time.time()
        getattr(self.clients[number], how)()
        time.sleep(0.05)  # there is no answer; the server has it by then
        stay.over, stay.how = (before, time.time()), how
        del self._now[number]

    def _vanish(self, number: int, stay: Stay) -> None:
        """Switched off: the lease runs out."""
        del self._now[number]

    def settled(self) -> list[Stay]:
        """The stays in the server's time."""
        at = self.watch.at

        def pair(two: tuple[float, float]) -> tuple[float, float]:
            return at(two[0]), at(two[1])

        found: list[Stay] = []
        for one in self.stays:
            over = one.over and pair(one.over)
            stay = Stay(one.mac, one.address, one.lease, [pair(ack) for ack in one.acks], over, one.how)
            mine = [old for old in found if (old.mac, old.address) == (one.mac, one.address)]
            if mine and mine[-1].over is None and stay.acks[0][0] < mine[-1].end[0]:
                mine[-1].doubt |= stay.acks[0][1] > mine[-1].end[0] - 2
                mine[-1].lease = stay.lease
                mine[-1].acks += stay.acks  # it had forgotten, the server had not: the same hold goes on
                mine[-1].over, mine[-1].how = stay.over, stay.how
            else:
                if mine and mine[-1].over is None and stay.acks[0][0] < mine[-1].end[1] + 2:
                    mine[-1].doubt = True
                found.append(stay)
        return found


def truths(stays: list[Stay], second: float, rest: int, slack: float) -> set[tuple[str, str | None]]:
    """Every answer that is true of an address at a second: what, and who; several where it just changed.

    `rest` is how long the server leaves a declined address alone. `slack`: seconds that the two clocks and the
    log's whole seconds may differ.
    """
    found: set[tuple[str, str | None]] = set()
    sure = False
    for one in stays:
        begin, end = one.acks[0], one.end
        if one.how == "decline" and one.over:
            begin_rest, end_rest = one.over[0], one.over[1] + rest
            if begin_rest - slack <= second <= end_rest + slack:
                found.add(("conflict", None))
                # Whoever was given it afterwards had it undisturbed: dnsmasq lets only reserved addresses rest.
                later = [other.acks[0][0] for other in stays if other.acks[0][0] > one.over[0]]
                sure = sure or one.over[1] + slack < second < min([one.over[0] + rest, *later]) - slack
        if begin[0] - slack <= second <= end[1] + slack:
            sign = one.sign
            if second <= sign[1] + slack:
                found.add(("certain", one.mac))
                found |= {("within_lease", one.mac)} if one.doubt else set()
            if one.doubt:
                found.add(("certain", one.mac))
            if second >= sign[0] - slack:
                found.add(("within_lease", one.mac))
            sure = sure or begin[1] + slack < second < end[0] - slack
            if one.how == "decline" and len(one.acks) == 1:
                found.add(("conflict", one.mac))  # it refused what it had just been given
    if not sure:
        found.add(("none", None))
    return found
