"""Backups against the programs that they stand on, and against borgmatic, which does the same over borg.

Ours also takes its locks, looks whether the source is whole, writes its ledger, and proves what restic says.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from bench.frame import ROOT, Contest, run
from bitools.backup.decisions.memory import Memory
from bitools.backup.decisions.runs import tags
from bitools.backup.wire import memory_file
from bitools.backup.wire.restic_answers import snapshot_of
from bitools.state import State
from lab import packages

PASSWORD = "benchmark"
BITOOLS = [sys.executable, "-m", "bitools", "backup", "run"]
BORGMATIC = ROOT / "build" / "borgmatic"  # an environment of its own
_SECONDS = 0.35  # what a run of ours may take beside what the peer's work takes


@contextmanager
def contests(count: int = 10_000, size: int = 20_000) -> Iterator[list[Contest]]:
    """200 MB in 10,000 files that do not change; each side has a repository of its own."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        source = folder / "source"
        for number in range(count):
            place = source / f"{number // 100:03}"
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{number:05}.bin").write_bytes(os.urandom(size))
        environment = _inventory(folder, source)
        year = _Year(folder, source, environment)
        instant = [*BITOOLS, "--now", "--no-forget"]
        borgmatic = _borgmatic(folder, source)
        files = f"{count} unchanged files"
        yield [
            Contest(
                f"backup run --now --no-forget, {files}", instant,
                ["restic", "backup", "--quiet", str(source)],
                "restic backup", 1.25, "wall", environment, allowance=_SECONDS,
            ),
            Contest(
                f"backup run --now --no-forget, {files}", instant, [*borgmatic, "create"],
                "borgmatic create, borg", 0.7, "wall", environment,
            ),
            Contest(
                f"backup run, {files}", BITOOLS, year.same_calls, "the same restic calls", 1.0, "wall",
                environment, prepare=year.begin_again, allowance=_SECONDS,
            ),
            Contest(
                f"backup run, {files}", BITOOLS, [*borgmatic, "create", "prune", "list"],
                "borgmatic create prune list, borg", 0.7, "wall", environment, prepare=year.begin_again,
            ),
            Contest(
                f"backup run, {files}", BITOOLS, borgmatic, "borgmatic as cron calls it, borg", 0.7, "wall",
                environment, prepare=year.begin_again,
            ),
        ]  # fmt: skip


class _Year:
    """Two old snapshots, one of which has to go once a new one is made; and a way back to that."""

    def __init__(self, folder: Path, source: Path, environment: dict[str, str]) -> None:
        self._folder = folder
        now = datetime.now()
        for side in ("ours", "peer"):
            there = environment | {"RESTIC_REPOSITORY": str(folder / side)}
            run(["restic", "init"], there)
            for days in (41, 40):
                when = f"--time={now - timedelta(days=days):%Y-%m-%d %H:%M:%S}"
                words = [f"--tag={tag}" for tag in tags("belgeler", f"old-{days}")]
                run(["restic", "backup", when, *words, str(source)], there)
            shutil.copytree(folder / side / "snapshots", folder / f"{side}-snapshots")
        self._listed = _listed(environment | {"RESTIC_REPOSITORY": str(folder / "ours")})
        oldest = _listed(environment)[0]["id"]
        self.same_calls = ["sh", "-ec", f"restic backup --quiet {source} && restic forget {oldest}"]
        self._state = State(folder / "state")
        memory_file.save(self._memory(), self._state)
        run(BITOOLS, environment)
        self._left = memory_file.load(self._state, "ana")
        self.begin_again()

    def begin_again(self) -> None:
        """The repositories as they were, and our memory as the run before this one left it.

        What is done once a day has been done today: restic's own opinion was heard, the disk's use added up;
        what is done once a month, too: the first bytes of all files were looked at.
        """
        for side in ("ours", "peer"):
            shutil.rmtree(self._folder / side / "snapshots")
            shutil.copytree(self._folder / f"{side}-snapshots", self._folder / side / "snapshots")
        left, memory = self._left, self._memory()
        memory.asked, memory.content, memory.usual = left.asked, left.content, left.usual
        memory.mounts, memory.sizes = left.mounts, left.sizes
        memory_file.save(memory, self._state)

    def _memory(self) -> Memory:
        """What is known after a look at the two old snapshots."""
        memory = Memory("ana")
        memory.look([snapshot_of(one) for one in self._listed], datetime.now().astimezone())
        return memory


def _listed(environment: dict[str, str]) -> list[dict[str, str]]:
    """The peer's snapshots, oldest first."""
    command = ["restic", "snapshots", "--json", "--no-lock"]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, check=True)
    return sorted(json.loads(done.stdout), key=lambda one: str(one["time"]))


def _borgmatic(folder: Path, source: Path) -> list[str]:
    """borgmatic, set up to make one archive and keep one a day."""
    packages.require("borgbackup")
    program = BORGMATIC / "bin" / "borgmatic"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", BORGMATIC], check=True)
        pip = [str(BORGMATIC / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        subprocess.run([*pip, "borgmatic"], check=True)
    settings = {
        "source_directories": [str(source)],
        "repositories": [{"path": str(folder / "borg")}],
        "encryption_passphrase": PASSWORD,
        "keep_daily": 1,
        "borg_base_directory": str(folder),
    }
    config = folder / "borgmatic.yaml"
    config.write_text(json.dumps(settings))  # JSON is YAML
    words = [str(program), "--config", str(config)]
    run([*words, "repo-create", "--encryption", "repokey"], {})
    return words


def _inventory(folder: Path, source: Path) -> dict[str, str]:
    """What both sides need to know."""
    (folder / "inventory").mkdir()
    (folder / "password").touch(mode=0o600)
    (folder / "password").write_text(PASSWORD)
    backups = {
        "repositories": {
            "ana": {"location": str(folder / "ours"), "password": f"file:{folder / 'password'}"}
        },
        "importance": {"normal": {"daily": 1}},
        "datasets": {
            "belgeler": {
                "type": "files",
                "importance": "normal",
                "repository": "ana",
                "paths": [str(source)],
            }
        },
    }
    (folder / "inventory" / "backups.yaml").write_text(json.dumps(backups))  # JSON is YAML
    return {
        "BITOOLS_INVENTORY": str(folder / "inventory"),
        "BITOOLS_STATE": str(folder / "state"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "RESTIC_REPOSITORY": str(folder / "peer"),
        "RESTIC_PASSWORD_FILE": str(folder / "password"),
        "TZ": "Europe/Istanbul",
    }
