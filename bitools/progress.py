"""How far long work is, for whoever looks on: targets side by side, or one after another."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a fan-out is. `slow`: who is at work for longer than five seconds, the slowest first; `left`:
    the seconds that the rest will take if it goes on like this, None while nobody can say. `at`: whose turn
    it is, where one comes after another.
    """

    done: int
    of: int
    slow: tuple[str, ...] = ()
    left: float | None = None
    at: str = ""


SLOW = 5.0  # seconds; then it is told who is at work
_TELLING = 3  # targets that have to be done before it can be said how long the rest takes
_watching: list[Callable[[Progress], None]] = []


@contextmanager
def watched(tell: Callable[[Progress], None]) -> Iterator[None]:
    """Let somebody know how far each fan-out in this block is, about once a second and at every outcome."""
    _watching.append(tell)
    try:
        yield
    finally:
        _watching.remove(tell)


def is_watched() -> bool:
    """Does anybody look on?"""
    return bool(_watching)


def show(one: Progress) -> None:
    """Let everybody know who looks on."""
    for tell in _watching:
        tell(one)


def left(done: int, of: int, took: float) -> float | None:
    """The seconds that the rest will take, if `done` of them took so long; None while nobody can say."""
    rest = of - done
    return took / done * rest if done >= _TELLING and rest else None


class Turns:
    """Targets that are worked on one after another, and whoever watches is told whose turn it is."""

    def __init__(self, of: int) -> None:
        self._of, self._done, self._began = of, 0, time.monotonic()

    def begin(self, name: str) -> None:
        """The turn of this one; the one before it is done."""
        took = time.monotonic() - self._began
        show(Progress(self._done, self._of, left=left(self._done, self._of, took), at=name))
        self._done += 1
