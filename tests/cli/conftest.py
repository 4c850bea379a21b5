"""A municipality of which all is well, as `bitools status` sees it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.today import DATASETS, DEVICES, HOUR, dataset, device, remember
from tests.conftest import CommandLine, InProcess


@pytest.fixture
def town(municipality: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> InProcess:
    """All is well: everything was read, backed up, looked at, and runs by itself."""
    town = InProcess(municipality.inventory, municipality.state)
    remember(town, "net.snapshot", HOUR, *map(device, DEVICES))
    remember(town, "backup.run", HOUR, *map(dataset, DATASETS))
    remember(town, "user.audit", HOUR)
    box = tmp_path / "bin"
    box.mkdir()
    tab = tmp_path / "tab"
    tab.touch()
    program = box / "crontab"
    program.write_text(f'#!/bin/sh\n[ "$1" = -l ] && exec cat {tab}\nexec cat > {tab}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{box}:{os.environ['PATH']}")
    monkeypatch.setattr("bitools.schedule.install.UNITS", tmp_path / "units")
    monkeypatch.setattr("bitools.schedule.install.CRON", tmp_path / "cron.d")
    assert town("schedule", "install").code == 0
    return town
