"""Real DHCP servers on the loopback, and clients that speak to them as a relay does (RFC 2131, RFC 3046).

Kea and dnsmasq answer on a port of their own; the clients stand behind a relay (`giaddr`), so that no
interface with an address of the pool is needed. Under `faketime` an hour passes in a minute.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from lab.processes import Process, start, status

PACKAGES = ("kea-dhcp4-server", "dnsmasq-base", "isc-dhcp-server", "faketime", "iproute2")
DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE = 1, 2, 3, 4, 5, 6, 7
_MAGIC = b"\x63\x82\x53\x63"


@dataclass
class Client:
    """One network card behind the relay."""

    mac: bytes
    relay: socket.socket
    server: tuple[str, int]
    giaddr: str
    host: str = ""
    address: str = ""
    lease: int = 0
    offered_by: bytes = b""
    serial: int = field(default=0)

    def obtain(self, wanted: str = "") -> str:
        """Discover, request; give the address, empty if none was offered."""
        options = [(50, socket.inet_aton(wanted))] if wanted else []
        offer = self.ask(DISCOVER, options)
        if offer is None or offer[0] != OFFER:
            return ""
        _kind, address, fields = offer
        self.offered_by = fields.get(54, b"")
        ask = [(50, socket.inet_aton(address)), (54, self.offered_by)]
        return self._taken(self.ask(REQUEST, ask))

    def renew(self) -> str:
        """Ask to keep the address; empty if that was refused."""
        return self._taken(self.ask(REQUEST, [], ciaddr=self.address))

    def release(self) -> None:
        """Give it back. There is no answer."""
        self._send(RELEASE, [(54, self.offered_by)], ciaddr=self.address)
        self.address = ""

    def decline(self) -> None:
        """Somebody else uses it. There is no answer."""
        self._send(DECLINE, [(50, socket.inet_aton(self.address)), (54, self.offered_by)])
        self.address = ""

    def _taken(self, answer: tuple[int, str, dict[int, bytes]] | None) -> str:
        if answer is None or answer[0] != ACK:
            self.address = ""
            return ""
        self.address = answer[1]
        self.lease = struct.unpack("!I", answer[2].get(51, b"\0\0\0\0"))[0]
        return self.address

    def _send(self, kind: int, options: Sequence[tuple[int, bytes]], ciaddr: str = "0.0.0.0") -> bytes:
        self.serial += 1
        number = self.mac[2:] + struct.pack("!H", self.serial)
        number = number[-4:]
        packet = struct.pack(
            "!BBBB4sHH4s4s4s4s16s64s128s", 1, 1, 6, 1, number, 0, 0, socket.inet_aton(ciaddr), b"", b"",
            socket.inet_aton(self.giaddr), self.mac, b"", b"",
        )  # fmt: skip
        fields = [(53, bytes([kind])), *options]
        if self.host:
            fields.append((12, self.host.encode()))
        packet += _MAGIC + b"".join(bytes([code, len(value)]) + value for code, value in fields) + b"\xff"
        self.relay.sendto(packet, self.server)
        return number

    def ask(
        self, kind: int, options: Sequence[tuple[int, bytes]], ciaddr: str = "0.0.0.0", seconds: float = 3.0
    ) -> tuple[int, str, dict[int, bytes]] | None:
        """Send one message, three times at most, and give the server's answer; None if none comes."""
        for _attempt in range(3):
            number = self._send(kind, options, ciaddr)
            ends = time.monotonic() + seconds / 3
            while (left := ends - time.monotonic()) > 0:
                self.relay.settimeout(left)
                try:
                    answer = self.relay.recv(2048)
                except TimeoutError:
                    break
                if answer[4:8] == number and answer[0] == 2:
                    fields = _options(answer[240:])
                    return fields.get(53, b"\0")[0], socket.inet_ntoa(answer[16:20]), fields
        return None


def _options(content: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    at = 0
    while at < len(content) and content[at] != 255:
        if content[at] == 0:
            at += 1
            continue
        size = content[at + 1]
        found[content[at]] = content[at + 2 : at + 2 + size]
        at += 2 + size
    return found


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A DHCP server for 10.77.0.0/24 seen from behind a relay; use it in a `with`. `clock` is for faketime.

    `log` and, for Kea, `journal` are the files it writes.
    """

    def __init__(
        self, folder: Path, lease: int = 600, clock: str = "", first: int = 10, last: int = 60
    ) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.lease, self.clock, self.first, self.last = lease, clock, first, last
        self.address, self.giaddr = "127.0.0.1", f"127.{os.getpid() % 200 + 20}.0.2"
        self.port = _free_port()
        self.log, self.journal = folder / "log", folder / "leases"

    @property
    def pool(self) -> tuple[str, str]:
        """First and last address, in the relay's network."""
        base = self.giaddr.rsplit(".", 2)[0]
        return f"{base}.9.{self.first}", f"{base}.9.{self.last}"

    def command(self) -> list[str | Path]:
        """How it is started."""
        raise NotImplementedError

    def __enter__(self) -> Server:
        argv = self.command()
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TZ": "Europe/Istanbul", "HOME": "/"}
        environment |= {"KEA_PIDFILE_DIR": str(self.folder), "KEA_LOCKFILE_DIR": str(self.folder)}
        if self.clock:
            argv = ["faketime", "-f", self.clock, *argv]
        argv = self.wrapped(argv)
        self.relay = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.relay.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.relay.bind((self.giaddr, self.relay_port()))
        self._process: Process = start(argv, self.folder / "out", environment)
        ends = time.monotonic() + 20
        probe = self.client(bytes([2, 0, 0, 0, 0, 1]))
        while True:
            if not self._process.runs:
                raise RuntimeError((self.folder / "out").read_text())
            if probe.ask(DISCOVER, [], seconds=0.3):
                return self
            if time.monotonic() > ends:
                self._end()
                raise RuntimeError((self.folder / "out").read_text())

    def wrapped(self, argv: list[str | Path]) -> list[str | Path]:
        """The whole command line."""
        return argv

    def relay_port(self) -> int:
        """Where the server sends what is for a relay."""
        return self.port

    def client(self, mac: bytes, host: str = "") -> Client:
        """A new client behind the relay."""
        return Client(mac, self.relay, (self.address, self.port), self.giaddr, host)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
        self.relay.close()

    def _end(self) -> None:
        """End the whole family: faketime waits for the server and would leave it behind."""
        family = [one for one in self._family() if one.runs]
        for one in family:
            one.signal(signal.SIGTERM)
        for one in family:
            one.end()

    def _family(self) -> list[Process]:
        """The processes of the session that the server was started in."""
        numbers = [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]
        return [Process.of(pid) for pid in numbers if status(pid)[3:4] == [str(self._process.pid)]]


class Kea(Server):
    """Kea's DHCPv4 server with its memfile journal."""

    def __init__(
        self, folder: Path, lease: int = 600, clock: str = "", first: int = 10, last: int = 60
    ) -> None:
        super().__init__(folder, lease, clock, first, last)
        self.journal = folder / "leases.csv"

    def command(self) -> list[str | Path]:
        """Its configuration is written here."""
        base = self.giaddr.rsplit(".", 3)[0]
        settings = {
            "interfaces-config": {"interfaces": ["lo/127.0.0.1"], "dhcp-socket-type": "udp"},
            "lease-database": {"type": "memfile", "name": str(self.journal), "lfc-interval": 0},
            "valid-lifetime": self.lease, "renew-timer": self.lease // 2, "rebind-timer": self.lease * 3 // 4,
            "decline-probation-period": self.lease,
            "expired-leases-processing": {"reclaim-timer-wait-time": 1, "hold-reclaimed-time": 3600},
            "subnet4": [{"subnet": f"{base}.0.0.0/8", "pools": [{"pool": " - ".join(self.pool)}]}],
            "loggers": [{"name": "kea-dhcp4", "severity": "INFO", "output_options": [
                {"output": str(self.log), "flush": True, "maxsize": 0}]}],
        }  # fmt: skip
        file = self.folder / "kea.json"
        file.write_text(json.dumps({"Dhcp4": settings}))
        return ["kea-dhcp4", "-c", file, "-p", str(self.port), "-P", str(self.port)]


class Dnsmasq(Server):
    """dnsmasq, DHCP only."""

    def command(self) -> list[str | Path]:
        """All on the command line."""
        return [
            "dnsmasq", "-k", "--conf-file=/dev/null", "--port=0", "--interface=lo", "--bind-interfaces",
            "--no-ping", f"--dhcp-alternate-port={self.port},{self.port}",
            f"--dhcp-leasefile={self.folder}/leases",
            f"--dhcp-range={self.pool[0]},{self.pool[1]},255.0.0.0,{self.lease}",
            f"--log-facility={self.log}",
            f"--pid-file={self.folder}/pid", "--user=root", "--dhcp-authoritative",
        ]  # fmt: skip


class Dhcpd(Server):
    """ISC dhcpd in a network namespace of its own, behind a pair of virtual cards: it wants an Ethernet.

    What it would tell syslog comes over its standard error, without a time; its journal has the times.
    """

    def __init__(
        self, folder: Path, lease: int = 600, clock: str = "", first: int = 10, last: int = 60
    ) -> None:
        super().__init__(folder, lease, clock, first, last)
        number = os.getpid() % 200 + 20
        self.space, self.near, self.far = f"dhcpd{os.getpid()}", f"dn{os.getpid()}", f"df{os.getpid()}"
        self.address, self.giaddr = f"10.{number}.0.1", f"10.{number}.0.2"
        self.journal = folder / "dhcpd.leases"

    def command(self) -> list[str | Path]:
        """The namespace and the cards are made here."""
        for words in (
            f"netns add {self.space}",
            f"link add {self.near} type veth peer name {self.far}",
            f"link set {self.far} netns {self.space}",
            f"addr add {self.giaddr}/8 dev {self.near}",
            f"link set {self.near} up",
            f"-n {self.space} addr add {self.address}/8 dev {self.far}",
            f"-n {self.space} link set {self.far} up",
            f"-n {self.space} link set lo up",
        ):
            subprocess.run(["ip", *words.split()], check=True, capture_output=True)
        base = self.giaddr.rsplit(".", 3)[0]
        settings = self.folder / "dhcpd.conf"
        settings.write_text(
            f"default-lease-time {self.lease}; max-lease-time {self.lease};\n"
            "authoritative; ping-check false;\n"
            f"subnet {base}.0.0.0 netmask 255.0.0.0 {{ range {self.pool[0]} {self.pool[1]}; }}\n"
        )
        self.journal.touch()
        return [
            "dhcpd", "-4", "-d", "-cf", settings, "-lf", self.journal, "-pf", self.folder / "pid",
            "-p", str(self.port), self.far,
        ]  # fmt: skip

    def wrapped(self, argv: list[str | Path]) -> list[str | Path]:
        """In the namespace."""
        return ["ip", "netns", "exec", self.space, *argv]

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        subprocess.run(["ip", "link", "del", self.near], check=False, capture_output=True)
        subprocess.run(["ip", "netns", "del", self.space], check=False, capture_output=True)
