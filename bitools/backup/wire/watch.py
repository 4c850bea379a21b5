"""When a program counts as hung: it gave no sign of life for too long, or took more time than it may."""

from __future__ import annotations

import re
import select
import time
from dataclasses import dataclass, field
from typing import IO

from bitools import process
from bitools.backup.wire.activity import Activity
from bitools.errors import Unreachable
from bitools.i18n import _

SILENCE = 1800.0  # seconds
_LOOK = 5.0  # seconds between two looks, at most
_TAIL = 4096  # bytes of what restic said last
_CLOCK = re.compile(rb'"seconds_(?:elapsed|remaining)":\d+,?|\[[\d:]+\]')  # goes on in a restic that hangs


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """Seconds without a sign of life, and seconds in all (None: as long as it takes)."""

    silence: float = SILENCE
    total: float | None = None


ORDINARY = TimeLimits()


@dataclass(slots=True)
class Watch:
    """One program's. `began` is counted by a clock that nobody sets; `snapshot`: it was to make one."""

    program: str
    limits: TimeLimits
    snapshot: bool = True
    began: float = field(default_factory=time.monotonic)
    alive: float = field(default_factory=time.monotonic)

    def sign(self) -> None:
        """It did something."""
        self.alive = time.monotonic()

    def left(self) -> float:
        """Seconds that may still pass without a sign. Raise Unreachable if there are none."""
        now = time.monotonic()
        silent, total = self.alive + self.limits.silence - now, self.limits.total
        whole = self.began + total - now if total is not None else silent
        if whole <= 0 and total is not None:
            raise self._too_long(total)
        if silent <= 0:
            raise self.ended(self.limits.silence)
        return min(silent, whole)

    def ready(self, descriptor: int, event: int) -> None:
        """Wait until a pipe can be read (POLLIN) or written (POLLOUT). Raise Unreachable."""
        look = select.poll()
        look.register(descriptor, event)
        while not look.poll(self.left() * 1000):
            pass
        self.sign()

    def end_of(self, child: process.Child, said: IO[bytes]) -> int:
        """Wait for a restic that tells its progress into this file, or at least works; give its code.

        Raise Unreachable.
        """
        heard, activity = b"", Activity(child.pid)
        while True:
            if (code := process.waited(child, min(_LOOK, self.left()))) is not None:
                return code
            if (now := _progress(said)) != heard or activity.sign(self.limits.silence):
                heard = now
                self.sign()

    def output_of(self, child: process.Child, descriptor: int) -> None:
        """Wait until a restic that writes into this pipe has written something. Raise Unreachable.

        What was waited for before, by who reads it, does not count.
        """
        look, activity = select.poll(), Activity(child.pid)
        look.register(descriptor, select.POLLIN)
        self.sign()
        while not look.poll(min(_LOOK, self.left()) * 1000):
            if activity.sign(self.limits.silence):
                self.sign()

    def ended(self, seconds: float) -> Unreachable:
        """The error for a program that has nothing to say any more, and does not end."""
        if self.snapshot:
            message = _("{program} gave no sign of life for {time} and was ended; no snapshot was made")
        else:
            message = _("{program} gave no sign of life for {time} and was ended")
        return self._ended(message, seconds, "silent")

    def _too_long(self, seconds: float) -> Unreachable:
        if self.snapshot:
            message = _("{program} was not done within {time} and was ended; no snapshot was made")
        else:
            message = _("{program} was not done within {time} and was ended")
        return self._ended(message, seconds, "time_limit")

    def _ended(self, message: str, seconds: float, reason: str) -> Unreachable:
        text = message.format(program=self.program, time=_span(seconds))
        hint = _(
            "what does it wait for? a lock, a disk, a network; see silence and time_limit in backups.yaml"
        )
        return Unreachable(text, hint=hint, reason=reason)


def _progress(said: IO[bytes]) -> bytes:
    """The end of what was said, without the clock in it."""
    size = said.seek(0, 2)
    said.seek(max(0, size - _TAIL))
    lines = said.read().splitlines() or [b""]
    said.seek(0, 2)
    return _CLOCK.sub(b"", lines[-1])


def _span(seconds: float) -> str:
    if seconds < 120:
        return _("{count} seconds").format(count=round(seconds))
    return _("{count} minutes").format(count=round(seconds / 60))
