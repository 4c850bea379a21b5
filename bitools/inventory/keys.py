"""What each key of the inventory means, from `meanings/`: for editors' schemas and for the manual."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bitools import i18n, yamlfile

_FILES = "Files"
_FOLDER = Path(__file__).with_name("meanings")  # one file for each of the inventory's


@dataclass(frozen=True, slots=True)
class Key:
    """One key as it is written: what it means, and an example; None where a model stands for it."""

    name: str
    field: FieldInfo
    text: str
    example: Any


@cache
def _table() -> dict[str, dict[str, dict[str, Any]]]:
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for path in sorted(_FOLDER.glob("*.yaml")):
        found |= cast(dict[str, dict[str, dict[str, Any]]], yamlfile.read(path).data)
    return found


def keys(model: type[BaseModel]) -> list[Key]:
    """The keys of a model, its parents' among them, with their texts in the language that is spoken."""
    return [_key(model, name, field) for name, field in model.model_fields.items() if not _given(model, name)]


def containers() -> dict[str, str]:
    """The keys that hold everything by name in files that no one model stands for, and what they mean."""
    return {name: said[i18n.language()] for name, said in _table()[_FILES].items()}


def _given(model: type[BaseModel], name: str) -> bool:
    """Is it the thing's own name, which is the key that it stands under?"""
    return name == "name" and model.model_fields[name].is_required()


def _key(model: type[BaseModel], name: str, field: FieldInfo) -> Key:
    written = field.alias or name
    for one in model.__mro__:
        said = _table().get(one.__name__, {}).get(written)
        if said is not None:
            return Key(written, field, said[i18n.language()], said.get("example"))
    return Key(written, field, "", None)


def unsaid(models: Iterable[type[BaseModel]]) -> set[str]:
    """Keys that have no text, and texts that have no key, as `Model.key`."""
    seen, known = set(), set()
    for model in models:
        names = {one.__name__ for one in model.__mro__}
        known |= {f"{name}.{key}" for name in names & _table().keys() for key in _table()[name]}
        seen |= {f"{model.__name__}.{key.name}" for key in keys(model) if not key.text}
        seen |= {f"{name}.{key}" for name, key in _stale(model, names)}
    written = {f"{name}.{key}" for name in _table() if name != _FILES for key in _table()[name]}
    return seen | (written - known)


def _stale(model: type[BaseModel], names: set[str]) -> Iterator[tuple[str, str]]:
    written = {field.alias or name for name, field in model.model_fields.items()}
    for name in names & _table().keys():
        yield from ((name, key) for key in _table()[name].keys() - written)


def made_of(field: FieldInfo) -> list[tuple[str, type[BaseModel]]]:
    """The models a key's value is made of, each with how it is reached: `.NAME`, `[]`, or nothing."""
    return list(_models(field.annotation, ""))


def _models(annotation: Any, way: str) -> Iterator[tuple[str, type[BaseModel]]]:
    origin, parts = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield way, annotation
    elif origin is Annotated:
        yield from _models(parts[0], way)
    elif origin in (Union, UnionType):
        for part in parts:
            yield from _models(part, way)
    elif origin is dict:
        yield from _models(parts[1], f"{way}.NAME")
    elif origin is tuple:
        yield from _models(parts[0], f"{way}[]")


def kind_of(model: type[BaseModel]) -> str:
    """What is written as `type:` for a model that is one of several; else nothing."""
    field = model.model_fields.get("type")
    return str(get_args(field.annotation)[0]) if field and get_origin(field.annotation) is Literal else ""
