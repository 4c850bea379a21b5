"""`bitools net` against devices: a farm of simulated ones for each file, and an inventory that describes them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from lab.ssh_host import SshHost
from lab.switches import ENABLE_PASSWORD, RunningSwitch, SwitchFarm
from tests.conftest import CommandLine, InProcess

PASSWORD = "lab-netops-2026"
OWN = "extends: opnsense\ntitle: A firewall of ours\ncommands: {{running: cat {file}}}\n"
XML = "<?xml version='1.0'?>\n<opnsense>\n  <system>\n    <hostname>fw-01</hostname>\n  </system>\n</opnsense>\n"


class Net(InProcess):
    """The command line of an inventory that can be rewritten; in this process, for speed."""

    def secret(self, name: str, text: str) -> None:
        path = self.inventory / name
        path.write_text(text)
        path.chmod(0o600)

    def describe(self, devices: dict[str, str], settings: str = "", password: str = PASSWORD) -> None:
        """Settings, one site, the secrets and these devices, each with its keys as flow YAML."""
        self.inventory.mkdir(exist_ok=True)
        self.secret("netops.key", password)
        self.secret("enable.key", ENABLE_PASSWORD)
        (self.inventory / "settings.yaml").write_text(f"organisation: Efeler Belediyesi\n{settings}")
        (self.inventory / "sites.yaml").write_text("sites:\n  merkez: {name: Merkez, workers: 50}\n")
        lines = ["defaults: {username: netops, site: merkez}", "devices:"]
        lines += [f"  {name}: {{{keys}}}" for name, keys in devices.items()]
        (self.inventory / "devices.yaml").write_text("\n".join(lines) + "\n")

    def follow(self, farm: SwitchFarm, names: Iterable[str] = (), more: str = "", **how: Any) -> None:
        """Describe these switches of a farm (all if none is named), and trust them."""
        switches = [farm[name] for name in names] or list(farm)
        self.describe({switch.name: keys(switch, more) for switch in switches}, **how)
        answer = self("net", "trust", "--yes")
        assert answer.code == 0, answer.stderr

    def snapshot(self, *words: str) -> dict[str, Any]:
        """One snapshot's document."""
        return self("net", "snapshot", "--json", *words).document

    def stored(self, device: str) -> str:
        """What the history has of a device now; empty for nothing."""
        shown = self.git("show", f"main:devices/{device}.cfg")
        return shown.stdout if shown.returncode == 0 else ""

    def git(self, *words: str) -> subprocess.CompletedProcess[str]:
        """git, on the store, as anybody may use it."""
        return subprocess.run(
            ["git", "-c", "safe.directory=*", f"--git-dir={self.state / 'history'}", *words],
            capture_output=True,
            text=True,
            check=False,
        )


def keys(switch: RunningSwitch, more: str = "") -> str:
    """A farm's switch as the inventory says it."""
    extra = f", {more}" if more else ""
    return (
        f"host: {switch.host}, port: {switch.port}, platform: {switch.switch.platform}, "
        f"password: 'file:netops.key', enable_password: 'file:enable.key'{extra}"
    )


def cause(document: dict[str, Any]) -> tuple[int, str]:
    """Code and reason of the one failure."""
    [failure] = document["failed"]
    return failure["code"], failure["reason"]


def everything_under(folder: Path) -> bytes:
    """Every byte the state keeps, what git has packed included."""
    packed = subprocess.run(
        ["git", "-c", "safe.directory=*", f"--git-dir={folder / 'history'}", "log", "-p", "--all"],
        capture_output=True,
        check=False,
    )
    return packed.stdout + b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def firewall(net: Net, host: SshHost, file: Path, transport: str, settings: str = "") -> None:
    """Describe a firewall of a platform of our own, whose configuration is this file of a host."""
    (net.inventory / "platforms").mkdir(exist_ok=True)
    (net.inventory / "platforms" / "our_fw.yaml").write_text(OWN.format(file=file))
    net.describe(
        {
            "fw-01": f"host: {host.host}, port: {host.port}, platform: our_fw, username: {host.username}, "
            f"key_file: '{host.key_file}', host_key: '{host.host_key}', transport: {transport}"
        },
        settings,
    )


@pytest.fixture
def net(bitools: CommandLine) -> Net:
    return Net(bitools.inventory, bitools.state)
