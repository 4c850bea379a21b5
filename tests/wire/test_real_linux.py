"""Real operating systems: Debian behind OpenSSH, and Open vSwitch on it, each as a shell and as single commands."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from lab import packages
from lab.patience import HANGS
from lab.ssh_host import SshHost
from tests.conftest import CommandLine, InProcess

pytestmark = pytest.mark.root


@pytest.fixture
def bitools(bitools: CommandLine) -> CommandLine:
    return InProcess(bitools.inventory, bitools.state)


def describe(bitools: CommandLine, machine: SshHost, platform: str) -> None:
    key = {"host": machine.host, "port": machine.port, "host_key": machine.host_key, "platform": platform}
    devices = {"kabuk": key, "komut": key | {"transport": "exec"}}
    defaults = {"username": machine.username, "key_file": str(machine.key_file), "site": "merkez"}
    (bitools.inventory / "settings.yaml").write_text("organisation: Efeler Belediyesi\n")
    (bitools.inventory / "sites.yaml").write_text("sites: {merkez: {}}\n")
    (bitools.inventory / "devices.yaml").write_text(json.dumps({"defaults": defaults, "devices": devices}))


def snapshot(bitools: CommandLine) -> dict[str, str]:
    answer = bitools("net", "snapshot", "--json")
    assert answer.code == 0, answer.stdout
    return {item["device"]: item["status"] for item in answer.document["items"]}


def test_debian_is_snapshotted_and_a_new_address_is_a_change(bitools: CommandLine) -> None:
    packages.require_for_test("openssh-server", "iproute2")
    with SshHost(isolated=True) as machine:
        describe(bitools, machine, "linux")
        assert snapshot(bitools) == {"kabuk": "stored", "komut": "stored"}
        assert snapshot(bitools) == {"kabuk": "unchanged", "komut": "unchanged"}
        texts = [bitools("net", "show", name).stdout for name in ("kabuk", "komut")]
        for text in texts:
            assert f"{machine.host}/30" in text
            assert f"# $ cat /etc/hosts\n{Path('/etc/hosts').read_text().rstrip()}\n" in text
        command = [
            "nsenter",
            f"--net=/proc/{machine.pid}/ns/net",
            "ip",
            "address",
            "add",
            "10.99.0.1/32",
            "dev",
            "lo",
        ]
        subprocess.run(command, check=True)
        [item] = bitools("net", "diff", "komut", "--json").document["items"]
        assert any("10.99.0.1/32" in (change["new"] or "") for change in item["changes"])
        assert snapshot(bitools) == {"kabuk": "stored", "komut": "stored"}


def test_open_vswitch_is_snapshotted_and_its_secret_is_masked(bitools: CommandLine, tmp_path: Path) -> None:
    packages.require_for_test("openssh-server", "iproute2", "openvswitch-switch")
    with ExitStack() as stack:
        vsctl = stack.enter_context(open_vswitch(tmp_path / "ovs"))
        vsctl("add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=netdev")
        vsctl("add-port", "br0", "vlan10", "tag=10", "--", "set", "interface", "vlan10", "type=internal")
        options = ["type=vxlan", "options:remote_ip=10.10.0.62", "options:psk=gizli-anahtar-26"]
        vsctl("add-port", "br0", "vxlan0", "--", "set", "interface", "vxlan0", *options)
        for port in ("vlan10", "vxlan0"):
            vsctl("wait-until", "interface", port, "ofport!=[]")  # until then it may be shown with an error
        machine = stack.enter_context(SshHost(isolated=True, more=f"SetEnv OVS_RUNDIR={tmp_path / 'ovs'}\n"))
        describe(bitools, machine, "openvswitch")
        assert snapshot(bitools) == {"kabuk": "stored", "komut": "stored"}
        assert snapshot(bitools) == {"kabuk": "unchanged", "komut": "unchanged"}
        text = bitools("net", "show", "komut").stdout
        assert "tag: 10" in text
        assert "br0:\n priority=0 actions=NORMAL" in text
        assert "gizli-anahtar-26" not in text
        assert "psk=<secret:" in text or 'psk="<secret:' in text
        vsctl("set", "port", "vlan10", "tag=20")
        [item] = bitools("net", "diff", "kabuk", "--json").document["items"]
        assert any("20" in (change["new"] or "") for change in item["changes"])


@contextmanager
def open_vswitch(folder: Path) -> Iterator[object]:
    """ovsdb-server and ovs-vswitchd in user space, all their files in one folder."""
    folder.mkdir()
    schema = Path("/usr/share/openvswitch/vswitch.ovsschema")
    environment = {**os.environ, "OVS_RUNDIR": str(folder)}
    subprocess.run(["ovsdb-tool", "create", folder / "conf.db", schema], check=True)
    servers = []

    def vsctl(*words: str) -> None:
        subprocess.run(
            ["ovs-vsctl", f"--timeout={HANGS:.0f}", *words], env=environment, check=True, capture_output=True
        )

    def start(*command: str) -> None:
        with open(folder / "log", "ab") as log:
            servers.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))

    try:
        start(
            "ovsdb-server",
            f"--remote=punix:{folder}/db.sock",
            f"--unixctl={folder}/db.ctl",
            f"{folder}/conf.db",
        )
        _wait_for(folder / "db.sock")
        vsctl("--no-wait", "init")
        start("ovs-vswitchd", "--disable-system", f"--unixctl={folder}/switch.ctl", f"unix:{folder}/db.sock")
        yield vsctl
    finally:
        for server in reversed(servers):
            server.terminate()
            server.wait(HANGS)


def _wait_for(file: Path) -> None:
    ends = time.monotonic() + HANGS
    while not file.exists():
        assert time.monotonic() < ends, f"{file} did not come to be"
        time.sleep(0.02)
