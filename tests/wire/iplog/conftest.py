"""An inventory that keeps a log, and the command line on it."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest

from tests.conftest import CommandLine


@pytest.fixture
def log(bitools: CommandLine, tmp_path: Path) -> CommandLine:
    """Nothing but settings; `sources` adds what is kept."""
    (bitools.inventory / "settings.yaml").write_text(
        "organisation: Efeler Belediyesi\ntimezone: Europe/Istanbul\n"
    )
    return bitools


def sources(log: CommandLine, text: str, more: str = "") -> None:
    """Write iplog.yaml; whoever runs the tests may ask."""
    file = log.inventory / "iplog.yaml"
    file.write_text(f"sources:\n{text}may_ask: [{getpass.getuser()}]\n{more}")


ASKED = ("--reason", "deneme", "--file-number", "2026/1")
