"""A host of its own that answers SSH: on the loopback, or in a network namespace behind a cable.

In the namespace nothing of this machine can be reached but through the SSH connection itself.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

from lab import packages
from lab.patience import HANGS

_TENTATIVE = 0x40  # IFA_F_TENTATIVE (linux/if_addr.h): not proven to be nobody else's yet


class SshHost:
    """sshd for root with one key. `isolated`: in a network namespace. `more`: lines for sshd_config."""

    username = "root"

    def __init__(self, *, isolated: bool = False, more: str = "") -> None:
        packages.require("openssh-server", "openssh-client", "iproute2")
        if os.geteuid() != 0:
            raise packages.NeedsRoot("an SSH server for root needs root")
        self.isolated, self.more = isolated, more
        self.folder = Path(tempfile.mkdtemp(prefix="sshd-"))
        self.key_file = self.folder / "key"
        self._cable = f"bk{os.getpid() % 100_000}"
        network = f"10.198.{os.getpid() // 60 % 250}.{os.getpid() % 60 * 4}"
        self._gateway, self.host = ("", "127.0.0.1")
        if isolated:
            head, _dot, last = network.rpartition(".")
            self._gateway, self.host = f"{head}.{int(last) + 1}", f"{head}.{int(last) + 2}"
        self.port = 22 if isolated else _free_port()

    @property
    def pid(self) -> int:
        """The process whose network namespace is this host's."""
        return self._child.pid

    @property
    def host_key(self) -> str:
        """Its key, as in known_hosts."""
        return " ".join((self.folder / "host_key.pub").read_text().split()[:2])

    def __enter__(self) -> SshHost:
        for name in ("key", "host_key"):
            subprocess.run(
                ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / name], check=True
            )
        shutil.copy(self.folder / "key.pub", self.folder / "authorized_keys")
        Path("/run/sshd").mkdir(exist_ok=True)
        (self.folder / "config").write_text(
            f"HostKey {self.folder}/host_key\nAuthorizedKeysFile {self.folder}/authorized_keys\n"
            f"Port {self.port}\nListenAddress {self.host}\nPidFile none\nUsePAM no\nStrictModes no\n"
            f"PermitRootLogin prohibit-password\nSubsystem sftp internal-sftp\n{self.more}"
        )
        serve = f"exec /usr/sbin/sshd -D -e -f {self.folder}/config"
        if self.isolated:
            until = "until ip -4 address show eth0 2>/dev/null | grep -q inet; do sleep 0.02; done"
            etc = self.folder / "etc"  # its own: packages that come meanwhile bring accounts
            script = f"cp -a /etc {etc}; mount --bind {etc} /etc; ip link set lo up; {until}; {serve}"
            command = ["unshare", "--net", "--mount", "--", "sh", "-c", script]
        else:
            command = ["sh", "-c", serve]
        with open(self.folder / "log", "wb") as log:
            self._child = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        try:
            if self.isolated:
                self._connect()
            self._wait()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.kill()
        self._child.wait()
        if self.isolated:
            subprocess.run(["ip", "link", "delete", self._cable], capture_output=True, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _connect(self) -> None:
        ours, ends = Path("/proc/self/ns/net").readlink(), time.monotonic() + HANGS
        while Path(f"/proc/{self._child.pid}/ns/net").readlink() == ours:
            if time.monotonic() > ends:
                raise TimeoutError("no network namespace came to be")
            time.sleep(0.01)
        far = ["nsenter", f"--net=/proc/{self._child.pid}/ns/net"]
        for words in (
            ["ip", "link", "add", self._cable, "type", "veth", "peer", "eth0", "netns", str(self._child.pid)],
            ["ip", "address", "add", f"{self._gateway}/30", "dev", self._cable],
            ["ip", "link", "set", self._cable, "up"],
            [*far, "ip", "link", "set", "eth0", "up"],
            [*far, "ip", "address", "add", f"{self.host}/30", "dev", "eth0"],
        ):
            subprocess.run(words, check=True, capture_output=True)
        self._settle()

    def _settle(self) -> None:
        """Wait for the IPv6 address that the kernel gives a new interface, and proves for a second or two.

        Until then two looks at the same machine differ.
        """
        own = Path(f"/proc/{self._child.pid}/net/if_inet6")  # absent where the kernel has no IPv6
        ends = time.monotonic() + HANGS
        while own.exists() and _disabled_inside(self._child.pid) is False:
            lines = [line.split() for line in own.read_text().splitlines()]
            flags = [int(line[4], 16) for line in lines if line[5] == "eth0"]
            if flags and not any(flag & _TENTATIVE for flag in flags):
                return
            if time.monotonic() > ends:
                raise TimeoutError("the IPv6 address of eth0 never settled")
            time.sleep(0.05)

    def _wait(self) -> None:
        ends = time.monotonic() + HANGS
        while True:
            try:
                with socket.create_connection((self.host, self.port), 1) as connection:
                    if connection.recv(4) == b"SSH-":
                        return
            except OSError:
                if self._child.poll() is not None or time.monotonic() > ends:
                    raise RuntimeError((self.folder / "log").read_text()) from None
            time.sleep(0.02)


def _disabled_inside(pid: int) -> bool:
    """Has eth0 no IPv6 in this process's network namespace?"""
    inside = ["nsenter", f"--net=/proc/{pid}/ns/net", "cat", "/proc/sys/net/ipv6/conf/eth0/disable_ipv6"]
    return subprocess.run(inside, capture_output=True, check=False).stdout.strip() != b"0"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
