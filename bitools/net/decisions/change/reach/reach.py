"""What a configuration says of the ways to reach its device: ports, addresses, VLANs, routes. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bitools import regex
from bitools.net.decisions.change.language import number_lists
from bitools.net.decisions.change.reach import static_routes
from bitools.net.decisions.change.reach.networks import Address, Interface, interface
from bitools.net.decisions.change.reach.signs import PathLine, PortFacts, Signs, of_an_interface, signs
from bitools.net.decisions.change.reach.static_routes import Route
from bitools.net.decisions.node import Node
from bitools.platforms.access import Kind, Subject
from bitools.platforms.model import Platform

_OF_A_VLAN = regex.compile(
    r"^(?i:vlan|vlanif|vlan-interface|bvi|ve|irb|bdi)[ .-]*(?:interface)?(?P<vlan>\d+)$"
)
EVERY_VLAN = frozenset(range(1, 4095))


@dataclass
class Port:
    """What is known of one port, by kind (`platforms/access.py`): values with their lines."""

    name: str
    known: Mapping[Kind, list[tuple[str, PathLine]]] = field(default_factory=lambda: defaultdict(list))

    def values(self, kind: Kind) -> list[str]:
        """The values of one kind."""
        return [value for value, _line in self.known.get(kind, ())]

    def value(self, kind: Kind) -> str:
        """The one there is; nothing if there is none."""
        return " ".join(self.values(kind))

    @property
    def vrf(self) -> str:
        """The one it is in; nothing for the one that everything is in."""
        value = self.value("vrf")
        return "" if value in ("default", "root") else value

    def line(self, kind: Kind) -> PathLine | None:
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


class Reach:
    """One configuration, or some lines of one, read for how it is reached.

    `kin`: others of which every line here is one. Then nothing is looked for twice.
    """

    def __init__(
        self, lines: Sequence[PathLine], found: Signs, facts: PortFacts, kin: Sequence[Reach] = ()
    ) -> None:
        self.lines, self.signs, self.facts, self._kin = lines, found, facts, kin
        self._known: dict[regex.Pattern, list[PathLine]] = {}

    @cached_property
    def _text(self) -> str:
        return "\n".join(line.whole for line in self.lines)

    @cached_property
    def _places(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, line in enumerate(self.lines):
            found.setdefault(line.whole, []).append(place)
        return found

    def having(self, subject: Subject) -> list[PathLine]:
        """The lines that a pattern of this subject fits, found by one look at all of them."""
        return self.fitting(self.signs.lines[subject])

    def fitting(self, pattern: regex.Pattern | None) -> list[PathLine]:
        """The lines that a pattern for whole texts fits."""
        if pattern is None or not self.lines:
            return []
        known = self._known.get(pattern)
        if known is None:
            known = self._known[pattern] = [self.lines[place] for place in self._looked_for(pattern)]
        return known

    def _looked_for(self, pattern: regex.Pattern) -> Sequence[int]:
        if not self._kin:
            return pattern.line_numbers(self._text)
        said = {line.whole for one in self._kin for line in one.fitting(pattern)}
        return sorted(place for whole in said for place in self._places.get(whole, ()))

    def matches(self, subject: Subject) -> Iterator[tuple[PathLine, regex.Match]]:
        """The same, with what the first pattern that fits found."""
        for line in self.having(subject):
            if match := self.signs.match(subject, line.whole):
                yield line, match

    @cached_property
    def objects(self) -> dict[str, list[PathLine]]:
        """The lines of what filters refer to (groups of addresses, of services), by its name."""
        found: dict[str, list[PathLine]] = {}
        for line, match in self.matches("objects"):
            found.setdefault(match["name"], []).append(line)
        return found

    @cached_property
    def ports(self) -> dict[str, Port]:
        """Every port of which something is known."""
        found: dict[str, Port] = {}
        inside = (line for line in self.lines if of_an_interface(line))
        for line in (*inside, *self.elsewhere.fitting(self.signs.any_port)):
            for kind, several, (begins, ends), (first, last) in self.facts.of(line):
                text = line.whole[begins:ends]
                value = line.whole[first:last].strip("\"'")
                for name in ports_named(text) if several else [plain(text, line.whole)]:
                    found.setdefault(name, Port(name)).known[kind].append((value, line))
        if managed := self.signs.managed:
            own = [port for port in found.values() if regex.compile(managed.ports).search(port.name)]
            for line in self.fitting(regex.compile(managed.line, lines=True)) if own else ():
                for port in own:
                    port.known["vrf"].append((managed.vrf, line))
        return found

    @cached_property
    def elsewhere(self) -> Reach:
        """The lines below no interface: few, and to be looked at one by one."""
        lines = [line for line in self.lines if not of_an_interface(line)]
        return Reach(lines, self.signs, self.facts, [one.elsewhere for one in self._kin])

    @cached_property
    def accounts(self) -> list[PathLine]:
        """The lines that are about accounts, in either spelling of their sections."""
        pattern = self.signs.any_account
        found = {line.whole: line for line in self.fitting(pattern)}
        if pattern and any(line.path and " / " not in line.whole for line in self.lines[:200]):
            text = "\n".join(" / ".join((*line.path, line.line)) for line in self.lines)
            found |= {self.lines[at].whole: self.lines[at] for at in pattern.line_numbers(text)}
        return list(found.values())

    @cached_property
    def headers(self) -> frozenset[str]:
        """Every line that stands at the top, for what is gone as a whole."""
        return frozenset(line.line for line in self.lines if not line.path)

    @cached_property
    def vlans(self) -> frozenset[int]:
        """The VLANs that are named."""
        lists = [vlans_of(match["vlans"]) or () for _line, match in self.matches("vlans")]
        return frozenset(number for one in lists for number in one)

    @cached_property
    def members(self) -> dict[str, set[str]]:
        """By number or name of a VLAN the ports that it names."""
        found: dict[str, set[str]] = defaultdict(set)
        for _line, match in self.matches("members"):
            found[match["vlan"]] |= set(ports_named(match["ports"]))
        return found

    @cached_property
    def lists(self) -> dict[str, list[PathLine]]:
        """The lines of access lists, by every word of the list's name."""
        found: dict[str, list[PathLine]] = defaultdict(list)
        known: dict[str, Sequence[str]] = {}
        for line in self.lines:
            header = line.path[-1] if line.path else line.line
            names = known.get(header)
            if names is None:
                names = known[header] = _of_a_list(header)
            for word in names if line.path else names[:1]:
                found[word].append(line)
        for line, match in self.matches("filters"):
            found[match["name"]].append(line)
        return found

    @cached_property
    def routes(self) -> list[Route]:
        """The static routes, and the networks of ports that are up."""
        vrfs = {name: port.vrf for name, port in self.ports.items()}
        found = [
            route
            for line, match in self.matches("routes")
            if (route := static_routes.of_line(line, match, vrfs))
        ]
        found += [
            route for line in self.fitting(static_routes.MENUS) if (route := static_routes.of_menu(line))
        ]
        found += static_routes.tabled(self.lines)
        for port in self.ports.values():
            if not port.shut:
                found += [Route(one.network, port.name, 0, port.vrf) for one in port.addresses]
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


def _of_a_list(header: str) -> Sequence[str]:
    """The words by which the access list with this header is called; none if it is another header."""
    if "access-list" not in header and "acl" not in header:
        return ()
    words = header.replace('"', "").split()
    return tuple(dict.fromkeys(words[1:])) if any(word in ("access-list", "acl") for word in words) else ()


def read_both(before: Node, after: Node, platform: Platform) -> tuple[Reach, Reach, Reach, Reach]:
    """Read two configurations of one device; and what is gone from the one, and new in the other."""
    found = signs(platform)
    facts = PortFacts(found)
    was, will = (
        [_line(path, text, platform) for path, text in _statements(tree, ())] for tree in (before, after)
    )
    one, come = Reach(was, found, facts), Reach(_only(will, was), found, facts)
    return one, Reach(will, found, facts, (one, come)), Reach(_only(was, will), found, facts, (one,)), come


def _only(some: Sequence[PathLine], others: Sequence[PathLine]) -> list[PathLine]:
    """The lines that the others do not have so often, in order."""
    left = Counter(line.whole for line in others)
    found = []
    for line in some:
        if left[line.whole] > 0:
            left[line.whole] -= 1
        else:
            found.append(line)
    return found


def _statements(section: Node, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every line with the headers above it. The text of a banner says nothing."""
    for child in section.children:
        yield path, child.text
        if child.children:
            yield from _statements(child, (*path, child.text))


def _line(path: tuple[str, ...], line: str, platform: Platform) -> PathLine:
    if platform.nesting == "braces":
        return PathLine(" ".join((*path, line)), path, line)
    if platform.change and platform.change.style == "yaml":
        words = (text.removesuffix(" {}").replace(": ", " ").removesuffix(":") for text in (*path, line))
        return PathLine(" ".join(word for word in words if word != "- set"), path, line)
    whole = " / ".join((*path, line))
    if whole.startswith("set ") and not path:
        whole = whole.removeprefix("set ").replace("'", "")
    return PathLine(whole, path, line)


def plain(name: str, line: str = "") -> str:
    """A port's name as others call it: `irb.10` for `irb unit 10`."""
    if name.isdecimal() and line.startswith("vlan "):
        return f"vlan{name}"
    if line.startswith("vlan ") and name.startswith("vlan"):
        return "vlan" + name.removeprefix("vlan").strip()
    return name.strip("\"'").replace(" unit ", ".").replace(" vif ", ".").replace(" ", "")


def vlan_of(port: Port) -> int | None:
    """The VLAN whose address a port bears, or whose tag it has."""
    tag = port.value("tag")
    if tag.isdecimal():
        return int(tag)
    found = _OF_A_VLAN.search(port.name)
    return int(found["vlan"]) if found else None


def vlans_of(text: str) -> frozenset[int] | None:
    """A list of VLANs: `1,10-20`, `10 to 20 30`, `all`, `none`. None if it is written otherwise."""
    text = text.strip().strip("[]").strip()
    if text.split(" ")[-1:] == ["tagged"] or text.split(" ")[-1:] == ["untagged"]:
        text = text.rpartition(" ")[0]
    if text in ("all", "none"):
        return EVERY_VLAN if text == "all" else frozenset()
    if text.startswith("except "):
        left_out = vlans_of(text.removeprefix("except "))
        return None if left_out is None else EVERY_VLAN - left_out
    found = number_lists.numbers(text) if text else set()
    return None if found is None or max(found, default=0) > 4095 else frozenset(found)


def ports_named(text: str) -> Iterator[str]:
    """Ports that a list names: `1-4,24,Trk1`, `swp1-4`, `ethe 1/1/1 to 1/1/4`; a range is each of them."""
    kind, last = "", ""
    words = iter(text.replace(",", " ").split())
    for word in words:
        if word in _KINDS:
            kind = _KINDS[word]
        elif word == "to" and last:
            yield from list(_range(kind + last, next(words, last)))[1:]
        elif word not in ("tagged", "untagged"):
            first, _dash, last = word.partition("-")
            last = last or first
            yield from _range(kind + first, last) if last != first else [kind + word]


_KINDS = {"ethe": "ethernet", "ethernet": "ethernet", "lag": "lag"}
_ENDS = regex.compile(r"^(?P<head>.*[^0-9])?(?P<number>[0-9]{1,5})$")


def _range(first: str, last: str) -> Iterator[str]:
    """`1/1/1` to `1/1/4`, `swp1` to `4`; what is no range is its two ends."""
    one, other = _ENDS.search(first), _ENDS.search(last)
    begins, ends = (int(found["number"]) if found else -1 for found in (one, other))
    if one is None or not 0 <= ends - begins < 1000:
        yield from (first, last)
        return
    yield from (f"{one['head'] or ''}{number}" for number in range(begins, ends + 1))
