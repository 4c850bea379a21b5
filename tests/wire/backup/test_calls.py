"""What a run costs is the number of restic calls; a program in restic's place counts them."""

from __future__ import annotations

import json
import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bitools import process
from bitools.backup.decisions.runs import tags


@pytest.fixture
def calls(tmp_path, monkeypatch) -> Path:
    """The file that gets a line for each call."""
    folder, counted = tmp_path / "bin", tmp_path / "calls"
    folder.mkdir()
    counted.touch()
    shim = folder / "restic"
    shim.write_text(f'#!/bin/sh\necho "$1" >> {counted}\nexec {shutil.which("restic")} "$@"\n')
    shim.chmod(0o755)
    monkeypatch.setitem(process._inherited, "PATH", f"{folder}:{os.environ['PATH']}")
    return counted


def test_a_run_of_two_sets_costs_no_more_than_five_calls(town, calls):
    other = town.source.parent / "haritalar"
    other.mkdir()
    for folder in (town.source, other):
        (folder / "karar.txt").write_text("x")
    line = "  {}: {{type: files, importance: normal, repository: ana, paths: ['{}']}}\n"
    town.datasets(line.format("belgeler", town.source) + line.format("haritalar", other))
    now = datetime.now().astimezone()
    for dataset in ("belgeler", "haritalar"):
        for days in (20, 30, 40, 50):
            town.repository.forge(now - timedelta(days=days), tags(dataset, f"r{days}"))
    document = town.rotate()
    assert document.failed == []
    assert ("backup.forget", "done") in town.actions()
    made = calls.read_text().split()
    assert made.count("backup") == 2
    assert len(made) <= 2 + 3, made
    calls.write_text("")
    town.rotate()
    assert len(calls.read_text().split()) <= 1
    calls.write_text("")
    assert [item["status"] for item in town.rotate().items] == ["skipped"] * 2
    assert calls.read_text() == ""  # nothing came or went since: the folder says so


def test_what_another_host_made_since_is_seen(town, calls):
    (town.source / "karar.txt").write_text("x")
    town.rotate()
    town.rotate()
    now = datetime.now().astimezone()
    town.repository.forge(now, tags("belgeler", "of-another-host"))
    calls.write_text("")
    document = town.rotate()
    assert calls.read_text().split() == ["snapshots"]
    assert document.items[0]["snapshot"] in {
        one["id"] for one in json.loads(town.repository.restic("snapshots", "--json"))
    }
