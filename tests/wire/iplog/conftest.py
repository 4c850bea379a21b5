"""An inventory that keeps a log, and the command line on it."""

from __future__ import annotations

import getpass
import sqlite3
from pathlib import Path

import pytest

from tests.conftest import CommandLine, InProcess


@pytest.fixture
def log(bitools: CommandLine) -> InProcess:
    """Nothing but settings; `sources` adds what is kept."""
    (bitools.inventory / "settings.yaml").write_text(
        "organisation: Efeler Belediyesi\ntimezone: Europe/Istanbul\n"
    )
    return InProcess(bitools.inventory, bitools.state)


def sources(log: CommandLine, text: str, more: str = "") -> None:
    """Write iplog.yaml; whoever runs the tests may ask."""
    file = log.inventory / "iplog.yaml"
    file.write_text(f"sources:\n{text}may_ask: [{getpass.getuser()}]\n{more}")


def events(state: Path) -> list[tuple[object, ...]]:
    """What the index holds."""
    base = sqlite3.connect(state / "iplog/index/leases.sqlite")
    rows = base.execute(
        "select ip, at, segment, line, s.text, action, mac, lease, flags, alternative from event "
        "join word s on s.id=source order by ip, at, segment, line"
    ).fetchall()
    base.close()
    return rows


ASKED = ("--reason", "deneme", "--file-number", "2026/1")
