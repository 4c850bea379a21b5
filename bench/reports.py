"""One report over a thousand devices that all changed, each in its own way: nothing to group."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.frame import Limit

STARTED = "2026-11-22T05:00:00.000+03:00"
RUN = "20261122T020000Z-4f1c9a"


@contextmanager
def contests(devices: int = 1000, changes: int = 10) -> Iterator[list[Limit]]:
    """The whole command, from the shell to the file; its mail has the same content."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _inventory(folder / "inventory", devices)
        document = folder / "state" / "documents" / f"{RUN}.net.snapshot.json"
        document.parent.mkdir(parents=True)
        document.write_text(json.dumps(_document(devices, changes)))
        places = ["--inventory", str(folder / "inventory"), "--state", str(folder / "state")]
        words = ["report", "changes", "--html", str(folder / "report.html")]
        yield [
            Limit(
                f"report changes, {devices} changed devices",
                [sys.executable, "-m", "bitools", *places, *words],
                2000.0, "cpu", "ms",
            )
        ]  # fmt: skip


def _inventory(folder: Path, devices: int) -> None:
    folder.mkdir()
    (folder / "settings.yaml").write_text("organisation: Efeler Belediyesi\n")
    (folder / "sites.yaml").write_text("sites:\n" + "".join(f"  yer-{site:02}: {{}}\n" for site in range(40)))
    lines = [
        f"  sw-{number:04}: {{host: 10.1.{number // 250}.{number % 250 + 1}, site: yer-{number % 40:02}}}\n"
        for number in range(devices)
    ]
    defaults = "defaults: {username: netops, platform: cisco_ios, password: 'env:DEVICE_PASSWORD'}\n"
    (folder / "devices.yaml").write_text(defaults + "devices:\n" + "".join(lines))


def _document(devices: int, changes: int) -> dict[str, object]:
    items = [_item(number, changes) for number in range(devices)]
    facts = {"changed": True, "applied": True, "failed": [], "warnings": [], "run": RUN}
    return {
        "schema": "bitools.net.snapshot/1",
        "items": items,
        "started": STARTED,
        "finished": STARTED,
        **facts,
    }


def _item(number: int, changes: int) -> dict[str, object]:
    lines = [f"description Kat {number} priz {port}" for port in range(changes)]
    return {
        "device": f"sw-{number:04}", "site": f"yer-{number % 40:02}", "role": "lan", "platform": "cisco_ios",
        "status": "stored", "commit": f"{number:040x}", "lines": 500, "author": "ayse", "first": False,
        "added": changes, "removed": 0,
        "changes": [
            {
                "path": [f"interface GigabitEthernet1/0/{port}"], "kind": "added", "line": line, "old": None,
                "new": line, "severity": "info",
            }
            for port, line in enumerate(lines)
        ],
        "diff": "@@ -1 +1 @@\n" + "".join(f"+ {line}\n" for line in lines),
    }  # fmt: skip
