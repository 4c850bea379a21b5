"""Deciding what to keep, and letting the rest go: of many snapshots, of many data sets.

`python -m bench.retention COUNT` decides on so many forged snapshots and prints how many processor seconds.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.frame import Contest, Limit
from bitools.backup.decisions.memory import Memory
from bitools.backup.decisions.retention import Policy, decide
from bitools.backup.decisions.runs import Snapshot, group, tags
from bitools.backup.wire import memory_file
from bitools.state import State
from lab.restic_repository import ForgedRepository

SETS, WEEKS, KEPT = 20, 40, 30
_CLOCK = {"TZ": "Europe/Istanbul"}  # the inventory's zone: restic is asked for its opinion only then
_POLICY = {"hourly": 24, "daily": 14, "weekly": 8, "monthly": 12, "quarterly": 8, "biannual": 10}


@contextmanager
def contests(snapshots: int = 50_000) -> Iterator[list[Contest | Limit]]:
    """Twenty data sets against one, each with ten weeks to let go; then many snapshots to plan for."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        one, many = _Town(folder / "one", 1), _Town(folder / "many", SETS)

        def begin_again() -> None:
            one.begin_again()
            many.begin_again()

        yield [
            Contest(
                f"backup run, {SETS} data sets of which {WEEKS - KEPT} weeks each go",
                many.command, one.command, "one data set", 1.5, "wall", _CLOCK, prepare=begin_again,
            ),
            Limit(
                f"group and plan {snapshots} snapshots",
                [sys.executable, "-m", "bench.retention", str(snapshots)],
                1000, "told", "ms",
            ),
        ]  # fmt: skip


class _Town:
    """A repository with weeks of so many data sets, none of them due; and a way back to that."""

    def __init__(self, folder: Path, sets: int) -> None:
        self._state, self._golden = State(folder / "state"), folder / "golden"
        self._inventory = folder / "inventory"
        self._inventory.mkdir(parents=True)
        password = self._inventory / "password"
        password.touch(mode=0o600)
        password.write_text("benchmark")
        (self._inventory / "source").mkdir()
        (self._inventory / "source" / "file").write_text("x")
        self._repository = ForgedRepository(self._inventory / "depo", "benchmark", cheap=False)
        names = [f"set-{number:02}" for number in range(sets)]
        now = datetime.now(tz=ZoneInfo("Europe/Istanbul"))
        for name in names:
            for week in range(WEEKS):
                self._repository.forge(now - timedelta(weeks=week), tags(name, f"run-{week}"))
        shutil.copytree(self._repository.folder / "snapshots", self._golden)
        dataset = {"type": "files", "importance": "normal", "repository": "ana", "paths": ["source"]}
        backups = {
            "repositories": {"ana": {"location": "depo", "password": "file:password"}},
            "importance": {"normal": {"weekly": KEPT}},
            "datasets": dict.fromkeys(names, dataset),
        }
        (self._inventory / "backups.yaml").write_text(json.dumps(backups))  # JSON is YAML
        places = ["--inventory", str(self._inventory), "--state", str(self._state.folder)]
        self.command = [sys.executable, "-m", "bitools", *places, "backup", "run"]

    def begin_again(self) -> None:
        """Everything that was forgotten is there again, and its times are believed."""
        place = self._repository.folder / "snapshots"
        shutil.rmtree(place)
        shutil.copytree(self._golden, place)
        memory_file.save(Memory("ana"), self._state)


def _seconds_to_plan(count: int) -> float:
    end = datetime(2026, 11, 22, 16, 5, tzinfo=UTC)
    snapshots = [
        Snapshot(f"{number:064x}", end - timedelta(hours=number), tags("mis-db", f"run-{number}"))
        for number in range(count)
    ]
    policy = Policy(_POLICY, ZoneInfo("Europe/Istanbul"))
    began = time.process_time()
    verdict = decide(group(snapshots)["mis-db"], policy, end)
    took = time.process_time() - began
    assert len(verdict.keep) + len(verdict.forget) == count
    return took


if __name__ == "__main__":
    print(_seconds_to_plan(int(sys.argv[1])))
