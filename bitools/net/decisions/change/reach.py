"""What a configuration says of the ways to reach its device: ports, addresses, VLANs, routes. Pure."""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bitools import regex
from bitools.net.decisions.change import number_lists
from bitools.net.decisions.statements import statements
from bitools.platforms.access import MEMBERS, PORT, ROUTES, VLANS
from bitools.platforms.model import Platform

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Interface = ipaddress.IPv4Interface | ipaddress.IPv6Interface
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_OF_A_VLAN = regex.compile(
    r"^(?i:vlan|vlanif|vlan-interface|bvi|ve|irb|bdi)[ .-]*(?:interface)?(?P<vlan>\d+)$"
)
_MENU = r"^/ip route / add "
_DEFAULT_GATEWAY = 254  # a distance behind every route: it only serves where nothing routes
EVERY_VLAN = frozenset(range(1, 4095))


@dataclass(frozen=True, slots=True)
class Line:
    """One line with the headers above it, as `whole` words: what the patterns look at."""

    whole: str
    path: tuple[str, ...]
    line: str


@dataclass(frozen=True, slots=True)
class Route:
    """A static route, or the network of a port (`hop` is the port then)."""

    network: Network
    hop: str
    distance: int = 1
    vrf: str = ""
    line: str = ""


@dataclass
class Port:
    """What is known of one port, by kind (`PORT` of `platforms/access.py`): values with their lines."""

    name: str
    known: Mapping[str, list[tuple[str, Line]]] = field(default_factory=lambda: defaultdict(list))

    def values(self, kind: str) -> list[str]:
        """The values of one kind."""
        return [value for value, _line in self.known.get(kind, ())]

    def value(self, kind: str) -> str:
        """The one there is; nothing if there is none."""
        return " ".join(self.values(kind))

    def line(self, kind: str) -> Line | None:
        """Where it stands."""
        return next((line for _value, line in self.known.get(kind, ())), None)

    @property
    def shut(self) -> bool:
        """Is it down by configuration?"""
        return bool(self.known.get("shut"))

    @property
    def addresses(self) -> list[Interface]:
        """Its addresses."""
        return [one for value in self.values("address") if (one := interface(value))]


@dataclass
class Reach:
    """One configuration, read for how it is reached."""

    lines: Sequence[Line]

    @cached_property
    def _text(self) -> str:
        return "\n".join(line.whole for line in self.lines)

    def fitting(self, pattern: str) -> Iterator[tuple[Line, regex.Match]]:
        """The lines that a pattern fits, found by one look at all of them."""
        single = regex.compile(pattern)
        for number in regex.compile(pattern, lines=True).line_numbers(self._text):
            if match := single.search(self.lines[number].whole):
                yield self.lines[number], match

    @cached_property
    def ports(self) -> dict[str, Port]:
        """Every port of which something is known."""
        found: dict[str, Port] = {}
        for kind, patterns in PORT.items():
            for pattern in patterns:
                for line, match in self.fitting(pattern):
                    name = plain(match["port"], line)
                    value = (match.groupdict().get("value") or "").strip("\"'")
                    found.setdefault(name, Port(name)).known[kind].append((value, line))
        return found

    @cached_property
    def headers(self) -> frozenset[str]:
        """Every line that stands at the top, for what is gone as a whole."""
        return frozenset(line.line for line in self.lines if not line.path)

    @cached_property
    def vlans(self) -> frozenset[int]:
        """The VLANs that are named."""
        found = [
            match["vlans"] for line in self.lines for one in VLANS if (match := _search(one, line.whole))
        ]
        return frozenset(number for text in found for number in numbers(text) or ())

    @cached_property
    def members(self) -> dict[int, set[str]]:
        """By VLAN the ports that it names."""
        found: dict[int, set[str]] = defaultdict(set)
        for line in self.lines:
            for one in MEMBERS:
                if match := _search(one, line.whole):
                    found[int(match["vlan"])] |= set(named(match["ports"]))
        return found

    @cached_property
    def routes(self) -> list[Route]:
        """The static routes, and the networks of ports that are up."""
        likely = {line: None for one in (*ROUTES, _MENU) for line, _match in self.fitting(one)}
        found = [route for line in likely for route in _routes(line)]
        found += _tabled(self.lines)
        for port in self.ports.values():
            if not port.shut:
                found += [Route(one.network, port.name, 0, port.value("vrf")) for one in port.addresses]
        return found

    def bearer(self, address: Address) -> Port | None:
        """The port that has an address."""
        ports = self.ports.values()
        return next((port for port in ports if any(one.ip == address for one in port.addresses)), None)

    def best(self, address: Address, vrf: str) -> list[Route]:
        """The routes to an address: the longest prefix, then the least distance."""
        fitting = [
            one
            for one in self.routes
            if one.vrf == vrf and one.network.version == address.version and address in one.network
        ]
        key = min(((-one.network.prefixlen, one.distance) for one in fitting), default=None)
        return [one for one in fitting if (-one.network.prefixlen, one.distance) == key]


def read(text: str, platform: Platform) -> Reach:
    """Read a configuration."""
    return Reach([_line(one.path, one.line, platform) for one in statements(text, platform)])


def _line(path: tuple[str, ...], line: str, platform: Platform) -> Line:
    if platform.nesting == "braces":
        return Line(" ".join((*path, line)), path, line)
    whole = " / ".join((*path, line))
    if whole.startswith("set ") and not path:
        whole = whole.removeprefix("set ").replace("'", "")
    return Line(whole, path, line)


def plain(name: str, line: Line | None = None) -> str:
    """A port's name as others call it: `irb.10` for `irb unit 10`."""
    if line and name.isdigit() and line.whole.startswith("vlan "):
        return f"vlan{name}"
    if line and line.whole.startswith("vlan "):
        return "vlan" + name.removeprefix("vlan").strip()
    return name.strip("\"'").replace(" unit ", ".").replace(" vif ", ".").replace(" ", "")


def vlan_of(port: Port) -> int | None:
    """The VLAN whose address a port bears, or whose tag it has."""
    found = _OF_A_VLAN.search(port.name)
    if found:
        return int(found["vlan"])
    tag = port.value("tag")
    return int(tag) if tag.isdecimal() else None


def interface(value: str) -> Interface | None:
    """`10.0.0.1/24` or `10.0.0.1 255.255.255.0`; nothing if it is none (`dhcp`)."""
    try:
        return ipaddress.ip_interface(value.strip().replace(" ", "/"))
    except ValueError:
        return None


def numbers(text: str) -> frozenset[int] | None:
    """A list of VLANs: `1,10-20`, `10 to 20 30`, `all`, `none`. None if it is written otherwise."""
    text = text.strip().strip("[]").strip()
    if text.split(" ")[-1:] == ["tagged"] or text.split(" ")[-1:] == ["untagged"]:
        text = text.rpartition(" ")[0]
    if text in ("all", "none"):
        return EVERY_VLAN if text == "all" else frozenset()
    found = number_lists.numbers(text) if text else set()
    return None if found is None or max(found, default=0) > 4095 else frozenset(found)


def named(text: str) -> Iterator[str]:
    """Ports that a list names: `1-4,24,Trk1`; a range of numbers is each of them."""
    for part in text.replace(" ", ",").split(","):
        first, _dash, last = part.partition("-")
        if first.isdecimal() and last.isdecimal() and int(last) - int(first) < 1000:
            yield from (str(number) for number in range(int(first), int(last) + 1))
        elif part:
            yield part


def _search(pattern: str, text: str) -> regex.Match | None:
    return regex.compile(pattern).search(text)


def _routes(line: Line) -> Iterator[Route]:
    for one in ROUTES:
        if match := _search(one, line.whole):
            told = {key: value or "" for key, value in match.groupdict().items()}
            network = _network(told)
            if network is None:
                continue
            hop = told.get("second") or told["hop"]
            distance = int(told.get("distance") or (1 if "prefix" in told else _DEFAULT_GATEWAY))
            yield Route(network, hop, distance, told.get("vrf") or told.get("outer", ""), line.whole)
            return
    if line.path == ("/ip route",) and line.line.startswith("add ") and " disabled=yes" not in line.line:
        keys = dict(part.split("=", 1) for part in line.line.split() if "=" in part)
        network = _network({"prefix": keys.get("dst-address", "0.0.0.0/0")})
        if network and "gateway" in keys:
            yield Route(
                network,
                keys["gateway"],
                int(keys.get("distance", "1")),
                keys.get("routing-table", "").replace("main", ""),
                line.whole,
            )


def _network(told: Mapping[str, str]) -> Network | None:
    prefix = told.get("prefix") or str(ipaddress.IPv4Address(0))
    length = told.get("length") or told.get("mask") or ("" if told.get("prefix") else "0")
    try:
        return ipaddress.ip_network(f"{prefix}/{length}" if length else prefix, strict=False)
    except ValueError:
        return None


def _tabled(lines: Sequence[Line]) -> Iterator[Route]:
    """FortiOS: a route is an entry of a table, each word of it a line."""
    entries: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    for line in lines:
        if line.path[-2:-1] == ("config router static",) and line.line.startswith("set "):
            key, _blank, value = line.line.removeprefix("set ").partition(" ")
            entries[line.path][key] = value.strip('"')
    for path, told in entries.items():
        network = interface(told.get("dst", "0.0.0.0/0"))
        if network and told.get("status") != "disable":
            hop = told.get("gateway") or told.get("device", "") or told.get("blackhole", "")
            yield Route(network.network, hop, int(told.get("distance", "10")), "", " / ".join(path))
