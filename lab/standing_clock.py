"""A clock for programs under libfaketime that stands still until it is moved: what they write is then known
to the second, however busy the machine is.

`faketime -f '+0 x60'` lets the clock run, so that whoever watches from outside is wrong by a packet's way
times sixty. Here the clock is a file (FAKETIME_TIMESTAMP_FILE), read at every question. The monotonic clock
is left alone: timers go on.
"""

from __future__ import annotations

import time
from pathlib import Path

PACKAGE = "libfaketime"


class RunningClock:
    """The machine's own, for who needs no other."""

    @property
    def now(self) -> int:
        """Seconds since 1970."""
        return int(time.time())

    def environment(self) -> dict[str, str]:
        """Nothing."""
        return {}


class StandingClock:
    """Seconds since 1970 in a file; `environment` is for every program that shall live by it."""

    def __init__(self, file: Path, now: int) -> None:
        self.file = file
        self.now = now
        self.set(now)

    def set(self, now: int) -> None:
        """From here on it is this second."""
        beside = self.file.with_suffix(".new")
        beside.write_text(f"{now}\n")
        beside.replace(self.file)
        self.now = now

    def environment(self) -> dict[str, str]:
        """Raise FileNotFoundError if libfaketime is not installed."""
        library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
        if library is None:
            raise FileNotFoundError(f"apt-get install {PACKAGE}")
        return {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_FMT": "%s",
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }
