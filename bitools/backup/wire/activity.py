"""Does a program that prints nothing still work? By its processor time and the bytes it moves (proc(5)).

A prune of hours says nothing until its end, and is not hung. One that waits for a dead network uses a little
all the same: it keeps its lock fresh every five minutes, and its runtime looks for garbage every two.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bitools import privilege

_SHARE = 0.01  # of the time, on a processor: so much a working program has, and a hung one has not
_FLOW = 150.0  # bytes a second, likewise
_TICKS = float(os.sysconf("SC_CLK_TCK"))
_PROC = Path("/proc")

Counters = tuple[float, int]  # seconds of processor, bytes read and written


@dataclass(slots=True)
class Activity:
    """What a program and all it started have done since the last sign, by its session: ssh and rclone too."""

    session: int
    _seen: dict[tuple[int, str], Counters] = field(default_factory=dict)  # process, when it started
    _cpu: float = 0.0
    _bytes: int = 0

    def sign(self, silence: float) -> bool:
        """Has it done, since the last time this was so, what a working program does in `silence` seconds?"""
        now = self._counters()
        for process, (cpu, size) in now.items():
            was_cpu, was_size = self._seen.get(process, (0.0, 0))
            self._cpu += max(0.0, cpu - was_cpu)
            self._bytes += max(0, size - was_size)
        self._seen = now
        if self._cpu < silence * _SHARE and self._bytes < silence * _FLOW:
            return False
        self._cpu, self._bytes = 0.0, 0
        return True

    def _counters(self) -> dict[tuple[int, str], Counters]:
        # Another thread may be about its own rights; processor time is for everybody to see.
        main = threading.current_thread() is threading.main_thread()
        with privilege.raised() if main else nullcontext():
            return dict(self._each())

    def _each(self) -> Iterator[tuple[tuple[int, str], Counters]]:
        for one in _PROC.iterdir():
            if one.name.isdigit():
                with suppress(OSError):  # it has ended meanwhile
                    words = (one / "stat").read_text(errors="replace").rpartition(")")[2].split()
                    if int(words[3]) == self.session:
                        cpu = (int(words[11]) + int(words[12])) / _TICKS
                        yield (int(one.name), words[19]), (cpu, _moved(one))


def _moved(process: Path) -> int:
    """Bytes read and written, by files, pipes and sockets alike; 0 where we may not know."""
    try:
        lines = (process / "io").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines[:2])  # rchar, wchar
