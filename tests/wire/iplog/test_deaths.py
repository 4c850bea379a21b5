"""SIGKILL at any moment of ingest, seal and purge, while files are rotated and the disk fills up: nothing lost,
nothing twice.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bitools.inventory.load import load
from bitools.iplog.verbs import ingest, seal
from bitools.ledger import Ledger
from bitools.run import Run
from bitools.state import State, new_run
from tests.conftest import ROOT, CommandLine
from tests.wire.iplog.conftest import events, sources
from tests.wire.iplog.test_following import lines

LINE = "{} d dhcpd[1]: DHCPACK on 10.0.{}.{} to 00:1a:2b:3c:{:02x}:{:02x} via eth0\n"
ROOM = 6 << 20  # bytes of the small disk


class Writer:
    """A server that writes, and a rotation that is nobody's friend."""

    def __init__(self, file: Path, chance: random.Random, begins: datetime) -> None:
        self.file, self.chance, self.begins = file, chance, begins
        self.count = 0
        self.written: list[str] = []

    def write(self, many: int) -> None:
        with self.file.open("a") as out:
            for _line in range(many):
                n = self.count
                at = (self.begins + timedelta(seconds=n)).isoformat()
                line = LINE.format(at, n // 250 % 250, n % 250, n // 256 % 256, n % 256)
                out.write(line)
                self.written.append(line.rstrip("\n"))
                self.count += 1

    def rotate(self) -> None:
        """Rename, or copy and truncate. Old ones are kept: what reached a file or its copy must be found."""
        beside = self.file.with_name(f"{self.file.name}.{self.count}")
        if self.chance.random() < 0.5:
            self.file.rename(beside)
            self.file.touch()
        else:
            shutil.copy(self.file, beside)
            os.truncate(self.file, 0)


class Filler:
    """Takes up all room that is left on a disk but a few KiB, and gives it back."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.file, self.chance = folder / "filler", chance

    def fill(self, spared: int | None = None) -> None:
        left = os.statvfs(self.file.parent)
        spared = self.chance.choice((0, 4, 16, 40, 100)) if spared is None else spared
        room = left.f_bavail * left.f_frsize - spared * 1024
        if room > 0:
            with self.file.open("ab") as out:
                os.posix_fallocate(out.fileno(), 0, self.file.stat().st_size + room)

    def empty(self) -> None:
        self.file.unlink(missing_ok=True)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few MB of its own."""
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "iplog", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def of_old(log: CommandLine, writer: Writer) -> int:
    """Lines of a day that may go by now, sealed then; give how many."""
    writer.write(300)
    at = datetime.now().astimezone() - timedelta(days=40)
    state = State(log.state)
    for verb, when in ((ingest.ingest, at), (seal.seal, at + timedelta(days=1))):
        run = Run(new_run(when), when, load(log.inventory), state, Ledger(state, "r", "test", "test"))
        assert not verb(run).failed
    return writer.count


def storm(
    log: CommandLine, folder: Path, kills: int, seed: int, filler: Filler | None = None, least: int = 0
) -> dict[str, int]:
    """Kill as often; give how many died, met a full disk, or came through, `least` of each that can happen."""
    chance = random.Random(seed)
    writer = Writer(folder / "dhcpd.log", chance, datetime.now().astimezone().replace(microsecond=0))
    sources(log, f"  a: {{format: dhcpd, path: {writer.file}, lease: 8h}}\n", "retention: 30d\n")
    old = of_old(log, writer)
    words = (["iplog", "ingest"], ["iplog", "seal", "--now"], ["iplog", "purge", "--yes"])
    ended = {"died": 0, "full": 0, "through": 0}
    possible = ended if filler else ("died", "through")
    lasts = 1.0  # seconds, of a whole run on this machine: deaths come all over it
    while ended["died"] < kills or min(ended[how] for how in possible) < least:
        writer.write(chance.randint(1, 400))
        if chance.random() < 0.4:
            writer.rotate()
            writer.write(chance.randint(0, 50))
        if filler is not None:
            filler.fill() if chance.random() < 0.5 else filler.empty()
        began = time.monotonic()
        command = subprocess.Popen(
            [sys.executable, "-m", "bitools", *chance.choices(words, [5, 4, 2])[0]],
            env=log.environment(), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        try:
            said = command.communicate(
                timeout=lasts * chance.uniform(0.2, 1.1) if chance.random() < 0.8 else None
            )[1]
        except subprocess.TimeoutExpired:
            command.send_signal(signal.SIGKILL)
            said = command.communicate()[1]
        assert command.returncode in (0, 3, 14, -signal.SIGKILL), (command.returncode, said)
        ended[{0: "through", -signal.SIGKILL: "died"}.get(command.returncode, "full")] += 1
        if command.returncode == 0:
            lasts = time.monotonic() - began
    if filler is not None:
        filler.empty()
    whole(log, writer.written, old)
    return ended


def whole(log: CommandLine, written: list[str], old: int) -> None:
    """What was of old is purged, everything else is there once, and the index made anew is the same."""
    for words in (("iplog", "ingest"), ("iplog", "seal", "--now"), ("iplog", "purge", "--yes")):
        answer = log(*words, "--json")
        assert answer.code == 0, answer.stderr
        assert not answer.document["warnings"], "an index that was killed over is as good as before"
    kept = lines(log)
    assert len(kept) == len(set(kept)), "a line is there twice"
    assert sorted(kept) == sorted(written[old:])
    verified = log("iplog", "verify")
    assert verified.code == 0, verified.stderr
    grown = events(log.state)
    assert len(grown) == len(kept)
    assert log("iplog", "ingest", "--reindex").code == 0
    assert events(log.state) == grown


def test_a_few_deaths_lose_nothing(log: CommandLine, tmp_path: Path) -> None:
    assert storm(log, tmp_path, 5, 1)["died"] == 5


@pytest.mark.torture
def test_fifty_deaths_lose_nothing(log: CommandLine, tmp_path: Path) -> None:
    assert storm(log, tmp_path, 50, 5651, least=3)["through"] >= 3


@pytest.mark.torture
def test_fifty_deaths_on_a_full_disk_lose_nothing(log: CommandLine, tmp_path: Path, small: Path) -> None:
    log.state = small / "state"
    ended = storm(log, tmp_path, 50, 6, Filler(small, random.Random(7)), least=3)
    assert min(ended.values()) >= 3, ended


def test_on_a_full_disk_nothing_is_lost_and_it_is_said(log: CommandLine, tmp_path: Path, small: Path) -> None:
    log.state = small / "state"
    chance = random.Random(1)
    filler = Filler(small, chance)
    writer = Writer(tmp_path / "dhcpd.log", chance, datetime.now().astimezone().replace(microsecond=0))
    sources(log, f"  a: {{format: dhcpd, path: {writer.file}, lease: 8h}}\n", "retention: 30d\n")
    old = of_old(log, writer)
    for words in (("iplog", "ingest"), ("iplog", "seal", "--now")):
        writer.write(5000)
        filler.fill(0)
        answer = log(*words)
        assert answer.code == 14, (answer.code, answer.stderr)
        assert "disk is full" in answer.stderr
        filler.empty()
    whole(log, writer.written, old)
