"""Runs that are killed after a chosen write: to the directory, the ledger, the journal, the slip."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

import pytest

from bitools.ledger import Ledger
from bitools.user.verbs import passwd
from bitools.user.wire import answers, grants, journal, needs, records, slip
from bitools.user.wire.directory import Domain

SEARCH = 0x63  # the first byte of a question (RFC 4511 §4.5.1)
WRITES = [
    (Ledger, "append"),
    (journal, "write"),
    (journal.Journal, "made"),
    (passwd, "write"),
    (records, "write"),
    (grants, "write"),
    (needs, "write"),
    (slip, "write"),
    (Domain, "add"),
    (Domain, "modify"),
    (Domain, "move"),
]


def sampled(whole: Iterable[Any], *ordinary: Any) -> list[Any]:
    """Every point of a grid; all but these, one of each kind, are left to the torture."""
    points = list(whole)
    assert set(ordinary) <= set(points)
    return [
        pytest.param(
            *(point if isinstance(point, tuple) else (point,)),
            marks=() if point in ordinary else pytest.mark.torture,
        )
        for point in points
    ]


class Killer:
    """Counts writes, and kills this process right after the chosen one."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.done = 0

    def arm(self, owner: Any, name: str) -> None:
        real: Callable[..., Any] = getattr(owner, name)

        def counted(*arguments: Any, **named: Any) -> Any:
            result = real(*arguments, **named)
            self.done += 1
            if self.done == self.at:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        setattr(owner, name, counted)


def killed(act: Callable[[], object], at: int) -> bool:
    """Act in a child that is killed after this write; False if it came to its end before."""
    child = os.fork()
    if child == 0:
        try:
            killer = Killer(at)
            for owner, name in WRITES:
                killer.arm(owner, name)
            act()
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def killed_unanswered(act: Callable[[], object], at: int) -> bool:
    """Act in a child that is killed when this write has been sent, and not been answered.

    When it is carried out is the controller's business: perhaps while the next run looks.
    """
    child = os.fork()
    if child == 0:
        real, sent = Domain._send, count(1)

        def sending(domain: Domain, operation: bytes) -> Any:
            if operation[0] != SEARCH and next(sent) == at:
                answers.answer = lambda *_asked: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment]
            return real(domain, operation)

        try:
            Domain._send = sending  # type: ignore[assignment, method-assign]
            act()
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)
