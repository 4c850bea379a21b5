"""The router as seen from outside: up, down, and where it is.

All it consists of hangs on one process: when that is killed, the kernel takes the network namespace,
both ends of the cable, the mounts, the daemons and the SSH sessions with it.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType

from lab import packages
from lab.patience import HANGS
from lab.processes import Process, start, strays

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = Path(__file__).parent / "frr.conf"
DAEMONS = {  # beside zebra and staticd, where the configuration has something for them
    "bgpd": "\nrouter bgp ",
    "ospfd": "\nrouter ospf\n",
    "ospf6d": "\nrouter ospf6\n",
}
NAMESPACES = ("--net", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child", "--mount-proc")


class RouterFailed(Exception):
    """It did not come up; the message is the end of its log."""


class Router:
    """FRR on the second address of a /30, this machine having the first.

    `accounts` are names and passwords of those who may log in over SSH; vtysh is their shell, and its log
    says who typed what. `configuration`, with {name} and {gateway}, is the first one; else that of frr.conf.
    """

    port = 22

    def __init__(
        self,
        folder: Path,
        name: str = "rt-wan-01",
        network: str = "10.199.31.0/30",
        accounts: Mapping[str, str] | None = None,
        configuration: str = "",
    ) -> None:
        self.folder, self.name = folder.absolute(), name
        self.network = ipaddress.IPv4Network(network)
        self.gateway, self.address = (str(host) for host in list(self.network.hosts())[:2])
        self.accounts = dict(accounts or {"netops": secrets.token_hex(8)})
        self.configuration = configuration
        self.cable = "lab" + hashlib.sha256(f"{self.folder} {network}".encode()).hexdigest()[:10]
        self.pid_file = self.folder / "pid"

    @property
    def running(self) -> bool:
        """Whether its process is there."""
        return Process.read(self.pid_file) is not None

    @property
    def host_key(self) -> str:
        """Its SSH host key, as in known_hosts."""
        return " ".join((self.folder / "host_key.pub").read_text().split()[:2])

    def up(self) -> Router:
        """Have it running, with the configuration it last saved. Raise RouterFailed if it cannot be."""
        if os.geteuid() != 0:
            raise packages.NeedsRoot("a router needs network namespaces, and those need root")
        packages.require(*packages.ROUTER)
        if self.running:
            return self
        self.down()
        try:
            self._files()
        except (OSError, LookupError) as error:
            raise packages.NeedsRoot("a router needs real root") from error
        log = self.folder / "log"
        log.unlink(missing_ok=True)
        command: list[str | Path] = [
            "unshare",
            *NAMESPACES,
            sys.executable,
            "-m",
            "lab.router.inside",
            self.folder,
        ]
        process = start(command, log, {**os.environ, "PYTHONPATH": str(ROOT)})
        process.write(self.pid_file)
        try:
            self._connect(process)
            self._wait(process)
        except (OSError, subprocess.CalledProcessError) as error:
            words = log.read_text().strip()[-500:] or getattr(error, "stderr", "") or str(error)
            self.down()
            raise RouterFailed(f"{self.name}: {words}") from error
        return self

    def lay(self, interface: str, other: Router, other_interface: str) -> None:
        """Lay a cable to another router. Both are up; addresses are their configurations' business."""
        ours, theirs = (Process.read(router.pid_file) for router in (self, other))
        if ours is None or theirs is None:
            raise RouterFailed("a cable needs a router at each end")
        ends = [(ours.pid, interface), (theirs.pid, other_interface)]
        (pid, name), (far, far_name) = ends
        words = [
            "link",
            "add",
            name,
            "netns",
            str(pid),
            "type",
            "veth",
            "peer",
            "name",
            far_name,
            "netns",
            str(far),
        ]
        _ip(*words)
        for pid, name in ends:
            up = ["nsenter", f"--net=/proc/{pid}/ns/net", "ip", "link", "set", name, "up"]
            subprocess.run(up, check=True, capture_output=True)

    def run(self, *words: str, typed: str = "") -> str:
        """What a program prints that runs inside, as root, told `typed`. Raise CalledProcessError."""
        process = Process.read(self.pid_file)
        if process is None:
            raise RouterFailed(f"{self.name} is down")
        inside = ["nsenter", f"--target={_inside(process.pid)}", "--all", *words]
        lines = {**os.environ, "TERM": "xterm"}  # vtysh cuts what it echoes on a dumb terminal
        return subprocess.run(
            inside, check=True, capture_output=True, text=True, input=typed or None, env=lines
        ).stdout

    def configure(self, lines: Iterable[str]) -> list[str]:
        """Type lines at the prompt of its configuration mode; what it answers: there should be nothing."""
        typed = "".join(
            f"{line.strip()}\n" for line in ("terminal length 0", "configure terminal", *lines, "end")
        )
        said = self.run("vtysh", typed=typed).splitlines()
        return [
            line
            for line in said
            if line.strip() and not line.startswith((self.name, "\x1b", "Hello, this is FRR", "Copyright "))
        ]

    def down(self) -> None:
        """Take it down. Nothing of it remains but its folder."""
        if process := Process.read(self.pid_file):
            process.kill()
        for stray in strays("lab.router.inside", self.folder):
            stray.kill()
        self.pid_file.unlink(missing_ok=True)
        # gone with its other end, unless it was never given to the router
        subprocess.run(["ip", "link", "delete", self.cable], capture_output=True, check=False)

    def destroy(self) -> None:
        """Take it down and remove its folder."""
        self.down()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Router:
        return self.up()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.destroy()

    def _files(self) -> None:
        etc = self.folder / "etc"
        etc.mkdir(mode=0o775, parents=True, exist_ok=True)
        conf = etc / "frr.conf"
        if not conf.is_file():
            text = self.configuration or TEMPLATE.read_text()
            conf.write_text(text.format(name=self.name, gateway=self.gateway))
        (etc / "vtysh.conf").write_text("service integrated-vtysh-config\n")
        for file in (etc, conf, etc / "vtysh.conf"):
            shutil.chown(file, "frr", "frrvty")
            file.chmod(0o2775 if file is etc else 0o660)
        key = self.folder / "host_key"
        if not key.is_file():
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        told = conf.read_text()
        order = self.folder / "router.json"
        order.touch(mode=0o600)
        order.write_text(
            json.dumps(
                {
                    "name": self.name,
                    "address": self.address,
                    "length": self.network.prefixlen,
                    "accounts": self.accounts,
                    "daemons": [
                        "zebra",
                        "staticd",
                        *(daemon for daemon, words in DAEMONS.items() if words in told),
                    ],
                }
            )
        )

    def _connect(self, process: Process) -> None:
        """Lay the cable once the router has a network namespace of its own to lay it to."""
        ours = Path("/proc/self/ns/net").readlink()
        deadline = time.monotonic() + HANGS
        while Path(f"/proc/{process.pid}/ns/net").readlink() == ours:
            if time.monotonic() > deadline:
                raise TimeoutError("no network namespace came to be")
            time.sleep(0.01)
        _ip("link", "add", self.cable, "type", "veth", "peer", "name", "eth0", "netns", str(process.pid))
        _ip("address", "add", f"{self.gateway}/{self.network.prefixlen}", "dev", self.cable)
        _ip("link", "set", self.cable, "up")

    def _wait(self, process: Process) -> None:
        """Until SSH answers."""
        deadline = time.monotonic() + HANGS
        while True:
            try:
                with socket.create_connection((self.address, self.port), 1) as connection:
                    if connection.recv(4) == b"SSH-":
                        return
            except OSError:
                if not process.runs or time.monotonic() > deadline:
                    raise
            time.sleep(0.02)


def _inside(pid: int) -> int:
    """The process that is number 1 inside: the only child of the one that made the namespaces."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)
