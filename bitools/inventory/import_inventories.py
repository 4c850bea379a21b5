"""Inventories of other tools: Ansible (YAML, INI or `ansible-inventory --list`), Nornir, NetBox. Pure."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bitools import yamlfile
from bitools.errors import InventoryInvalid
from bitools.i18n import _
from bitools.inventory.imported import Imported, Row, endpoint, plain_name, role

_EVERYBODY = ("all", "ungrouped")
_DEEPEST = 30


def ansible(files: Mapping[str, str]) -> Imported:
    """Hosts with the variables they have in the end: those of their groups, then their own."""
    imported = Imported()
    for file, text in files.items():
        hosts: dict[str, Row] = {}
        groups: dict[str, list[str]] = {}
        for name, inside, variables in _ansible_hosts(file, text):
            hosts.setdefault(name, {}).update(variables)
            groups.setdefault(name, []).extend(one for one in inside if one not in _EVERYBODY)
        for name, variables in hosts.items():
            member = list(dict.fromkeys(map(plain_name, groups[name])))
            imported.add(name, _ansible_keys(name, variables, member), file)
    return imported


def _ansible_hosts(file: str, text: str) -> Iterator[tuple[str, list[str], Row]]:
    if text.lstrip().startswith("["):
        yield from _ini(file, text)
        return
    data = yamlfile.parse(text, Path(file)).data  # JSON is YAML
    if not isinstance(data, dict):
        raise InventoryInvalid(_("{file}:1: not an Ansible inventory").format(file=file))
    if "_meta" in data:
        variables = data["_meta"].get("hostvars", {}) if isinstance(data["_meta"], dict) else {}
        for group, members in data.items():
            if group != "_meta" and isinstance(members, dict):
                for name in members.get("hosts") or ():
                    yield str(name), [group], _mapping(variables.get(name))
        return
    for group, inside in data.items():
        yield from _group(str(group), _mapping(inside), [], {}, 0)


def _group(
    name: str, inside: Row, above: list[str], inherited: Row, depth: int
) -> Iterator[tuple[str, list[str], Row]]:
    if depth > _DEEPEST:
        return
    variables = inherited | _mapping(inside.get("vars"))
    path = [*above, name]
    for host, own in _mapping(inside.get("hosts")).items():
        yield str(host), path, variables | _mapping(own)
    for child, deeper in _mapping(inside.get("children")).items():
        yield from _group(str(child), _mapping(deeper), path, variables, depth + 1)


def _ini(file: str, text: str) -> Iterator[tuple[str, list[str], Row]]:
    """`[group]`, `[group:vars]`, `[group:children]`; a host may carry `key=value`."""
    hosts: list[tuple[str, str, Row]] = []
    variables: dict[str, Row] = {}
    parents: dict[str, list[str]] = {}
    section, kind = "ungrouped", ""
    for number, line in enumerate(text.splitlines(), 1):
        plain = line.strip()
        if not plain or plain[0] in "#;":
            continue
        if heading := re.fullmatch(r"\[([^\]:]+)(?::(\w+))?\]", plain):
            section, kind = heading[1], heading[2] or ""
            continue
        try:
            words = shlex.split(plain, comments=True)
        except ValueError as error:
            raise InventoryInvalid(f"{file}:{number}: {error}", cause=error) from error
        pairs = dict(word.split("=", 1) for word in words if "=" in word)
        if kind == "vars":
            key, _equals, value = plain.partition("=")
            variables.setdefault(section, {})[key.strip()] = value.strip()
        elif kind == "children":
            parents.setdefault(words[0], []).append(section)
        else:
            hosts.append((words[0], section, pairs))
    for name, group, pairs in hosts:
        path = _ancestors(group, parents)
        inherited: Row = {}
        for one in ("all", *reversed(path)):
            inherited |= variables.get(one, {})
        yield name, path, inherited | pairs


def _ancestors(group: str, parents: Mapping[str, list[str]]) -> list[str]:
    """The group and all it is in, nearest first."""
    path = [group]
    for one in path:
        path += [parent for parent in parents.get(one, ()) if parent not in path]
    return path


def _ansible_keys(name: str, variables: Row, groups: list[str]) -> Row:
    system = str(variables.get("ansible_network_os") or variables.get("bitools_platform") or "")
    port = str(variables.get("ansible_port") or variables.get("ansible_ssh_port") or "")
    site = variables.get("bitools_site") or variables.get("site") or variables.get("location")
    return {
        **endpoint(str(variables.get("ansible_host") or variables.get("ansible_ssh_host") or name)),
        "platform": str(variables.get("bitools_platform") or system),
        "port": int(port) if port.isdigit() else None,
        "username": variables.get("ansible_user") or variables.get("ansible_ssh_user"),
        "site": site if isinstance(site, str) else None,
        "role": variables.get("bitools_role") or role(name, *groups),
        "groups": groups,
    }


def nornir(files: Mapping[str, str]) -> Imported:
    """`hosts.yaml` of Nornir's SimpleInventory, with `groups.yaml` and `defaults.yaml` if they are given."""
    parts = {Path(file).stem: _mapping(yamlfile.parse(text, Path(file)).data) for file, text in files.items()}
    groups, defaults = parts.pop("groups", {}), parts.pop("defaults", {})
    imported = Imported()
    for file, hosts in parts.items():
        for name, own in hosts.items():
            row = _mapping(own)
            names = [str(group) for group in row.get("groups") or ()]
            layers = [row, *(_mapping(groups.get(group)) for group in names), defaults]
            keys: Row = {}
            for key, ours in (("hostname", "host"), ("platform",) * 2, ("port",) * 2, ("username",) * 2):
                keys[ours] = next((layer[key] for layer in layers if layer.get(key)), None)
            data: Row = {}
            for layer in reversed(layers):
                data |= _mapping(layer.get("data"))
            keys |= {key: data.get(key) for key in ("site", "role") if isinstance(data.get(key), str)}
            keys["role"] = keys.get("role") if keys.get("role") in ("wan", "lan") else role(str(name), *names)
            imported.add(str(name), keys | {"groups": [plain_name(one) for one in names]}, file)
    return imported


def netbox(files: Mapping[str, str]) -> Imported:
    """What `GET /api/dcim/devices/` gives (one page or a list of devices), of NetBox 2.x to 4.x."""
    imported = Imported()
    for file, text in files.items():
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise InventoryInvalid(f"{file}: {error}", cause=error) from error
        if isinstance(data, dict) and data.get("next"):
            imported.notes.append(
                _("{file}: there are more pages: {next}").format(file=file, next=data["next"])
            )
        results = data.get("results", [data]) if isinstance(data, dict) else data
        for number, device in enumerate(_dictionaries(results), 1):
            name = str(device.get("name") or device.get("display") or "")
            kind = _slug(device.get("role") or device.get("device_role"))
            address = _mapping(device.get("primary_ip") or device.get("primary_ip4")).get("address")
            status = device.get("status")
            active = _mapping(status).get("value", status) in ("active", None, 1)
            keys = {
                **(endpoint(str(address)) if address else {}),
                "platform": _slug(device.get("platform")),
                "site": _slug(device.get("site")),
                "role": role(kind.replace("_", "-"), name),
                "tags": [_slug(tag) for tag in device.get("tags") or ()],
                "enabled": None if active else False,
            }
            imported.add(name, keys, f"{file}: results[{number - 1}]")
    return imported


def _slug(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("slug") or value.get("name") or "")
    return str(value or "")


def _mapping(value: Any) -> Row:
    return dict(value) if isinstance(value, dict) else {}


def _dictionaries(values: Any) -> Iterable[Row]:
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []
