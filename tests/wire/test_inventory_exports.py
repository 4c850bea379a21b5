"""The exported inventory as the real Ansible and the real Nornir read it, and back again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from nornir import InitNornir

from bitools.inventory.import_ import importer
from bitools.inventory.load import load
from tests.cli.netlab import EXAMPLE
from tests.conftest import ROOT, CommandLine


@pytest.fixture
def town(tmp_path: Path) -> CommandLine:
    return CommandLine(EXAMPLE, tmp_path / "state")


@pytest.mark.xdist_group("municipality")  # the demo builds the same environment
def test_ansible_reads_every_device_and_gives_it_back(town: CommandLine, tmp_path: Path) -> None:
    subprocess.run(["bash", "lab/install.sh", "ansible"], cwd=ROOT, check=True, capture_output=True)
    script = tmp_path / "inventory"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m bitools inventory export --format ansible\n')
    script.chmod(0o755)
    read = subprocess.run(
        [ROOT / ".venv-ansible/bin/ansible-inventory", "-i", script, "--list", "--export"],
        cwd=ROOT,
        env={
            **os.environ,
            **town.environment(),
            "HOME": str(tmp_path),
            "ANSIBLE_HOME": str(tmp_path / "ansible"),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert "WARNING" not in read.stderr, read.stderr
    found = importer("ansible")({"list": read.stdout})
    for name, device in load(EXAMPLE).devices.items():
        row = found.devices[name]
        given = (
            row["host"],
            row["platform"],
            row["site"],
            row.get("role", "lan"),
            row.get("port"),
            row["username"],
        )
        assert given == (device.host, device.platform, device.site, device.role, device.port, device.username)


def test_nornir_reads_every_device_and_gives_it_back(town: CommandLine, tmp_path: Path) -> None:
    exported = json.loads(town("inventory", "export", "--format", "nornir").stdout)
    for part, text in exported.items():
        (tmp_path / f"{part}.yaml").write_text(json.dumps(text))
    files = {
        f"{'host' if part == 'hosts' else 'group' if part == 'groups' else part}_file": str(
            tmp_path / f"{part}.yaml"
        )
        for part in exported
    }
    nornir = InitNornir(
        inventory={"plugin": "SimpleInventory", "options": files},
        logging={"enabled": False},
        runner={"plugin": "serial"},
    )
    devices = load(EXAMPLE).devices
    assert set(nornir.inventory.hosts) == set(devices)
    for name, device in devices.items():
        host = nornir.inventory.hosts[name]
        assert (host.hostname, host.platform, host.port, host.username) == (
            device.host,
            device.platform,
            device.port,
            device.username,
        )
        assert host["site"] == device.site
        assert set(device.groups) <= {group.name for group in host.groups}
    back = importer("nornir")({f"{part}.yaml": json.dumps(text) for part, text in exported.items()})
    assert {name: row["host"] for name, row in back.devices.items()} == {
        name: device.host for name, device in devices.items()
    }
