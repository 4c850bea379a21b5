"""How long until `bitools --help` answers: a TAB, a typo, a cron line each pay this; and `bitools status`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from bench.frame import BITOOLS, Contest, Limit
from bitools.state import Document, State


@contextmanager
def contests() -> Iterator[list[Contest | Limit]]:
    """Against the bare interpreter, and against nothing but importing the command-line library."""
    ours = [sys.executable, "-m", "bitools", "--help"]
    version = [sys.executable, "-m", "bitools", "--version"]
    with tempfile.TemporaryDirectory() as folder:
        environment = _town(Path(folder))
        yield [
            *_contests(ours, version),
            Limit(
                "status, 300 devices",
                ["sh", "-c", '"$@" status || [ $? = 4 ]', "sh", *BITOOLS],
                400.0,
                "wall",
                "ms",
                environment=environment,
            ),
        ]


def _contests(ours: list[str], version: list[str]) -> list[Contest]:
    return [
        Contest("bitools --help", ours, [sys.executable, "-c", "pass"], "bare Python", 12.0, "cpu"),
        Contest("bitools --help", ours, [sys.executable, "-c", "import typer"], "import typer", 1.3, "cpu"),
        Contest("bitools --version", version, [sys.executable, "-c", "pass"], "bare Python", 3.0, "cpu"),
    ]


def _town(folder: Path) -> dict[str, str]:
    """300 devices, read every half-hour for two days."""
    inventory, state = folder / "inventory", folder / "state"
    inventory.mkdir()
    names = [f"sw-{number:03}" for number in range(300)]
    devices = "".join(
        f"  {name}: {{host: 10.0.{number // 250}.{number % 250 + 1}}}\n" for number, name in enumerate(names)
    )
    defaults = "defaults: {username: netops, platform: cisco_ios, site: merkez}\n"
    (inventory / "devices.yaml").write_text(f"{defaults}devices:\n{devices}")
    (inventory / "sites.yaml").write_text("sites:\n  merkez: {}\n")
    now = datetime.now().astimezone()
    place = {
        "site": "merkez",
        "role": "lan",
        "platform": "cisco_ios",
        "status": "unchanged",
        "commit": None,
        "lines": 300,
    }
    for half_hour in range(96):
        began = now - timedelta(minutes=30 * (96 - half_hour))
        items = [{"device": name, **place} for name in names]
        run = f"{began:%Y%m%dT%H%M%SZ}-{half_hour:06x}"
        State(state).save(Document("bitools.net.snapshot/1", run, began, items=items, finished=began))
    return {"BITOOLS_INVENTORY": str(inventory), "BITOOLS_STATE": str(state), "BITOOLS_LANG": "tr"}
