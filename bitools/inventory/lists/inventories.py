"""Inventories of other tools: Nornir's SimpleInventory, NetBox's devices. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bitools import yamlfile
from bitools.errors import InventoryInvalid
from bitools.i18n import _
from bitools.inventory.lists.imported import Imported, Row, endpoint, mapping, plain_name, role

_NEXT = re.compile(r"[\s,]*")


def nornir(files: Mapping[str, str]) -> Imported:
    """`hosts.yaml` of Nornir's SimpleInventory, with `groups.yaml` and `defaults.yaml` if they are given.

    A group is in groups itself; what a host does not say its groups say, each with its own groups before the
    next one, and then the defaults (nornir.core.inventory).
    """
    read = {Path(file).stem: (file, yamlfile.parse(text, Path(file))) for file, text in files.items()}
    parts = {stem: mapping(one.data) for stem, (_file, one) in read.items()}
    groups, defaults = parts.pop("groups", {}), parts.pop("defaults", {})
    imported = Imported()
    for stem, hosts in parts.items():
        file, written = read[stem]
        for name, own in hosts.items():
            place = f"{file}:{written.line((name,))}"
            imported.add(str(name), _nornir_keys(str(name), mapping(own), groups, defaults), place)
    return imported


def _nornir_keys(name: str, own: Row, groups: Row, defaults: Row) -> Row:
    names = list(_nested(own, groups, ()))
    layers = [own, *(mapping(groups.get(group)) for group in names), defaults]
    keys: Row = {}
    for key, ours in (("hostname", "host"), ("platform",) * 2, ("port",) * 2, ("username",) * 2):
        keys[ours] = next((layer[key] for layer in layers if layer.get(key)), None)
    data: Row = {}
    for layer in reversed(layers):
        data |= mapping(layer.get("data"))
    keys |= {key: data.get(key) for key in ("site", "role") if isinstance(data.get(key), str)}
    keys["role"] = keys.get("role") if keys.get("role") in ("wan", "lan") else role(name, *names)
    return keys | {"groups": list(dict.fromkeys(plain_name(one) for one in reversed(names)))}


def _nested(part: Row, groups: Row, above: tuple[str, ...]) -> Iterator[str]:
    """The groups of a host, each followed by those it is in itself; the nearest first."""
    for group in map(str, part.get("groups") or ()):
        if group not in above:
            yield group
            yield from _nested(mapping(groups.get(group)), groups, (*above, group))


def netbox(files: Mapping[str, str]) -> Imported:
    """What `GET /api/dcim/devices/` gives (one page or a list of devices), of NetBox 2.x to 4.x."""
    imported = Imported()
    for file, text in files.items():
        try:
            data = json.loads(text)
        except json.JSONDecodeError as error:
            hint = _("NetBox gives JSON at /api/dcim/devices/?limit=0")
            raise InventoryInvalid(f"{file}:{error.lineno}: {error.msg}", hint=hint, cause=error) from error
        except (ValueError, RecursionError) as error:
            raise InventoryInvalid(f"{file}:1: {error}", cause=error) from error
        if isinstance(data, dict) and data.get("next"):
            note = _("{file}: there are more pages: {next}").format(file=file, next=data["next"])
            imported.notes.append(note)
        results = data.get("results", [data]) if isinstance(data, dict) else data
        if not isinstance(results, list):
            hint = _("NetBox gives JSON at /api/dcim/devices/?limit=0")
            raise InventoryInvalid(_("{file}:1: not a list of devices").format(file=file), hint=hint)
        devices = [one for one in results if isinstance(one, dict)]
        for device, line in zip(devices, _lines(text, data), strict=True):
            _netbox_device(device, f"{file}:{line}", imported)
    return imported


def _lines(text: str, data: Any) -> list[int]:
    """The line that each device of a list begins on."""
    if isinstance(data, dict) and "results" not in data:
        return [1]
    at = text.index("[", text.find('"results"') if isinstance(data, dict) else 0) + 1
    lines, decoder = [], json.JSONDecoder()
    while (found := _NEXT.match(text, at)) and text[found.end()] != "]":
        value, at = decoder.raw_decode(text, found.end())
        if isinstance(value, dict):
            lines.append(text.count("\n", 0, found.end()) + 1)
    return lines


def _netbox_device(device: Row, place: str, imported: Imported) -> None:
    name = str(device.get("name") or "")
    if not name:
        shown = str(device.get("display") or device.get("display_name") or device.get("id") or "?")
        note = _("{place}: {name} has no name in NetBox, left out").format(place=place, name=shown)
        imported.notes.append(note)
        return
    kind = _slug(device.get("role") or device.get("device_role"))
    address = mapping(device.get("primary_ip") or device.get("primary_ip4")).get("address")
    if not address:
        note = _("{place}: {name} has no primary address; its name is used").format(place=place, name=name)
        imported.notes.append(note)
    status = device.get("status")
    active = mapping(status).get("value", status) in ("active", None, 1)
    keys = {
        **(endpoint(str(address)) if address else {}),
        "platform": _slug(device.get("platform")),
        "site": _slug(device.get("site")),
        "role": role(kind.replace("_", "-"), name),
        "tags": [_slug(tag) for tag in device.get("tags") or ()],
        "enabled": None if active else False,
    }
    imported.add(name, keys, place)


def _slug(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("slug") or value.get("name") or "")
    return str(value or "")
