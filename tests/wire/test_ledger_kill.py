"""Writers are killed at random: the chain stays whole, and no entry is lost whose number was given out."""

from __future__ import annotations

import os
import random
import signal
from itertools import chain
from pathlib import Path

import pytest

from bitools.ledger import Ledger, acts, pages
from bitools.state import State


def write(folder: Path, name: str, entries: int, told: int) -> None:
    """Append, and tell of each the number that it was given."""
    book = Ledger(State(folder), "r", "kill test", name)
    for count in range(entries):
        size = (1, 50, 5000, 100_000)[count % 4] if count % 20 == 19 else 30
        number = book.append(acts.NET_TRUST, f"{name}-{count}", "done", after="ş" * size)
        os.write(told, f"{number} {count}\n".encode())


class Writer:
    """One in a process of its own."""

    def __init__(self, folder: Path, name: str, entries: int) -> None:
        self.name = name
        theirs, told = os.pipe()
        self._child = os.fork()
        if self._child == 0:
            try:
                write(folder, name, entries, told)
            finally:
                os._exit(0)
        os.close(told)  # before another is born: it would hold it open
        self._lines = os.fdopen(theirs, encoding="ascii")
        self.said: list[str] = []

    def hear(self, lines: int) -> None:
        """Wait until it has told of so many."""
        self.said += [self._lines.readline() for _line in range(lines)]

    def kill(self) -> None:
        os.kill(self._child, signal.SIGKILL)

    def promised(self) -> dict[int, str]:
        """Every number that was told whole; waits for its end."""
        with self._lines:
            said = "".join([*self.said, self._lines.read()]).splitlines(keepends=True)
        os.waitpid(self._child, 0)
        whole = [line.split() for line in said if line.endswith("\n") and line.count(" ") == 1]
        return {int(number): f"{self.name}-{count}" for number, count in whole}


def storm(folder: Path, writers: int, entries: int, kills: int) -> None:
    chance = random.Random(5651)
    working = [Writer(folder, f"w{number}", entries) for number in range(writers)]
    dead: list[Writer] = []
    for kill in range(kills):
        victim = chance.randrange(writers)
        working[victim].hear(chance.randint(1, 40))
        working[victim].kill()
        dead.append(working[victim])
        working[victim] = Writer(folder, f"w{victim}k{kill}", entries)
    told = [one.promised() for one in (*dead, *working)]
    promised = dict(chain.from_iterable(one.items() for one in told))
    assert len(promised) == sum(map(len, told)), "no number was given out twice"
    book = Ledger(State(folder), "r", "", "")
    written = {entry["seq"]: entry["target"] for entry in book.entries()}
    assert promised.items() <= written.items()
    book.append(acts.NET_TRUST, "the last", "done")
    assert book.verify().entries >= len(promised) + 1
    assert book.verify().torn == 0


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many files: nobody may be left writing into one that was put aside."""
    monkeypatch.setattr(pages, "LARGEST", 100_000)


def test_killed_writers_leave_a_whole_chain(tmp_path: Path) -> None:
    storm(tmp_path, writers=3, entries=100, kills=6)


@pytest.mark.torture
def test_ten_writers_killed_at_random_leave_a_whole_chain(tmp_path: Path) -> None:
    storm(tmp_path, writers=10, entries=1000, kills=60)
