"""An inventory that keeps a log, and the command line on it."""

from __future__ import annotations

import getpass
import shutil
import sqlite3
import subprocess
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


def elsewhere(folder: Path) -> dict[str, str]:
    """The environment of a machine that has nothing but the programs of a proof."""
    folder.mkdir()
    for name in ("sh", "openssl", "zstd", "sha256sum", "grep", "cut", "dirname"):
        where = shutil.which(name)
        assert where
        (folder / name).symlink_to(where)
    return {"PATH": str(folder)}


def everything_in(bundle: Path) -> bytes:
    """All that an opened bundle holds, its frames decompressed."""
    return b"".join(
        subprocess.run(["zstd", "-dcq", path], capture_output=True, check=True).stdout
        if path.suffix == ".zst"
        else path.read_bytes()
        for path in bundle.rglob("*")
        if path.is_file()
    )


ASKED = ("--reason", "deneme", "--file-number", "2026/1")
