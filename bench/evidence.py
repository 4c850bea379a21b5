"""Twelve years of hourly runs in one state: 100,000 documents of 20 devices, and what reads them.

Warm: the index is there. `rebuild` is doctor after somebody has deleted it. Figures that hold on any machine.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.frame import Limit

DOCUMENTS, DEVICES = 100_000, 20
SECRETS = {"DEVICE_PASSWORD": "there is one"}
NEWEST = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=50)


@contextmanager
def contests(documents: int = DOCUMENTS) -> Iterator[list[Limit]]:
    """The whole commands, from the shell to the file; on a machine that lacks nothing: they end 0."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        inventory(folder / "inventory")
        fill(folder / "state", documents)
        bitools = [sys.executable, "-m", "bitools", "--inventory", str(folder / "inventory")]
        bitools += ["--state", str(folder / "state")]
        year = str(NEWEST.year - 1)

        def forget() -> None:
            shutil.rmtree(folder / "state" / "index", ignore_errors=True)

        def both(name: str, words: list[str], ms: float) -> Iterator[Limit]:
            command = [*bitools, *words]
            yield Limit(f"{name}, {documents} documents", command, ms, "wall", "ms", environment=SECRETS)
            yield Limit(f"{name}, {documents} documents", command, 200.0, "memory", "MB", environment=SECRETS)

        yield [
            *both("report changes", ["report", "changes", "--text", str(folder / "changes.txt")], 2_000),
            *both("doctor", ["doctor", "--json"], 1_000),
            *both("report year", ["report", "year", year, "--html", str(folder / "year.html")], 5_000),
            Limit(
                f"index made anew, {documents} documents",
                [*bitools, "report", "changes"],
                60_000, "wall", "ms", environment=SECRETS, prepare=forget,
            ),
        ]  # fmt: skip


def inventory(folder: Path) -> None:
    """Twenty devices at four sites."""
    folder.mkdir()
    (folder / "settings.yaml").write_text("organisation: Efeler Belediyesi\n")
    (folder / "sites.yaml").write_text("sites:\n" + "".join(f"  yer-{site}: {{}}\n" for site in range(4)))
    defaults = "defaults: {username: netops, platform: cisco_ios, password: 'env:DEVICE_PASSWORD'}\n"
    lines = [
        f"  sw-{number:02}: {{host: 10.1.0.{number + 1}, site: yer-{number % 4}}}\n"
        for number in range(DEVICES)
    ]
    (folder / "devices.yaml").write_text(defaults + "devices:\n" + "".join(lines))


def fill(state: Path, documents: int) -> None:
    """An hour each; in one of fifty a device has changed, in one of thirty one is silent."""
    chance = random.Random(5651)
    folder = state / "documents"
    folder.mkdir(parents=True, mode=0o750)
    state.chmod(0o750)
    for number in range(documents):
        began = NEWEST - timedelta(hours=documents - 1 - number)
        made = _document(chance, began, number)
        (folder / f"{made['run']}.net.snapshot.json").write_text(json.dumps(made))


def _document(chance: random.Random, began: datetime, number: int) -> dict[str, object]:
    items = [_item(f"sw-{one:02}", one, number) for one in range(DEVICES)]
    failed: list[dict[str, object]] = []
    if chance.random() < 1 / 30:
        silent = items.pop(chance.randrange(DEVICES))
        failed = [{"target": silent["device"], "code": 13, "error": "no SSH answer within 10 s", "hint": ""}]
    if chance.random() < 1 / 50:
        items[0] |= _change(number)
    times = {"started": began.isoformat(), "finished": (began + timedelta(seconds=40)).isoformat()}
    return {
        "schema": "bitools.net.snapshot/1", "changed": "diff" in items[0], "applied": True, "items": items,
        "failed": failed, "warnings": [], "run": f"{began:%Y%m%dT%H%M%SZ}-{number % 0xFFFFFF:06x}", **times,
    }  # fmt: skip


def _item(device: str, number: int, run: int) -> dict[str, object]:
    return {
        "device": device, "site": f"yer-{number % 4}", "role": "lan", "platform": "cisco_ios",
        "status": "unchanged", "commit": None, "lines": 400 + run // 1_000,
    }  # fmt: skip


def _change(number: int) -> dict[str, object]:
    line = f"description oda {number}"
    change = {"path": ["interface Vlan40"], "kind": "added", "line": line, "old": None, "new": line}
    return {
        "status": "stored", "commit": f"{number:040x}", "author": "ayse", "first": False, "added": 1,
        "removed": 0, "diff": f"@@ -1 +1,2 @@\n interface Vlan40\n+ {line}\n",
        "changes": [{**change, "severity": "critical" if number % 5 else "info"}],
    }  # fmt: skip


if __name__ == "__main__":
    inventory(Path(sys.argv[1]) / "inventory")
    fill(Path(sys.argv[1]) / "state", int(sys.argv[2]))
