"""SIGKILL at any moment of ingest, seal and purge, while files are rotated: nothing lost, nothing twice."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT, CommandLine
from tests.wire.iplog.conftest import sources
from tests.wire.iplog.test_following import lines

LINE = "2026-11-28T{:02d}:{:02d}:{:02d}+03:00 d dhcpd[1]: DHCPACK on 10.0.{}.{} to 00:1a:2b:3c:{:02x}:{:02x} via eth0\n"


class Writer:
    """A server that writes, and a rotation that is nobody's friend."""

    def __init__(self, file: Path, chance: random.Random) -> None:
        self.file, self.chance = file, chance
        self.count = 0
        self.written: list[str] = []

    def write(self, many: int) -> None:
        with self.file.open("a") as out:
            for _line in range(many):
                n = self.count
                line = LINE.format(
                    n // 3600 % 24, n // 60 % 60, n % 60, n // 250 % 250, n % 250, n // 256 % 256, n % 256
                )
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


def events(state: Path) -> list[tuple[object, ...]]:
    base = sqlite3.connect(state / "iplog/index/leases.sqlite")
    rows = base.execute(
        "select ip, at, segment, line, s.text, action, mac, lease, flags, alternative from event "
        "join word s on s.id=source order by ip, at, segment, line"
    ).fetchall()
    base.close()
    return rows


def storm(log: CommandLine, folder: Path, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    writer = Writer(folder / "dhcpd.log", chance)
    writer.write(300)
    sources(log, f"  a: {{format: dhcpd, path: {writer.file}, lease: 8h}}\n", "retention: 2y\n")
    words = (["iplog", "ingest"], ["iplog", "seal", "--now"], ["iplog", "purge", "--yes"])
    died = 0
    for _kill in range(kills):
        writer.write(chance.randint(1, 400))
        if chance.random() < 0.4:
            writer.rotate()
            writer.write(chance.randint(0, 50))
        command = subprocess.Popen(
            [sys.executable, "-m", "bitools", *chance.choices(words, [5, 4, 1])[0]],
            env=log.environment(), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(0.1 + chance.random() * 0.4)
        command.send_signal(signal.SIGKILL)
        died += command.wait() == -signal.SIGKILL
    assert died > kills // 4
    assert log("iplog", "ingest").code == 0
    assert log("iplog", "seal", "--now").code == 0
    kept = lines(log)
    assert len(kept) == len(set(kept)), "a line is there twice"
    assert sorted(kept) == sorted(writer.written)
    assert log("iplog", "verify").code == 0
    grown = events(log.state)
    assert len(grown) == len(writer.written)
    assert log("iplog", "ingest", "--reindex").code == 0
    assert events(log.state) == grown


def test_a_few_deaths_lose_nothing(log: CommandLine, tmp_path: Path) -> None:
    storm(log, tmp_path, 6, 1)


@pytest.mark.torture
def test_fifty_deaths_lose_nothing(log: CommandLine, tmp_path: Path) -> None:
    storm(log, tmp_path, 50, 5651)
