"""A real restic repository a test, cheap to open; an inventory around it; runs at any time."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bitools import process
from bitools.backup.verbs import copy, run
from bitools.backup.verbs.repository_run import RunOptions
from bitools.run import Run
from bitools.state import Document
from lab import restic_releases
from lab.restic_repository import ForgedRepository
from tests.town import Town
from tests.wire.backup.beginning import Beginning

_ROOM = 2 << 30  # bytes; containers often have little there
PASSWORD = "deneme-parolasi-41"
BACKUPS = """
repositories:
  ana: {location: depo, password: "file:anahtar"}
importance:
  critical: {hourly: 24, daily: 14, weekly: 8, monthly: 12, quarterly: 8, biannual: 10}
  normal: {daily: 2, weekly: 2}
datasets:
"""


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """restic keeps a cache a repository: here, and not in the home of whoever runs the tests."""
    folder = tmp_path_factory.mktemp("cache")
    process.inherit({"XDG_CACHE_HOME": str(folder)})
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> ForgedRepository:
    """An empty repository, made once."""
    return ForgedRepository(tmp_path_factory.mktemp("restic") / "depo", PASSWORD)


class Depot(Town):
    """A small municipality with one repository: the inventory, the state, and what happens in it."""

    def __init__(self, folder: Path, pristine: ForgedRepository) -> None:
        super().__init__(folder)
        self.source = folder / "belgeler"
        self.source.mkdir()
        self.repository = pristine.copied_to(self.inventory / "depo")
        self.key(PASSWORD)
        self.datasets(
            f"  belgeler: {{type: files, importance: critical, repository: ana, paths: ['{self.source}']}}\n"
        )

    def key(self, password: str) -> None:
        """Write the password that bitools will use."""
        path = self.inventory / "anahtar"
        path.write_text(password)
        path.chmod(0o600)

    def datasets(self, text: str) -> None:
        """Write the data sets of backups.yaml."""
        self.write("backups.yaml", BACKUPS + text)

    def second(self, more: str = "", *, beside: str = "", policy: str = "{daily: 2, weekly: 2}") -> None:
        """A second repository, `uzak`, is a copy of the first; with this of its own and these beside it."""
        (self.source / "plan.bin").write_bytes(os.urandom(50_000))
        key = self.inventory / "uzak-anahtar"
        key.write_text("baska-parola")
        key.chmod(0o600)
        self.write(
            "backups.yaml",
            "repositories:\n"
            '  ana: {location: depo, password: "file:anahtar", lock_wait: 2}\n'
            f'  uzak: {{location: uzak, password: "file:uzak-anahtar", copy_of: ana{more}}}\n{beside}'
            f"importance:\n  normal: {policy}\ndatasets:\n"
            f"  belgeler: {{type: files, importance: normal, repository: ana, paths: ['{self.source}']}}\n",
        )

    def copied(self, **more: Any) -> Document:
        """`backup copy`; what it makes has a cheap key afterwards, where nobody has damaged that."""
        this = self.run(**more)
        document = copy.copy(this, this.inventory.select_datasets())
        if not document.failed and (self.inventory / "uzak").is_dir():
            ForgedRepository.of(self.inventory / "uzak", "baska-parola")
        return document

    def run(self, *, after: timedelta = timedelta(), dry_run: bool = False) -> Run:
        """A run of a command; by default now."""
        return self.begin(datetime.now().astimezone() + after, dry_run=dry_run)

    def rotate(
        self, *names: str, after: timedelta = timedelta(), dry_run: bool = False, **wish: object
    ) -> Document:
        """`backup run`."""
        this = self.run(after=after, dry_run=dry_run)
        return run.run(this, this.inventory.select_datasets(names), RunOptions(**wish))  # type: ignore[arg-type]

    def actions(self) -> list[tuple[str, str]]:
        """What the ledger says: action and outcome."""
        return [(entry["action"], entry["outcome"]) for entry in self.run().ledger.entries()]


@pytest.fixture
def town(tmp_path: Path, pristine: ForgedRepository) -> Depot:
    """A municipality whose repository is there and empty."""
    return Depot(tmp_path, pristine)


@pytest.fixture(scope="module")
def beginnings() -> dict[Callable[[Depot], None], Beginning[Depot]]:
    """What the tests of this file begin with, by what made it."""
    return {}


@pytest.fixture
def begun(
    beginnings: dict[Callable[[Depot], None], Beginning[Depot]],
    tmp_path_factory: pytest.TempPathFactory, pristine: ForgedRepository, monkeypatch: pytest.MonkeyPatch,
) -> Callable[[Callable[[Depot], None]], Depot]:  # fmt: skip
    """A `town` in which this has happened; it happens once a file."""

    def begun(act: Callable[[Depot], None]) -> Depot:
        if act not in beginnings:
            place = tmp_path_factory.mktemp("begun") / "yer"
            place.mkdir()
            beginnings[act] = Beginning(place, Depot(place, pristine), act)
        return beginnings[act].again(monkeypatch)

    return begun


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder in memory, where nothing waits for a disk: for what is made and removed dozens of times."""
    roomy = shutil.disk_usage("/dev/shm").free > _ROOM
    with tempfile.TemporaryDirectory(dir="/dev/shm" if roomy else None) as folder:
        yield Path(folder)


@pytest.fixture
def quick_town(memory: Path, pristine: ForgedRepository) -> Depot:
    """Like `town`, in memory."""
    (memory / "yer").mkdir()
    return Depot(memory / "yer", pristine)


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work with Debian 13's restic instead of this machine's."""
    programs = restic_releases.newer_for_test()
    monkeypatch.setitem(process._inherited, "PATH", f"{programs}:{os.environ['PATH']}")
    return programs
