"""Finding, cleaning up, looking at what changed, restoring: beside what restic itself needs for it.

`python -m bench.upkeep clean-up INVENTORY STATE` and `… look FOLDER` print what they have measured.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench.frame import BITOOLS, Contest, Limit
from bitools.backup.decisions.runs import tags
from bitools.backup.wire import first_bytes
from bitools.backup.wire.survey import survey
from lab.restic_repository import ForgedRepository

PASSWORD = "benchmark"
_ZONE = ZoneInfo("Europe/Istanbul")
_TREES = 20  # different ones among the snapshots that are searched
_OURSELVES = [sys.executable, "-m", "bench.upkeep"]


@contextmanager
def contests(
    searched: int = 5_000, forgotten: int = 98_900, files: int = 10_000
) -> Iterator[list[Contest | Limit]]:
    """A name in many snapshots; a first clean-up of very many; a tenth of the files changed; a restore."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        find, restored = _Find(folder / "find", searched), _Restore(folder / "restore", files)
        clean = _CleanUp(folder / "clean", forgotten)
        yield [
            Contest(
                f"backup find, {searched} snapshots", [*find.bitools, "find", "belge-7.txt", "--json"],
                ["restic", "find", "--json", "belge-7.txt"],
                "restic find", 2.0, "wall", find.environment,
            ),
            Contest(
                f"backup restore, {files} files", restored.our_way, restored.their_way,
                "restic restore", 1.0, "wall", restored.environment,
                prepare=restored.begin_again, allowance=3.0,
            ),
            Limit(
                f"look at the first bytes of {files} changed files, of restic's time for them",
                [*_OURSELVES, "look", str(restored.source)], 5, "told", "%", parts=10,
                environment=restored.environment,
            ),
            Limit(
                f"first clean-up of {forgotten} snapshots, beside restic's own time",
                [*_OURSELVES, "clean-up", *clean.places], 60_000, "told", "ms",
                environment=clean.environment, prepare=clean.begin_again,
            ),
        ]  # fmt: skip


class _Depot:
    """A repository, an inventory of one data set around it, and how both are reached."""

    def __init__(self, folder: Path, **policy: int) -> None:
        inventory = folder / "inventory"
        self.source = folder / "source"
        for one in (inventory, self.source):
            one.mkdir(parents=True)
        (inventory / "password").touch(mode=0o600)
        (inventory / "password").write_text(PASSWORD)
        self.repository = ForgedRepository(folder / "depo", PASSWORD, cheap=False)
        dataset = {"type": "files", "importance": "normal", "repository": "ana", "paths": [str(self.source)]}
        backups = {
            "repositories": {"ana": {"location": str(folder / "depo"), "password": "file:password"}},
            "importance": {"normal": policy or {"daily": 1}},
            "datasets": {"set": dataset},
        }
        (inventory / "backups.yaml").write_text(json.dumps(backups))  # JSON is YAML
        self.state, self.places = folder / "state", [str(inventory), str(folder / "state")]
        self.bitools = [*BITOOLS, "--inventory", str(inventory), "--state", str(self.state), "backup"]
        self.environment = {
            "RESTIC_REPOSITORY": str(folder / "depo"),
            "RESTIC_PASSWORD": PASSWORD,
            "XDG_CACHE_HOME": str(folder / "cache"),
            "TZ": "Europe/Istanbul",
        }

    def backed_up(self, run: str) -> dict[str, Any]:
        """A real snapshot of the source, as restic shows it."""
        words = [f"--tag={tag}" for tag in tags("set", run)]
        self.repository.restic("backup", *words, str(self.source))
        found: list[dict[str, Any]] = json.loads(self.repository.restic("snapshots", "--json", "latest"))
        return found[-1]


class _Find(_Depot):
    def __init__(self, folder: Path, count: int) -> None:
        super().__init__(folder)
        now = datetime.now(tz=_ZONE)
        for tree in range(_TREES):
            for number in range(300):
                place = self.source / f"birim-{number % 20}"
                place.mkdir(exist_ok=True)
                (place / f"belge-{number}.txt").write_text(f"{tree} {number}" if number % 3 else "aynı")
            real = self.backed_up(f"real-{tree}")
            for number in range(count // _TREES):
                when = now - timedelta(hours=tree * (count // _TREES) + number + 1)
                self.repository.forge(
                    when, tags("set", f"{tree}-{number}"), tree=real["tree"], paths=real["paths"]
                )


class _CleanUp(_Depot):
    """Eleven years of hours, of which a policy keeps a hundred: nothing was ever forgotten."""

    def __init__(self, folder: Path, count: int) -> None:
        super().__init__(folder, hourly=24, daily=14, weekly=8, monthly=12, quarterly=8, biannual=10)
        (self.source / "file").write_text("x")
        now = datetime.now(tz=_ZONE)
        for number in range(count):
            self.repository.forge(now - timedelta(hours=number), tags("set", f"run-{number}"))
        self._golden = folder / "golden"
        self._snapshots = self.repository.folder / "snapshots"
        self._snapshots.rename(self._golden)

    def begin_again(self) -> None:
        shutil.rmtree(self._snapshots, ignore_errors=True)
        shutil.copytree(self._golden, self._snapshots, copy_function=os.link)
        shutil.rmtree(self.state, ignore_errors=True)


class _Restore(_Depot):
    def __init__(self, folder: Path, count: int) -> None:
        super().__init__(folder)
        _write(self.source, count)
        self.backed_up("real")
        self._ours, self._peer = folder / "ours", folder / "peer"
        self.our_way = [*self.bitools, "restore", "set", "--to", str(self._ours)]
        self.their_way = ["restic", "restore", "latest", "--verify", "--target", str(self._peer)]

    def begin_again(self) -> None:
        for one in (self._ours, self._peer):
            shutil.rmtree(one, ignore_errors=True)


def _write(source: Path, count: int) -> None:
    for number in range(count):
        place = source / f"{number // 100:03}"
        place.mkdir(exist_ok=True)
        (place / f"{number:05}.bin").write_bytes(os.urandom(5_000))


def _clean_up(inventory: str, state: str) -> float:
    """Seconds of a run with `--confirm` that are not restic's."""
    from bitools.backup.verbs import run as verb
    from bitools.backup.verbs.repository_run import RunOptions
    from bitools.backup.wire.restic_program import Program
    from bitools.inventory.load import load
    from bitools.ledger import Ledger
    from bitools.run import Run
    from bitools.state import State, new_run

    theirs, calls = 0.0, 0
    call = Program.call

    def timed(self: Program, *words: Any, **more: Any) -> Any:
        nonlocal theirs, calls
        began = time.perf_counter()
        try:
            return call(self, *words, **more)
        finally:
            theirs += time.perf_counter() - began
            calls += 1

    Program.call = timed  # type: ignore[method-assign]
    began = time.perf_counter()
    now, where = datetime.now().astimezone(), State(Path(state))
    name = new_run(now)
    this = Run(name, now, load(Path(inventory)), where, Ledger(where, name, "bench", "bench"), False)
    document = verb.run(this, this.inventory.select_datasets(), RunOptions(confirmed=True))
    if document.failed:
        raise SystemExit(str(document.failed))
    took = time.perf_counter() - began
    print(f"{took:.1f} s, {theirs:.1f} of them restic's in {calls} calls", file=sys.stderr)
    return took - theirs


def _look(source: str) -> float:
    """Which share of restic's processor time for changed files our look at them takes."""
    _write(Path(source), len([*Path(source).rglob("*.bin")]))
    subprocess.run(["restic", "backup", "--quiet", source], check=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.process_time()
    first_bytes.sample_of(survey([source], since=1.0))
    return (time.process_time() - began) / (used.ru_utime + used.ru_stime)


if __name__ == "__main__":
    print(_clean_up(*sys.argv[2:]) if sys.argv[1] == "clean-up" else _look(sys.argv[2]))
