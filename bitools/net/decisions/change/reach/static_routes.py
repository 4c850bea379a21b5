"""Static routes as configurations say them: in a line, in a menu, in a table. Pure."""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bitools import regex
from bitools.net.decisions.change.reach.networks import Network, interface
from bitools.net.decisions.change.reach.signs import PathLine

MENUS = regex.compile(r"^/ip(?:v6)? route / add ", lines=True)
_DEFAULT_GATEWAY = 254  # a distance behind every route: it only serves where nothing routes


@dataclass(frozen=True, slots=True)
class Route:
    """A static route, or the network of a port (`hop` is the port then)."""

    network: Network
    hop: str
    distance: int = 1
    vrf: str = ""
    line: str = ""


def of_line(line: PathLine, match: regex.Match, vrfs: Mapping[str, str]) -> Route | None:
    """A route as one line says it; `vrfs` by port."""
    fields = {key: value or "" for key, value in match.groupdict().items()}
    network = _network(fields)
    if network is None:
        return None
    hop = fields.get("second") or fields["hop"]
    distance = int(fields.get("distance") or (1 if fields.get("prefix") else _DEFAULT_GATEWAY))
    vrf = fields.get("vrf") or fields.get("outer") or vrfs.get(fields.get("device", ""), "")
    return Route(network, hop, distance, vrf.replace("default", ""), line.whole)


def of_menu(line: PathLine) -> Route | None:
    """RouterOS: what a route says, in any order."""
    if " disabled=yes" in line.line:
        return None
    keys = dict(part.split("=", 1) for part in line.line.split() if "=" in part)
    network = _network({"prefix": keys.get("dst-address", "0.0.0.0/0")})
    hop = keys.get("gateway") or next((one for one in _NOWHERE if one in line.line.split()), "")
    if network is None or not hop:
        return None
    table = keys.get("routing-table", "").replace("main", "")
    return Route(network, hop, int(keys.get("distance", "1")), table, line.whole)


_NOWHERE = ("blackhole", "type=blackhole", "type=unreachable", "type=prohibit")


def _network(fields: Mapping[str, str]) -> Network | None:
    prefix = fields.get("prefix") or str(ipaddress.IPv4Address(0))
    length = fields.get("length") or fields.get("mask") or ("" if fields.get("prefix") else "0")
    try:
        return ipaddress.ip_network(f"{prefix}/{length}" if length else prefix, strict=False)
    except ValueError:
        return None


def tabled(lines: Sequence[PathLine]) -> Iterator[Route]:
    """FortiOS: a route is an entry of a table, each word of it a line."""
    entries: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    for line in lines:
        if line.path[-2:-1] == ("config router static",) and line.line.startswith("set "):
            key, _blank, value = line.line.removeprefix("set ").partition(" ")
            entries[line.path][key] = value.strip('"')
    for path, fields in entries.items():
        network = interface(fields.get("dst", "0.0.0.0/0"))
        if network and fields.get("status") != "disable":
            hop = fields.get("gateway") or fields.get("device", "") or fields.get("blackhole", "")
            domain = path[1].removeprefix("edit ").strip('"') if path[0] == "config vdom" else ""
            domain = domain.replace("root", "")
            yield Route(network.network, hop, int(fields.get("distance", "10")), domain, " / ".join(path))
