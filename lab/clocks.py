"""Other clocks for programs, by libfaketime: one that runs from another moment, and one that stands still.

The library is named to the loader, and its `faketime` wrapper is not used: that names what it shares between
processes by its process number alone, and ends with 1 if a program that was killed left such a name behind.
The monotonic clock and the times of files are left alone: timers go on.
"""

from __future__ import annotations

import time
from pathlib import Path

PACKAGE = "libfaketime"


def moved(to: str) -> dict[str, str]:
    """What a program's environment needs so that its clock runs from `to`: `+5d`, `@2026-11-27 18:00:00`.

    Raise FileNotFoundError if libfaketime is not installed.
    """
    return _library() | {"FAKETIME": to}


def _library() -> dict[str, str]:
    library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
    if library is None:
        raise FileNotFoundError(f"apt-get install {PACKAGE}")
    return {"LD_PRELOAD": str(library), "FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1"}


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
    """Seconds since 1970 in a file that is read at every question: what programs write is known to the
    second, however busy the machine is. (On a clock that runs sixty times as fast, whoever watches is wrong
    by a packet's way times sixty.) `environment` is for every program that shall live by it."""

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
        return _library() | {
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_FMT": "%s",
            "FAKETIME_NO_CACHE": "1",
        }
