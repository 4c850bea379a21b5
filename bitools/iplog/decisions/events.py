"""What a line of a source can say: an event of a lease, a session through a firewall, nothing, or a riddle.

The verbs are those of OCSF's DHCP Activity (class 4004) with what a log adds: `expire` is the server's own
word that a lease ended, `decline` a client's that somebody else uses the address.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import NamedTuple, TypeAlias

Address: TypeAlias = int | bytes  # IPv4 as a number, IPv6 as 16 bytes: SQLite keeps both, and in order


class Action(IntEnum):
    """What happened to a lease."""

    ACK = 1  # given, or renewed
    RELEASE = 2
    EXPIRE = 3
    DECLINE = 4  # in use by somebody unknown


class Flag:
    """What is not beyond doubt about a line's time: bits. Plain numbers, as every line is asked for some."""

    ZONE = 1  # the line names no zone: the source's is taken
    YEAR = 2  # the line names no year: the one that fits the file is taken
    BEGIN = 4  # the lease began before this line, which only shows it
    IMPOSSIBLE = 8  # no such time, or one that has not come yet
    KEPT = 32  # an answer that left the lease as it was, its end too
    UNTIMED = 16  # the line says that something ended, not when: after `at`, not after `alternative`


class Event(NamedTuple):
    """One event of a lease. Times are milliseconds since 1970 (UTC), `lease` is seconds, None if not said.

    `alternative` is the other instant that a local time of the hour that happens twice can mean; of an end
    whose time is not said, the instant by which it had come, told by the next line.
    """

    at: int
    action: int
    ip: Address
    mac: bytes | None
    host: str = ""
    lease: int | None = None
    relay: str = ""
    circuit: str = ""
    flags: int = 0
    alternative: int | None = None

    def then(self, at: int, flags: int, alternative: int | None) -> Event:
        """The same at another time."""
        return Event(at, *self[1:8], flags, alternative)


class Session(NamedTuple):
    """One translation: inside address and port seen as the public ones, from `start` until `end` (ms)."""

    start: int
    end: int
    public: Address
    public_port: int
    inside: Address
    inside_port: int
    protocol: int = 0
    flags: int = 0


class Word(IntEnum):
    """A line that says nothing about an address: it was understood, or it was not."""

    IGNORED = 0
    UNPARSED = 1
    IMPOSSIBLE = 2  # understood, but for its time


Meaning: TypeAlias = Event | Session | Word
Reader: TypeAlias = Callable[[str], Meaning]

LONGEST = 0xFFFFFFFF  # DHCP's own word for a lease without end (RFC 2131 §3.3)
