"""Real DHCP servers on the loopback, and clients that speak to them as a relay does (RFC 2131, RFC 3046).

Kea and dnsmasq answer on a port of their own; the clients stand behind a relay (`giaddr`), so that no
interface with an address of the pool is needed. They live by a clock that is moved by hand, so that the
instant of every answer is known.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from zoneinfo import ZoneInfo

from lab.clocks import PACKAGE, RunningClock, StandingClock
from lab.processes import Process, start, status

PACKAGES = ("kea-dhcp4-server", "dnsmasq-base", "isc-dhcp-server", PACKAGE, "iproute2")
DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM = 1, 2, 3, 4, 5, 6, 7, 8
_MAGIC = b"\x63\x82\x53\x63"


@dataclass(frozen=True)
class Given:
    """A server's word: this card has this address, from this second on, for so many seconds."""

    at: int
    mac: str
    address: str
    lease: int


class Relay:
    """The socket that clients stand behind. Every lease that comes out of it is noted, waited for or not."""

    def __init__(self, address: str, port: int, clock: StandingClock | RunningClock) -> None:
        self.clock = clock
        self.given: list[Given] = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((address, port))

    def receive(self, seconds: float) -> bytes | None:
        """The next answer; none if none comes in so many seconds."""
        self.socket.settimeout(max(seconds, 0.001))
        try:
            answer = self.socket.recv(2048)
        except TimeoutError:
            return None
        fields = _options(answer[240:])
        address = socket.inet_ntoa(answer[16:20])  # none in the answer to an INFORM (RFC 2131 §4.3.5)
        if fields.get(53) == bytes([ACK]) and address != "0.0.0.0":
            lease = struct.unpack("!I", fields[51])[0]
            self.given.append(Given(self.clock.now, answer[28:34].hex(":"), address, lease))
        return answer


@dataclass
class Client:
    """One network card behind the relay."""

    mac: bytes
    relay: Relay
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

    def inform(self) -> None:
        """Ask for settings with an address of its own (RFC 2131 §3.4): no lease comes of it."""
        self._send(INFORM, [], ciaddr=self.address)

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
        self.relay.socket.sendto(packet, self.server)
        return number

    def ask(
        self, kind: int, options: Sequence[tuple[int, bytes]], ciaddr: str = "0.0.0.0", seconds: float = 3.0
    ) -> tuple[int, str, dict[int, bytes]] | None:
        """Send one message, three times at most, and give the server's answer; None if none comes."""
        for _attempt in range(3):
            number = self._send(kind, options, ciaddr)
            ends = time.monotonic() + seconds / 3
            while (left := ends - time.monotonic()) > 0:
                answer = self.relay.receive(left)
                if answer and answer[4:8] == number and answer[0] == 2:
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


class Server(ABC):
    """A DHCP server seen from behind a relay; use it in a `with`. `zone` is what its local times are in.

    `log` and, for Kea and dhcpd, `journal` are the files it writes.
    """

    def __init__(
        self, folder: Path, clock: StandingClock | RunningClock, lease: int = 600, first: int = 10,
        last: int = 60, zone: str = "Europe/Istanbul",
    ) -> None:  # fmt: skip
        self.folder, self.clock, self.zone = folder, clock, zone
        folder.mkdir(parents=True, exist_ok=True)
        self.lease, self.first, self.last = lease, first, last
        self.address, self.giaddr = "127.0.0.1", f"127.{os.getpid() % 200 + 20}.0.2"
        self.port = _free_port()
        self.log, self.journal = folder / "log", folder / "leases"

    @property
    def pool(self) -> tuple[str, str]:
        """First and last address, in the relay's network."""
        base = self.giaddr.rsplit(".", 2)[0]
        return f"{base}.9.{self.first}", f"{base}.9.{self.last}"

    @abstractmethod
    def command(self) -> list[str | Path]:
        """How it is started."""

    def __enter__(self) -> Server:
        argv = self.wrapped(self.command())
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TZ": self.zone, "HOME": "/"}
        environment |= {"KEA_PIDFILE_DIR": str(self.folder), "KEA_LOCKFILE_DIR": str(self.folder)}
        self.relay = Relay(self.giaddr, self.relay_port(), self.clock)
        self._probe = self.client(bytes([2, 0, 0, 0, 0, 1]))
        self._process: Process = start(argv, self.folder / "out", environment | self.clock.environment())
        try:
            self.settle()
        except RuntimeError:
            self.__exit__(None, None, None)
            raise
        return self

    def settle(self, seconds: float = 20) -> None:
        """All that was sent before is dealt with: a server answers in turn, and it has answered a question.

        Raise RuntimeError with its last words if it does not.
        """
        ends = time.monotonic() + seconds
        while not self._probe.ask(DISCOVER, [], seconds=0.9):
            if not self._process.runs or time.monotonic() > ends:
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
        self.relay.socket.close()

    def _end(self) -> None:
        """End the whole family: `ip netns exec` may have left one behind."""
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

    def command(self) -> list[str | Path]:
        """Its configuration is written here."""
        self.journal = self.folder / "leases.csv"
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
        self, folder: Path, clock: StandingClock | RunningClock, lease: int = 600, first: int = 10,
        last: int = 60, zone: str = "Europe/Istanbul",
    ) -> None:  # fmt: skip
        super().__init__(folder, clock, lease, first, last, zone)
        number = os.getpid() % 200 + 20
        self.space, self.near, self.far = f"dhcpd{os.getpid()}", f"dn{os.getpid()}", f"df{os.getpid()}"
        self.address, self.giaddr = f"10.{number}.0.1", f"10.{number}.0.2"
        self.journal = folder / "dhcpd.leases"
        self._logged = 0

    def command(self) -> list[str | Path]:
        """The namespace and the cards are made here."""
        for words in (
            f"netns add {self.space}",
            f"link add {self.near} type veth peer name {self.far}",
            f"link set {self.far} netns {self.space}",
            f"addr add {self.giaddr}/16 dev {self.near}",
            f"link set {self.near} up",
            f"-n {self.space} addr add {self.address}/16 dev {self.far}",
            f"-n {self.space} link set {self.far} up",
            f"-n {self.space} link set lo up",
        ):
            subprocess.run(["ip", *words.split()], check=True, capture_output=True)
        base = self.giaddr.rsplit(".", 2)[0]
        settings = self.folder / "dhcpd.conf"
        settings.write_text(
            f"default-lease-time {self.lease}; max-lease-time {self.lease};\n"
            "authoritative; ping-check false;\n"
            f"subnet {base}.0.0 netmask 255.255.0.0 {{ range {self.pool[0]} {self.pool[1]}; }}\n"
        )
        self.journal.touch()
        return [
            "dhcpd", "-4", "-d", "-cf", settings, "-lf", self.journal, "-pf", self.folder / "pid",
            "-p", str(self.port), self.far,
        ]  # fmt: skip

    def settle(self, seconds: float = 20) -> None:
        """What it has said meanwhile goes into `log` with the time, as a system log would write it."""
        super().settle(seconds)
        said = (self.folder / "out").read_text()
        at = datetime.fromtimestamp(self.clock.now, ZoneInfo(self.zone)).isoformat()
        with self.log.open("a") as log:
            log.write("".join(f"{at} d dhcpd[1]: {line}\n" for line in said[self._logged :].splitlines()))
        self._logged = len(said)

    def wrapped(self, argv: list[str | Path]) -> list[str | Path]:
        """In the namespace."""
        return ["ip", "netns", "exec", self.space, *argv]

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        subprocess.run(["ip", "link", "del", self.near], check=False, capture_output=True)
        subprocess.run(["ip", "netns", "del", self.space], check=False, capture_output=True)
