"""Ansible's inventories: INI, YAML, `ansible-inventory --list`; with group_vars and host_vars. Pure.

A host has the variables of its groups in the end, the outermost first, then its own (Ansible's user guide,
"How variables are merged").
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from bitools import yamlfile
from bitools.errors import InventoryInvalid
from bitools.i18n import _
from bitools.inventory.lists.imported import Imported, Row, endpoint, mapping, plain_name, role

_EVERYBODY = ("all", "ungrouped")
_MOST = 20_000  # hosts that one line may stand for
_RANGE = re.compile(r"\[(?:(\d+):(\d+)|([A-Za-z]):([A-Za-z]))(?::(\d+))?\]")
_HOST_AND_PORT = re.compile(r"((?:[^:\[\]]|\[[^\]]*\])+):(\d+)")
_YAML = re.compile(r"---|- |[{\"']|[^\s:=]+:(?: |$)|\[[{\"]")
_HEADING = re.compile(r"\[([^\]:]+)(?::(\w+))?\]\s*(?:[#;].*)?")
_VAULT = re.compile(r"^(?P<before>\s*(?:- )?(?P<key>[^\s#:]+) *: *)!vault\b *(?P<rest>.*)$")
_ENCRYPTED = "$ANSIBLE_VAULT"


@dataclass(slots=True)
class _Graph:
    """Hosts and groups as they are written: what each says, and who is in whom."""

    hosts: dict[str, Row] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    inside: dict[str, list[str]] = field(default_factory=dict)  # of a host: the groups that name it
    variables: dict[str, Row] = field(default_factory=dict)  # of a group
    parents: dict[str, list[str]] = field(default_factory=dict)  # of a group

    def host(self, written: str, group: str, own: Row, place: str) -> None:
        for name in expanded(written, place):
            self.hosts.setdefault(name, {}).update(own)
            self.places.setdefault(name, place)
            self.inside.setdefault(name, []).append(group)

    def under(self, child: str, parent: str) -> None:
        self.parents.setdefault(child, []).append(parent)

    def depth(self, group: str, seen: tuple[str, ...] = ()) -> int:
        above = [one for one in self.parents.get(group, ()) if one not in (*seen, group)]
        return 1 + max((self.depth(one, (*seen, group)) for one in above), default=0)

    def groups_of(self, name: str) -> list[str]:
        """Every group that a host is in, the outermost first."""
        found = list(dict.fromkeys(self.inside.get(name, ())))
        for one in found:
            found += [parent for parent in self.parents.get(one, ()) if parent not in found]
        return sorted((one for one in found if one not in _EVERYBODY), key=lambda one: (self.depth(one), one))

    def values(self, name: str) -> Row:
        """What a host has in the end."""
        merged: Row = {}
        for group in ("all", *self.groups_of(name)):
            merged |= self.variables.get(group, {})
        return merged | self.hosts[name]


def ansible(files: Mapping[str, str]) -> Imported:
    """Hosts with the variables that they have in the end."""
    imported, graph = Imported(), _Graph()
    for file, text in files.items():
        if text.startswith(_ENCRYPTED):
            note = _("{file}: encrypted as a whole, left out").format(file=file)
            imported.notes.append(note)
        else:
            _read(file, text, graph, imported)
    for name in graph.inside:
        place, variables = graph.places[name], graph.values(name)
        if variables.get("ansible_connection") == "local":
            imported.notes.append(
                _("{place}: {name} is this machine, left out").format(place=place, name=name)
            )
            continue
        member = list(dict.fromkeys(map(plain_name, graph.groups_of(name))))
        imported.add(name, _keys(name, _known(variables, name, place, imported), member), place)
    return imported


def _read(file: str, text: str, graph: _Graph, imported: Imported) -> None:
    kind, stem = Path(file).parent.name, Path(file).stem
    if kind not in ("group_vars", "host_vars") and not _is_yaml(file, text):
        _ini(file, text, graph)
        return
    read = yamlfile.parse(_without_tags(file, text, imported), Path(file))
    data = read.data
    if kind == "group_vars":
        graph.variables.setdefault(stem, {}).update(mapping(data))
    elif kind == "host_vars":
        graph.hosts.setdefault(stem, {}).update(mapping(data))
    elif not isinstance(data, dict):
        hint = _("an inventory names groups: all: {hosts: {…}}")
        raise InventoryInvalid(_("{file}:1: not an Ansible inventory").format(file=file), hint=hint)
    elif "_meta" in data:
        _listed(file, data, graph)
    else:
        for group, part in data.items():
            _group(str(group), mapping(part), graph, read)


def _is_yaml(file: str, text: str) -> bool:
    """By the name; else by the first line that says something: a group's heading or a host begins INI."""
    if Path(file).suffix in (".yml", ".yaml", ".json"):
        return True
    lines = (line.strip() for line in text.splitlines())
    first = next((line for line in lines if line and line[0] not in "#;"), "")
    return bool(_YAML.match(first))


def _without_tags(file: str, text: str, imported: Imported) -> str:
    """The text with encrypted values blank, each with a word; no line is lost, so that places stay right."""
    lines, deeper = [], -1
    for number, line in enumerate(text.split("\n"), 1):
        indent = len(line) - len(line.lstrip())
        if deeper >= 0 and (not line.strip() or indent > deeper):
            lines.append("")
            continue
        deeper = -1
        if found := _VAULT.match(line):
            note = _("{file}:{line}: {key} is encrypted, left out: secrets are references")
            imported.notes.append(note.format(file=file, line=number, key=found["key"]))
            line = found["before"]
            deeper = indent
        lines.append(line.replace("!unsafe ", ""))
    return "\n".join(lines)


def _listed(file: str, data: Row, graph: _Graph) -> None:
    """What `ansible-inventory --list` and inventory scripts print."""
    variables = mapping(mapping(data["_meta"]).get("hostvars"))
    for group, part in data.items():
        members = {"hosts": part} if isinstance(part, list) else mapping(part)
        if group == "_meta":
            continue
        graph.variables.setdefault(group, {}).update(mapping(members.get("vars")))
        for name in members.get("hosts") or ():
            graph.host(str(name), group, mapping(variables.get(name)), file)
        for child in members.get("children") or ():
            graph.under(str(child), group)


def _group(name: str, part: Row, graph: _Graph, read: yamlfile.YamlFile) -> None:
    """A group of a YAML inventory: a child that says nothing is described elsewhere."""
    waiting: list[tuple[str, Row, yamlfile.KeyPath]] = [(name, part, (name,))]
    while waiting:
        name, part, at = waiting.pop()
        graph.variables.setdefault(name, {}).update(mapping(part.get("vars")))
        for host, own in mapping(part.get("hosts")).items():
            place = f"{read.path}:{read.line((*at, 'hosts', str(host)))}"
            graph.host(str(host), name, mapping(own), place)
        for child, deeper in mapping(part.get("children")).items():
            graph.under(str(child), name)
            waiting.append((str(child), mapping(deeper), (*at, "children", str(child))))


def _ini(file: str, text: str, graph: _Graph) -> None:
    """`[group]`, `[group:vars]`, `[group:children]`; a host may carry a port and `key=value`."""
    section, kind = "ungrouped", ""
    for number, line in enumerate(text.splitlines(), 1):
        plain, place = line.strip(), f"{file}:{number}"
        if not plain or plain[0] in "#;":
            continue
        if heading := _HEADING.fullmatch(plain):
            section, kind = heading[1], heading[2] or ""
        elif kind == "vars":
            key, _equals, value = plain.partition("=")
            graph.variables.setdefault(section, {})[key.strip()] = value.strip().strip("'\"")
        elif words := _words(plain, place):
            if kind == "children":
                graph.under(words[0], section)
                continue
            pairs: Row = dict(word.split("=", 1) for word in words[1:] if "=" in word)
            at = _HOST_AND_PORT.fullmatch(words[0])
            graph.host(
                at[1] if at else words[0], section, {"ansible_port": at[2], **pairs} if at else pairs, place
            )


def _words(line: str, place: str) -> list[str]:
    try:
        return shlex.split(line, comments=True)
    except ValueError as error:
        hint = _("a quotation mark is not closed")
        raise InventoryInvalid(f"{place}: {error}", hint=hint, cause=error) from error


def expanded(written: str, place: str) -> list[str]:
    """The names that `sw-[01:03]` or `sw-[a:c]` stands for. Raise InventoryInvalid for no range."""
    parts, choices, end = [], [], 0
    for found in _RANGE.finditer(written):
        first, last = (found[1], found[2]) if found[1] else (found[3], found[4])
        step, width = int(found[5] or 1), len(first) if first.startswith("0") else 0
        numbers = (int(first), int(last)) if first.isdigit() else (ord(first), ord(last))
        one = range(numbers[0], numbers[1] + 1, max(step, 1))
        if not one or len(one) > _MOST:
            message = _('{place}: "{range}" is no range').format(place=place, range=found[0])
            raise InventoryInvalid(message, hint=_("from the smaller to the larger: [01:24]"))
        parts.append(written[end : found.start()])
        choices.append([f"{n:0{width}}" if first.isdigit() else chr(n) for n in one])
        end = found.end()
    if not choices:
        return [written]
    total = 1
    for some in choices:
        total *= len(some)
    if total > _MOST:
        message = _('{place}: "{range}" is no range').format(place=place, range=written)
        raise InventoryInvalid(message, hint=_("from the smaller to the larger: [01:24]"))
    return ["".join((*_interleaved(parts, some), written[end:])) for some in product(*choices)]


def _interleaved(parts: list[str], chosen: tuple[str, ...]) -> Iterator[str]:
    for part, one in zip(parts, chosen, strict=True):
        yield part
        yield one


def _known(variables: Row, name: str, place: str, imported: Imported) -> Row:
    """The variables that are what they say: a template is worked out by Ansible only."""
    looked_at = ("ansible_host", "ansible_ssh_host", "ansible_network_os", "ansible_user", "ansible_port")
    for key in looked_at:
        if "{{" in str(variables.get(key, "")):
            note = _("{place}: {name}: {key} is a template, left out; ansible-inventory --list works it out")
            imported.notes.append(note.format(place=place, name=name, key=key))
    return {key: value for key, value in variables.items() if "{{" not in str(value)}


def _keys(name: str, variables: Row, groups: list[str]) -> Row:
    port = str(variables.get("ansible_port") or variables.get("ansible_ssh_port") or "")
    site: Any = variables.get("bitools_site") or variables.get("site") or variables.get("location")
    said = variables.get("bitools_role") or variables.get("role")
    return {
        **endpoint(str(variables.get("ansible_host") or variables.get("ansible_ssh_host") or name)),
        "platform": str(variables.get("bitools_platform") or variables.get("ansible_network_os") or ""),
        "port": int(port) if port.isdigit() else None,
        "username": variables.get("ansible_user") or variables.get("ansible_ssh_user"),
        "site": site if isinstance(site, str) else None,
        "role": said if said in ("wan", "lan") else role(name, *groups),
        "groups": groups,
    }
