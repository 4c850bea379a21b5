"""Sudden deaths of a command, and the wait until nothing of it works any more.

Whoever looks at what a death left behind must not look while an orphan still writes: git's own check of a
store reads the objects first and the branch after them, so it misses what is added in between.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from lab.processes import status


def power_cut(command: subprocess.Popen[bytes]) -> None:
    """Kill a command and all that it started, however far down."""
    members = halt(command.pid)
    _signal(members, signal.SIGKILL)
    _buried(command, members)


def lonely_death(command: subprocess.Popen[bytes]) -> None:
    """Kill a command alone, as the kernel does when memory is short: what it started ends in its own way."""
    first, *orphans = halt(command.pid)
    _signal([first], signal.SIGKILL)
    _signal(orphans, signal.SIGCONT)
    _buried(command, orphans)


def killed_within(act: Callable[[], object], seconds: float) -> bool:
    """Act in a child that is killed after so long, wherever it is by then; False if it had ended."""
    child = os.fork()
    if child == 0:
        try:
            act()
        finally:
            os._exit(0)
    descriptor = os.pidfd_open(child)
    try:
        if not select.select([descriptor], [], [], seconds)[0]:
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
    finally:
        os.close(descriptor)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def halt(pid: int) -> list[int]:
    """Stop a process and all that it started, itself first: none of them can start one more meanwhile."""
    _signal([pid], signal.SIGSTOP)
    while status(pid)[0] not in "TtZX":
        time.sleep(0.001)
    return [pid, *(one for child in children(pid) for one in halt(child))]


def children(pid: int) -> list[int]:
    """The processes that this one started, whichever of its threads did; none if it is gone."""
    found: list[int] = []
    try:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (thread / "children").read_text().split())
    except (FileNotFoundError, ProcessLookupError):
        pass
    return found


def _signal(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def _buried(command: subprocess.Popen[bytes], others: Iterable[int]) -> None:
    """Wait until each is gone, and not only dead: restic takes a corpse for a living one."""
    command.communicate()
    while any(Path(f"/proc/{one}").exists() for one in others):
        time.sleep(0.01)
