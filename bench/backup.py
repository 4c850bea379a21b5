"""An instant backup of unchanged files against bare `restic backup` of the same files.

Ours also takes its locks, looks whether the source is whole, writes its ledger and proves the new snapshot.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.frame import Contest, run

PASSWORD = "benchmark"


@contextmanager
def contests(count: int = 10_000, size: int = 20_000) -> Iterator[list[Contest]]:
    """200 MB in 10,000 files, each side with a repository and a cache of its own."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        source = folder / "source"
        for number in range(count):
            place = source / f"{number // 100:03}"
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{number:05}.bin").write_bytes(os.urandom(size))
        environment = _inventory(folder, source)
        run(["restic", "init"], environment)
        ours = [sys.executable, "-m", "bitools", "backup", "run", "--now", "--no-forget"]
        peer = ["restic", "backup", "--quiet", str(source)]
        name = f"backup run --now --no-forget, {count} unchanged files"
        yield [Contest(name, ours, peer, "restic backup", 1.6, "wall", environment)]


def _inventory(folder: Path, source: Path) -> dict[str, str]:
    """What both sides need to know."""
    (folder / "inventory").mkdir()
    (folder / "password").touch(mode=0o600)
    (folder / "password").write_text(PASSWORD)
    backups = {
        "repositories": {
            "ana": {"location": str(folder / "ours"), "password": f"file:{folder / 'password'}"}
        },
        "importance": {"normal": {"daily": 7}},
        "datasets": {
            "belgeler": {
                "type": "files",
                "importance": "normal",
                "repository": "ana",
                "paths": [str(source)],
            }
        },
    }
    (folder / "inventory" / "backups.yaml").write_text(json.dumps(backups))  # JSON is YAML
    return {
        "BITOOLS_INVENTORY": str(folder / "inventory"),
        "BITOOLS_STATE": str(folder / "state"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "RESTIC_REPOSITORY": str(folder / "peer"),
        "RESTIC_PASSWORD_FILE": str(folder / "password"),
    }
