"""Devices from other tools' lists, as the text of a `devices.yaml`.

Nothing secret is carried over: what looks like a password is left out and said so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from bitools import platforms
from bitools.errors import Refused
from bitools.i18n import _, system_words
from bitools.inventory.lists import ansible, inventories, lines, oxidized
from bitools.inventory.lists.imported import Imported, Row
from bitools.state import Document, write
from bitools.yamlfile import flow

if TYPE_CHECKING:
    from bitools.documents.inventory import ImportedItem

Format = Literal["csv", "oxidized", "rancid", "ansible", "nornir", "netbox"]
FORMATS: tuple[Format, ...] = ("csv", "oxidized", "rancid", "ansible", "nornir", "netbox")


@dataclass(frozen=True, slots=True)
class Given:
    """What is said once for all devices whose list does not say it, and where Oxidized's lines say what."""

    site: str = ""
    platform: str = ""
    columns: oxidized.Columns | None = None


def import_(
    form: Format, texts: Mapping[str, str], document: Document[ImportedItem], given: Given | None = None
) -> Document[ImportedItem]:
    """The devices of another tool's files, what was left out, and the text of a devices.yaml.

    Raise InventoryInvalid, naming the place, for what cannot be read or is no device.
    """
    imported = importer(form, given)(texts)
    # a row of a list has the keys of an item
    document.items = [cast("ImportedItem", {"device": name, **row}) for name, row in imported.devices.items()]
    document.warnings = imported.notes
    document.more["text"] = as_yaml(imported, f"{form}: {', '.join(Path(name).name for name in texts)}")
    return document


def difference(document: Document[ImportedItem], to: Path) -> str:
    """What writing the text would change in a file that is there; empty for nothing. Raise Refused."""
    try:
        old = to.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise Refused(f"{to}: {system_words(error)}", cause=error) from error
    new = document.more["text"]
    lines = unified_diff(old.splitlines(), new.splitlines(), str(to), str(to), lineterm="")
    return "\n".join(lines)


def keep(document: Document[ImportedItem], to: Path) -> None:
    """Write the text to a file, unless it is a dry run. Raise Refused if it cannot be written."""
    document.changed = True
    if document.applied:
        try:
            write(to, document.more["text"].encode(), 0o640)
        except OSError as error:
            raise Refused(f"{to}: {system_words(error)}", cause=error) from error


def importer(form: Format, given: Given | None = None) -> Callable[[Mapping[str, str]], Imported]:
    """The reader of a format: it is given file names with their texts."""
    given = given or Given()
    readers: dict[Format, Callable[[Mapping[str, str]], Imported]] = {
        "csv": lines.table,
        "oxidized": partial(oxidized.oxidized, where=given.columns),
        "rancid": lines.rancid,
        "ansible": ansible.ansible,
        "nornir": inventories.nornir,
        "netbox": inventories.netbox,
    }

    def read(texts: Mapping[str, str]) -> Imported:
        imported = readers[form](texts)
        imported.complete(given.site, given.platform, platforms.names())
        return imported

    return read


def as_yaml(imported: Imported, source: str) -> str:
    """The text of a `devices.yaml`: one line a device, what most have in common in `defaults`."""
    common = _common(list(imported.devices.values()))
    lines = ["# " + _("Imported from {source}.").format(source=one_line(source))]
    lines += [f"# {one_line(note)}" for note in imported.notes]
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


def one_line(text: str) -> str:
    """A text that cannot end a comment."""
    return "".join(character if character.isprintable() else " " for character in text)
