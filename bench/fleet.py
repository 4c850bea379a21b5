"""A farm of simulated switches, and what each side of a contest has to know of it."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.frame import BITOOLS, ROOT, run
from lab.switches import ENABLE_PASSWORD, Switch, SwitchFarm, ios_configuration

SESSIONS = 20


@dataclass(frozen=True)
class Fleet:
    """Some switches that are up, in one folder."""

    folder: Path
    count: int
    environment: Mapping[str, str]

    def forget(self) -> None:
        """Make the next snapshot a first one; host keys stay pinned."""
        state = Path(self.environment["BITOOLS_STATE"])
        for entry in state.iterdir():
            if entry.name != "known_hosts":
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()

    def peer(self, script: str) -> list[str]:
        """A peer's command: it fetches all of them and writes files."""
        words = [str(self.folder / "hosts.json"), str(self.folder / "out"), str(SESSIONS)]
        return [sys.executable, str(ROOT / "bench" / script), *words]


@contextmanager
def fleet(count: int, lines: int = 500, key_exchange: str | None = None) -> Iterator[Fleet]:
    """So many IOS switches over real SSH, trusted, for as long as the contest lasts."""
    names = [f"sw-{number:04}" for number in range(count)]
    switches = [
        Switch(name, configuration=ios_configuration(lines, name, number), key_exchange=key_exchange)
        for number, name in enumerate(names)
    ]
    prefix = f"127.{64 + os.getpid() % 128}"
    with tempfile.TemporaryDirectory() as temporary, SwitchFarm(switches, prefix) as farm:
        one = Fleet(Path(temporary), count, _inventory(Path(temporary), farm))
        run([*BITOOLS, "net", "trust", "--yes"], one.environment)
        yield one


def _inventory(folder: Path, farm: SwitchFarm) -> dict[str, str]:
    """The same hosts for all sides."""
    secrets = folder / "inventory" / "secrets"
    secrets.mkdir(parents=True)
    hosts = [{"name": one.name, "host": one.host, "port": one.port} for one in farm]
    password = next(iter(farm)).account().password
    for file, value in (("device.key", password), ("enable.key", ENABLE_PASSWORD), ("mask.key", "benchmark")):
        (secrets / file).touch(mode=0o600)
        (secrets / file).write_text(value)
    (folder / "hosts.json").write_text(
        json.dumps({"hosts": hosts, "password": password, "enable": ENABLE_PASSWORD})
    )
    devices = {one["name"]: {"host": one["host"], "port": one["port"]} for one in hosts}
    defaults = {
        "username": "netops",
        "password": "file:secrets/device.key",
        "enable_password": "file:secrets/enable.key",
        "site": "merkez",
        "platform": "cisco_ios",
    }
    files = {
        "sites": {"sites": {"merkez": {"workers": SESSIONS}}},
        "devices": {"defaults": defaults, "devices": devices},
        "settings": {"mask_key": "file:secrets/mask.key"},
    }
    for file, content in files.items():
        (folder / "inventory" / f"{file}.yaml").write_text(json.dumps(content))  # JSON is YAML
    return {"BITOOLS_INVENTORY": str(folder / "inventory"), "BITOOLS_STATE": str(folder / "state")}
