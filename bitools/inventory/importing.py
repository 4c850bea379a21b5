"""Devices from other tools' lists, as the text of a `devices.yaml`. Pure: text in, text out.

Nothing secret is carried over: what looks like a password is left out and said so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from bitools.i18n import _
from bitools.inventory import import_inventories, import_lists
from bitools.inventory.found import Found, Row

Format = Literal["csv", "oxidized", "rancid", "ansible", "nornir", "netbox"]
FORMATS: tuple[Format, ...] = ("csv", "oxidized", "rancid", "ansible", "nornir", "netbox")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*|file:[\w./-]+|\d+\.\d+\.\d+\.\d+", re.ASCII)
_WORDS = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")  # not text to every reader of YAML


def importer(form: Format) -> Callable[[Mapping[str, str]], Found]:
    """The reader of a format: it is given file names with their texts."""
    readers: dict[Format, Callable[[Mapping[str, str]], Found]] = {
        "csv": import_lists.table,
        "oxidized": import_lists.oxidized,
        "rancid": import_lists.rancid,
        "ansible": import_inventories.ansible,
        "nornir": import_inventories.nornir,
        "netbox": import_inventories.netbox,
    }
    return readers[form]


def as_yaml(found: Found, source: str) -> str:
    """The text of a `devices.yaml`: one line a device, what most have in common in `defaults`."""
    shared = _shared(list(found.devices.values()))
    lines = [f"# {_('Imported from {source}.').format(source=_one_line(source))}"]
    lines += [f"# {_one_line(note)}" for note in found.notes]
    defaults = {"username": "netops", "password": "file:secrets/device.key", **shared}
    lines.append(f"defaults: {_flow(defaults)}")
    groups = sorted({group for row in found.devices.values() for group in row.get("groups", ())})
    if groups:
        lines += ["groups:", *(f"  {scalar(group)}: {{}}" for group in groups)]
    lines.append("devices:" if found.devices else "devices: {}")
    for name, row in found.devices.items():
        own = {key: value for key, value in row.items() if shared.get(key) != value}
        lines.append(f"  {scalar(name)}: {_flow(own)}")
    return "\n".join(lines) + "\n"


def _shared(rows: Sequence[Row]) -> Row:
    """Keys that every device has with the same value; never the address."""
    if len(rows) < 2:
        return {}
    return {
        key: value
        for key, value in rows[0].items()
        if key not in ("host", "groups", "tags") and all(row.get(key) == value for row in rows)
    }


def _flow(row: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{key}: {scalar(value)}" for key, value in row.items()) + "}"


def scalar(value: Any) -> str:
    """A value as YAML: plain where nothing can be misread, else in quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(scalar(one) for one in value) + "]"
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    escaped = "".join(_escaped(character) for character in text)
    return f'"{escaped}"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    return f"\\U{ord(character):08x}"


def _one_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
