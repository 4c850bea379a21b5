"""The ledger against the least that could be done: a bare write + fsync; reading the same lines as JSON.

`python -m bench.records append|bare FOLDER COUNT` and `verify|json FOLDER` are the two sides of each.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.frame import ROOT, Contest, Limit
from bitools.ledger import Ledger, acts
from bitools.ledger.chain import End, Fields
from bitools.state import State


@contextmanager
def contests(appended: int = 3000, verified: int = 100_000) -> Iterator[list[Contest | Limit]]:
    """On the disk that holds the project, not in memory: fsync must cost what it costs."""
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as temporary:
        folder = Path(temporary)
        _write_ledger(folder / "whole", verified)

        def command(*words: str) -> list[str]:
            return [sys.executable, "-m", "bench.records", *words]

        yield [
            Contest(
                f"ledger append, {appended} entries",
                command("append", str(folder / "ours"), str(appended)),
                command("bare", str(folder), str(appended)),
                "write + fsync", 1.5,
            ),
            Contest(
                f"ledger verify, {verified} entries",
                command("verify", str(folder / "whole")),
                command("json", str(folder / "whole")),
                "json.loads of every line", 1.2,
            ),
            Limit(
                f"ledger verify, {verified} entries",
                command("verify", str(folder / "whole")), 1000.0, "cpu", "ms",
            ),
        ]  # fmt: skip


def _write_ledger(folder: Path, entries: int) -> None:
    end, lines = End(), []
    for number in range(entries):
        after = {"intent": number, "result": None} if number % 2 else None
        outcome = "done" if number % 2 else "intent"
        fields = Fields(
            "ayse", "yonetim", "bitools net snapshot", f"sw-{number}", "net.snapshot", None, after, outcome,
            "20261122T165600Z-4f1c9a", ("6.31", "11.24"),
        )  # fmt: skip
        line, head = fields.sealed(end, "2026-11-22T16:56:00.000+03:00")
        end = End(end.number + 1, head)
        lines.append(line)
    (folder / "ledger").mkdir(parents=True)
    (folder / "ledger" / "ledger.jsonl").write_bytes(b"".join(lines))


def _append(folder: Path, count: int) -> None:
    book = Ledger(State(folder), "20261122T165600Z-4f1c9a", "bitools net snapshot", "ayse")
    for number in range(count):
        book.append(acts.NET_SNAPSHOT, f"sw-{number}", "done", after={"lines": number})


def _bare(folder: Path, count: int) -> None:
    line = b"x" * 399 + b"\n"
    descriptor = os.open(folder / "bare", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for _number in range(count):
        os.write(descriptor, line)
        os.fsync(descriptor)


def _side(words: list[str]) -> None:
    folder = Path(words[1])
    if words[0] == "append":
        _append(folder, int(words[2]))
    elif words[0] == "bare":
        _bare(folder, int(words[2]))
    elif words[0] == "verify":
        Ledger(State(folder), "", "", "").verify()
    else:
        with (folder / "ledger" / "ledger.jsonl").open("rb") as file:
            for line in file:
                json.loads(line)


if __name__ == "__main__":
    _side(sys.argv[1:])
