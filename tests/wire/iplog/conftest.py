"""An inventory that keeps a log, and the command line on it."""

from __future__ import annotations

import getpass

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


ASKED = ("--reason", "deneme", "--file-number", "2026/1")
