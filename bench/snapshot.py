"""Snapshots of 100 and 1,000 switches (500 lines each, real SSH), 20 sessions at a time.

Ours checks host keys, guards against half answers, masks secrets, compares and keeps a git history; the peers
fetch and write files.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bench.fleet import Fleet, fleet
from bench.frame import BITOOLS, Contest, Limit

SNAPSHOT = [*BITOOLS, "net", "snapshot"]
GROUP14 = "diffie-hellman-group14-sha256"


@contextmanager
def hundred() -> Iterator[list[Contest | Limit]]:
    """100 devices: the first run, which stores all of them, and one that finds nothing new."""
    with fleet(100) as one:
        nornir, asyncssh = one.peer("peer_nornir.py"), one.peer("peer_asyncssh.py")
        same = "net snapshot, 100 devices, unchanged"
        yield [
            Contest(
                "net snapshot, 100 devices, first", SNAPSHOT, nornir, "nornir + netmiko, fetch only", 0.8,
                environment=one.environment, prepare=one.forget,
            ),
            Contest(same, SNAPSHOT, nornir, "nornir + netmiko", 0.6, environment=one.environment),
            Contest(same, SNAPSHOT, asyncssh, "asyncssh, a shell", 1.6, environment=one.environment),
            Limit(same, SNAPSHOT, 10.0, "cpu", "ms a device", parts=100, environment=one.environment),
        ]  # fmt: skip


@contextmanager
def thousand() -> Iterator[list[Contest | Limit]]:
    """1,000 devices against a tenth of them, all new each time."""
    with fleet(1000) as one:
        tenth = [*SNAPSHOT, *(f"sw-{number:04}" for number in range(100))]
        yield [
            Contest(
                "net snapshot, 1,000 devices, first", SNAPSHOT, tenth, "100 devices", 10.0,
                environment=one.environment, prepare=one.forget,
            ),
            Limit(
                "net snapshot, 1,000 devices, first", SNAPSHOT, 200.0, "memory", "MB",
                environment=one.environment, prepare=one.forget,
            ),
        ]  # fmt: skip


@contextmanager
def group14() -> Iterator[list[Contest | Limit]]:
    """Switches that know no key exchange but Diffie-Hellman in group 14: log-in is most of the work."""
    with fleet(100, key_exchange=GROUP14) as one:
        yield [_old(one)]


def _old(one: Fleet) -> Contest:
    return Contest(
        "net snapshot, 100 devices, DH group 14 only, unchanged", SNAPSHOT, one.peer("peer_nornir.py"),
        "nornir + netmiko", 0.6, environment=one.environment,
    )  # fmt: skip
