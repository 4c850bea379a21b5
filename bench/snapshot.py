"""A snapshot of 100 switches (500 lines each, real SSH) against plain nornir + netmiko, 20 sessions each.

Ours checks host keys, guards against half answers, masks secrets, compares and keeps a git history; the
peer fetches and writes files.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.frame import ROOT, Contest, run
from lab.switches import ENABLE_PASSWORD, Switch, SwitchFarm, ios_configuration

SESSIONS = 20


@contextmanager
def contests(count: int = 100, lines: int = 500) -> Iterator[list[Contest]]:
    """A farm for as long as the contest lasts."""
    switches = [
        Switch(
            f"sw-{number:03}", "cisco_ios", configuration=ios_configuration(lines, number, f"sw-{number:03}")
        )
        for number in range(count)
    ]
    with tempfile.TemporaryDirectory() as temporary, SwitchFarm(switches) as farm:
        folder = Path(temporary)
        environment = _inventory(folder, farm)
        bitools = [sys.executable, "-m", "bitools"]
        run([*bitools, "net", "trust", "--yes"], environment)
        peer = [
            sys.executable,
            str(ROOT / "bench/peer_nornir.py"),
            str(folder / "hosts.json"),
            str(folder / "out"),
            str(SESSIONS),
        ]
        ours = [*bitools, "net", "snapshot"]
        yield [
            Contest(
                f"net snapshot, {count} devices", ours, peer, "nornir + netmiko", 0.5, "wall", environment
            )
        ]


def _inventory(folder: Path, farm: SwitchFarm) -> dict[str, str]:
    """The same hosts for both sides."""
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
