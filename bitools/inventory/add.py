"""A device, a data set or a site more, without a change of what a person wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from bitools import yamlfile
from bitools.errors import InventoryInvalid, Refused, Usage
from bitools.frozen import Frozen
from bitools.i18n import _
from bitools.inventory.backups import Dataset
from bitools.inventory.base import checked_name
from bitools.inventory.draft import Draft, Proof
from bitools.inventory.network import Device, Site
from bitools.inventory.starter import editor_line
from bitools.state import Document

if TYPE_CHECKING:
    from bitools.documents.inventory import FileItem

Kind = Literal["device", "dataset", "site"]
_PLACES: Mapping[Kind, tuple[str, str]] = {
    "device": ("devices.d/{name}.yaml", "devices"),
    "dataset": ("backups.yaml", "datasets"),
    "site": ("sites.yaml", "sites"),
}


def add(
    kind: Kind, name: str, keys: Mapping[str, Any], draft: Draft, proof: Proof, document: Document[FileItem]
) -> None:
    """Add it, unless it is there with the same keys; in a dry run say where it would stand.

    Raise Refused if there is another one of that name, InventoryInvalid with every complaint.
    """
    file = put(kind, name, keys, draft)
    path = str(draft.folder / file)
    if not draft.texts:
        document.items.append({"name": file, "path": path, "status": "unchanged"})
        return
    document.changed = True
    if document.applied:
        written = draft.write(proof)
        document.items += [
            {"name": one, "path": str(draft.folder / one), "status": "written"} for one in written
        ]
    else:
        proof(draft.texts)
        document.items.append({"name": file, "path": path, "status": "planned"})


def put(kind: Kind, name: str, keys: Mapping[str, Any], draft: Draft) -> str:
    """Put it into the draft, and give the file's name. Raise as `add`."""
    try:
        checked_name(name)
    except ValueError as error:
        raise Usage(f"{name}: {error}", cause=error) from error
    place, top = _PLACES[kind]
    file = place.format(name=name)
    for other in _files(kind, draft.folder, file):
        there = (draft.data(other).get(top) or {}).get(name)
        if there is not None or name in (draft.data(other).get(top) or {}):
            if (there or {}) == keys:
                return other
            message = _("{file} has {name} already, with other keys").format(
                file=draft.folder / other, name=name
            )
            raise Refused(message, hint=_("what a person wrote is not changed: edit it there"))
    if kind == "device":
        draft.begin(file, _block(name, keys))
    else:
        draft.put(file, (top,), name, dict(keys))
    return file


def keys_of(kind: Kind, words: Sequence[str]) -> dict[str, Any]:
    """`host=10.0.0.1 groups=access` as keys with values; a word that comes twice is a list. Raise Usage."""
    found: dict[str, Any] = {}
    for word in words:
        key, equals, written = word.partition("=")
        if not (key and equals):
            hint = _("for example: host=10.0.0.12 platform=cisco_ios")
            raise Usage(_("{word}: KEY=VALUE is expected here").format(word=word), hint=hint)
        try:
            value = yamlfile.parse(written, Path(key)).data
        except InventoryInvalid as error:
            raise Usage(f"{word}: {error}", cause=error) from error
        found.setdefault(key, []).append(value)
    lists = _lists(kind, str((found.get("type") or [""])[0]))
    return {
        key: values if len(values) > 1 or (key in lists and not isinstance(values[0], list)) else values[0]
        for key, values in found.items()
    }


def _lists(kind: Kind, which: str) -> set[str]:
    """The keys whose values are lists."""
    types = {get_args(one.model_fields["type"].annotation)[0]: one for one in get_args(get_args(Dataset)[0])}
    models: dict[str, type[Frozen]] = {"device": Device, "site": Site, **types}
    model = models.get(which if kind == "dataset" else kind)
    fields = {} if model is None else model.model_fields
    return {name for name, one in fields.items() if "tuple[" in str(one.annotation)}


def _files(kind: Kind, folder: Path, file: str) -> list[str]:
    """Every file that may have one of that name."""
    if kind != "device":
        return [file]
    beside = sorted(f"devices.d/{path.name}" for path in folder.glob("devices.d/*.yaml"))
    return list(dict.fromkeys(["devices.yaml", file, *beside]))


def _block(name: str, keys: Mapping[str, Any]) -> str:
    """A file with one device, a key a line."""
    lines = [editor_line("../schema/devices.json"), "devices:", f"  {yamlfile.flow(name)}:"]
    lines += [f"    {key}: {yamlfile.flow(value)}" for key, value in keys.items()]
    return "\n".join(lines) + "\n"
