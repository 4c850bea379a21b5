"""Writers are killed at random: the chain stays whole, and no entry is lost whose number was given out."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bitools.ledger import Ledger, acts
from bitools.state import State

ROOT = Path(__file__).resolve().parents[2]
WRITER = """
import sys
from pathlib import Path
from bitools.ledger import pages
from bitools.ledger import Ledger, acts
from bitools.state import State
pages.LARGEST = 100_000  # many files: nobody may be left writing into one that was put aside
book = Ledger(State(Path(sys.argv[1])), "r", "kill test", sys.argv[2])
for count in range(int(sys.argv[3])):
    size = (1, 50, 5000, 100_000)[count % 4] if count % 20 == 19 else 30
    print(book.append(acts.NET_TRUST, f"{sys.argv[2]}-{count}", "done", after="ş" * size), count, flush=True)
"""


def storm(folder: Path, writers: int, entries: int, kills: int) -> None:
    chance = random.Random(5651)
    started = [start(folder, f"w{number}", entries) for number in range(writers)]
    promised: dict[int, str] = {}
    for kill in range(kills):
        victim = chance.randrange(writers)
        name, process = started[victim]
        assert process.stdout
        lines = [process.stdout.readline() for _line in range(chance.randint(1, 40))]
        process.send_signal(signal.SIGKILL)
        collect(promised, name, process, lines)
        started[victim] = start(folder, f"w{victim}k{kill}", entries)
    for name, process in started:
        collect(promised, name, process, [])
    book = Ledger(State(folder), "r", "", "")
    written = {entry["seq"]: entry["target"] for entry in book.entries()}
    assert promised.items() <= written.items()
    book.append(acts.NET_TRUST, "the last", "done")
    assert book.verify().entries >= len(promised) + 1
    assert book.verify().torn == 0


def start(folder: Path, name: str, entries: int) -> tuple[str, "subprocess.Popen[str]"]:
    words = [sys.executable, "-c", WRITER, str(folder), name, str(entries)]
    return name, subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def collect(promised: dict[int, str], name: str, process: "subprocess.Popen[str]", lines: list[str]) -> None:
    """Every number that was printed whole is a promise."""
    rest, _nothing = process.communicate()
    for line in "".join([*lines, rest]).splitlines(keepends=True):
        if line.endswith("\n") and line.count(" ") == 1:
            number, count = line.split()
            assert int(number) not in promised
            promised[int(number)] = f"{name}-{count}"


def test_killed_writers_leave_a_whole_chain(tmp_path: Path) -> None:
    storm(tmp_path, writers=3, entries=100, kills=6)


@pytest.mark.torture
def test_ten_writers_killed_at_random_leave_a_whole_chain(tmp_path: Path) -> None:
    storm(tmp_path, writers=10, entries=1000, kills=60)
