"""JSON Schema of each inventory file, for editors (draft-07 subset, which YAML language servers know)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field, create_model

from bitools import platforms
from bitools.frozen import Frozen
from bitools.inventory import keys, reference
from bitools.inventory.base import Name
from bitools.inventory.model import FILES
from bitools.inventory.network import Device
from bitools.state import Document, write

if TYPE_CHECKING:
    from bitools.documents.inventory import FileItem


def schema(folder: Path, document: Document[FileItem]) -> Document[FileItem]:
    """Write the schema of each inventory file into a folder, those that changed."""
    for name, one in schemas().items():
        path = folder / f"{name}.json"
        text = json.dumps(one, ensure_ascii=False, indent=2) + "\n"
        changed = not path.exists() or path.read_text(encoding="utf-8") != text
        if changed:
            write(path, text.encode(), 0o644)
        document.changed |= changed
        document.items.append(
            {"name": name, "path": str(path), "status": "written" if changed else "unchanged"}
        )
    return document


def schemas() -> dict[str, dict[str, Any]]:
    """File name without `.yaml` → its schema."""
    found = {
        name.removesuffix(".yaml"): _whole(file.path, file.model).model_json_schema(by_alias=True)
        for name, file in FILES.items()
        if file.model is not Device
    }
    found["devices"] = _devices()
    for name, definition in found["backups"]["$defs"].items():
        if name.endswith("Dataset"):  # it is named by its key
            definition["properties"].pop("name")
            definition["required"].remove("name")
    _describe(found)
    return dict(sorted(found.items()))


def _describe(found: dict[str, dict[str, Any]]) -> None:
    """Put the meaning of each key where an editor shows it, in the language that is spoken."""
    texts = {model.__name__: {key.name: key.text for key in keys.keys(model)} for model in reference.models()}
    top = {name.removesuffix(".yaml"): file.model.__name__ for name, file in FILES.items() if not file.path}
    texts[""] = keys.containers()
    for name, one in found.items():
        definitions = {top.get(name, ""): one, **one.get("$defs", {})}
        definitions["Device"] = definitions.pop("Keys", {})
        for model, definition in definitions.items():
            for key, value in definition.get("properties", {}).items():
                if text := texts.get(model, {}).get(key):
                    value["description"] = text


def _whole(path: str, model: type[BaseModel]) -> type[BaseModel]:
    """The model of a file: this one, or one that holds many of it by name under the first key of `path`."""
    if not path:
        return model
    key = path.partition(".")[0]
    return create_model(key, __base__=Frozen, **{key: (dict[Name, model], Field(default_factory=dict))})  # type: ignore[valid-type,call-overload,no-any-return]


def _devices() -> dict[str, Any]:
    """`devices.yaml`: the same keys in defaults, groups and devices, none of them required at one place."""
    device = Device.model_json_schema(by_alias=True)
    definitions = device.pop("$defs", {})
    keys = {name: value for name, value in device["properties"].items() if name != "name"}
    keys["platform"] = {"type": "string", "examples": list(platforms.names())}
    definitions["Keys"] = {"type": "object", "properties": keys, "additionalProperties": False}
    several = {"type": "object", "additionalProperties": {"$ref": "#/$defs/Keys"}}
    return {
        "$defs": definitions,
        "type": "object",
        "additionalProperties": False,
        "properties": {"defaults": {"$ref": "#/$defs/Keys"}, "groups": several, "devices": several},
    }
