"""Processes that outlive the one that started them, and are found again by PID and kernel start time.

A PID alone may have been given to somebody else's process meanwhile: nothing is ever signalled
before its start time has been compared.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.patience import HANGS


def start_time(pid: int) -> str:
    """When the kernel started this process, in its own ticks; empty if there is none (or only its corpse)."""
    state, *fields = status(pid)
    return "" if state in "ZX" else fields[18]


def status(pid: int) -> list[str]:
    """What the kernel says of a process, from its state on (proc(5), `stat`); only X if there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ["X"]


@dataclass(frozen=True, slots=True)
class Process:
    """A process by its number and its birth."""

    pid: int
    started: str

    @classmethod
    def of(cls, pid: int) -> Process:
        """The one that has this number now."""
        return cls(pid, start_time(pid))

    @classmethod
    def read(cls, file: Path) -> Process | None:
        """The one a PID file names, if it still runs."""
        try:
            pid, started = file.read_text().split()
        except (FileNotFoundError, ValueError):
            return None
        process = cls(int(pid), started)
        return process if process.runs else None

    def write(self, file: Path) -> None:
        """Name it in a PID file."""
        file.write_text(f"{self.pid} {self.started}\n")

    @property
    def runs(self) -> bool:
        """Whether it, and not a later one of the same number, is there."""
        return bool(self.started) and start_time(self.pid) == self.started

    def signal(self, number: signal.Signals) -> None:
        """Signal it, if it runs."""
        if self.runs:
            os.kill(self.pid, number)

    def end(self, seconds: float = 5.0) -> None:
        """Ask it to end, and make it end if it has not after so many seconds."""
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        if not self._gone(seconds):
            self.signal(signal.SIGKILL)
            if not self._gone(HANGS):
                raise TimeoutError(f"process {self.pid} cannot be ended")

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self.signal(signal.SIGKILL)
        self._gone(HANGS)

    def _gone(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.runs:
            if time.monotonic() > deadline:
                return False
            try:
                os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                pass
            time.sleep(0.01)
        return True


def strays(*arguments: str | Path) -> list[Process]:
    """Processes that were started with just these arguments in a row.

    For what was started by somebody who was killed before noting the PID: give a program's name and a
    path that nobody else would give it.
    """
    wanted = "\0" + "\0".join(map(str, arguments)) + "\0"
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = "\0" + (folder / "cmdline").read_text(errors="replace")
        except OSError:
            continue
        if wanted in command and int(folder.name) != os.getpid():
            found.append(Process.of(int(folder.name)))
    return found


def start(arguments: Sequence[str | Path], log: Path, environment: dict[str, str] | None = None) -> Process:
    """Start a program in a session of its own, its output going to a log file."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            [str(argument) for argument in arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment,
            start_new_session=True,
        )
    child.returncode = 0  # it is not ours to wait for: Process follows it by number
    return Process.of(child.pid)
