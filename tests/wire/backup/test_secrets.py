"""Passwords and keys: in no argument list, no log, no document, no ledger and no mail."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
DATABASE_PASSWORD = "veritabani-parolasi-77"


@pytest.fixture
def talkative(town, tmp_path):
    """A restic and a pg_dump that note every word and variable they are given; a program that tells secrets."""
    town.noted, folder = tmp_path / "noted", tmp_path / "bin"
    folder.mkdir()
    for name, then in (("restic", f'exec {_real("restic")} "$@"'), ("pg_dump", "echo bitti >&2; exit 1")):
        program = folder / name
        program.write_text(f'#!/bin/sh\n(echo "$0 $@"; env) >> {town.noted}\n{then}\n')
        program.chmod(0o755)
    for name, text in (("pg-anahtar", DATABASE_PASSWORD),):
        (town.inventory / name).write_text(text)
        (town.inventory / name).chmod(0o600)
    (town.source / "karar.txt").write_text("x")
    tell = f"echo {town.repository.password} {DATABASE_PASSWORD} >&2; exit 1"
    town.datasets(
        f"  belgeler: {{type: files, importance: normal, repository: ana, paths: ['{town.source}']}}\n"
        "  mis: {type: postgresql, importance: normal, repository: ana, database: mis, username: yedek,"
        " password: 'file:pg-anahtar'}\n"
        f'  dokum: {{type: command, importance: normal, repository: ana, command: [sh, -c, "{tell}"], file_name: d}}\n'
    )
    (town.inventory / "settings.yaml").write_text(
        "mail: {host: 127.0.0.1, port: 9, from: bitools@belediye.test}\n"
        "reports: {changes: [ag@belediye.test]}\n"
    )
    town.path = f"{folder}:{os.environ['PATH']}"
    return town


def _real(program: str) -> str:
    return subprocess.run(["which", program], capture_output=True, text=True, check=True).stdout.strip()


def said(town, *words: str) -> str:
    """What a command printed, on both streams, at its most talkative."""
    places = ["-v", "--inventory", str(town.inventory), "--state", str(town.state.folder)]
    done = subprocess.run(
        [sys.executable, "-m", "bitools", *places, *words],
        env={"PATH": town.path, "XDG_CACHE_HOME": str(town.inventory / "cache"), "BITOOLS_LANG": "en"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_no_secret_is_told_to_anybody(talkative):
    town = talkative
    told = said(town, "backup", "run", "--json")
    assert "mis" in told
    assert "dokum" in told
    told += said(town, "report", "changes", "--mail")
    told += said(town, "backup", "status") + said(town, "ledger", "show")
    told += town.noted.read_text()
    assert "--stdin" in told
    mails = [path for path in (town.state.folder / "outbox").rglob("*") if path.is_file()]
    assert mails
    for path in town.state.folder.rglob("*"):
        if path.is_file():
            told += path.read_bytes().decode(errors="replace")
    for secret in (town.repository.password, DATABASE_PASSWORD):
        assert secret not in told.replace(f"echo {town.repository.password} {DATABASE_PASSWORD}", "")
