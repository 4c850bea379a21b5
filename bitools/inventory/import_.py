"""Devices from other tools' lists, as the text of a `devices.yaml`.

Nothing secret is carried over: what looks like a password is left out and said so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from bitools.csvfile import decode
from bitools.errors import InventoryInvalid, Refused
from bitools.i18n import _, system_words
from bitools.inventory import import_inventories, import_lists
from bitools.inventory.imported import Imported, Row
from bitools.state import Document, write
from bitools.yamlfile import flow

Format = Literal["csv", "oxidized", "rancid", "ansible", "nornir", "netbox"]
FORMATS: tuple[Format, ...] = ("csv", "oxidized", "rancid", "ansible", "nornir", "netbox")


def import_(form: Format, files: Sequence[Path], document: Document[Any]) -> Document[Any]:
    """Read another tool's files: the devices, what was left out, and the text of a devices.yaml.

    Raise InventoryInvalid, naming the place, for what cannot be read or is no device.
    """
    imported = importer(form)({str(path): _read(path) for path in files})
    document.items = [{"device": name, **row} for name, row in imported.devices.items()]
    document.warnings = imported.notes
    document.more["text"] = as_yaml(imported, f"{form}: {', '.join(path.name for path in files)}")
    return document


def keep(document: Document[Any], to: Path) -> None:
    """Write the text to a file, unless it is a dry run. Raise Refused if it cannot be written."""
    document.changed = True
    if document.applied:
        try:
            write(to, document.more["text"].encode(), 0o640)
        except OSError as error:
            raise Refused(f"{to}: {system_words(error)}", cause=error) from error


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InventoryInvalid(f"{path}: {system_words(error)}", cause=error) from error
    return decode(data, str(path))


def importer(form: Format) -> Callable[[Mapping[str, str]], Imported]:
    """The reader of a format: it is given file names with their texts."""
    readers: dict[Format, Callable[[Mapping[str, str]], Imported]] = {
        "csv": import_lists.table,
        "oxidized": import_lists.oxidized,
        "rancid": import_lists.rancid,
        "ansible": import_inventories.ansible,
        "nornir": import_inventories.nornir,
        "netbox": import_inventories.netbox,
    }
    return readers[form]


def as_yaml(imported: Imported, source: str) -> str:
    """The text of a `devices.yaml`: one line a device, what most have in common in `defaults`."""
    common = _common(list(imported.devices.values()))
    lines = [f"# {_('Imported from {source}.').format(source=_one_line(source))}"]
    lines += [f"# {_one_line(note)}" for note in imported.notes]
    defaults = {"username": "netops", "password": "file:secrets/device.key", **common}
    lines.append(f"defaults: {flow(defaults)}")
    groups = sorted({group for row in imported.devices.values() for group in row.get("groups", ())})
    if groups:
        lines += ["groups:", *(f"  {flow(group)}: {{}}" for group in groups)]
    lines.append("devices:" if imported.devices else "devices: {}")
    for name, row in imported.devices.items():
        own = {key: value for key, value in row.items() if common.get(key) != value}
        lines.append(f"  {flow(name)}: {flow(own)}")
    return "\n".join(lines) + "\n"


def _common(rows: Sequence[Row]) -> Row:
    """Keys that every device has with the same value; never the address."""
    if len(rows) < 2:
        return {}
    return {
        key: value
        for key, value in rows[0].items()
        if key not in ("host", "groups", "tags") and all(row.get(key) == value for row in rows)
    }


def _one_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
