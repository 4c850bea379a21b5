"""JSON Schema of every document: `python -m bitools.documents.schemas DIR` writes `docs/documents`.

Made from the types beside this file, by pydantic, which nothing else of them needs. The schemas are open: a
field that a newer version adds is no error to whoever checks with an older schema.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import pkgutil
import sys
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any, cast, get_args

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from typing_extensions import get_type_hints, is_typeddict

from bitools import documents
from bitools.documents.words import COMMON, kind

Schema = dict[str, Any]
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Untitled(GenerateJsonSchema):
    """pydantic repeats every name as a title; nobody needs to read it twice."""

    def field_title_should_be_set(self, schema: object) -> bool:
        return False


@cache
def types() -> dict[str, type]:
    """Each document's type by its kind: `net.snapshot`."""
    found = {}
    for module in _modules():
        for value in vars(module).values():
            if (
                is_typeddict(value)
                and value.__module__ == module.__name__
                and "schema" in value.__annotations__
            ):
                names = get_args(get_type_hints(value)["schema"])
                if len(names) == 1:
                    found[kind(names[0])] = value
    return dict(sorted(found.items()))


def schemas() -> dict[str, Schema]:
    """Each document's JSON Schema by its kind."""
    return {name: schema(name) for name in types()}


def schema(name: str) -> Schema:
    """The JSON Schema of the document of this kind."""
    return _schema(name, types()[name], _texts())


def _modules() -> list[ModuleType]:
    names = [each.name for each in pkgutil.iter_modules(documents.__path__) if each.name != "schemas"]
    return [importlib.import_module(f"{documents.__name__}.{name}") for name in names]


@cache
def _texts() -> dict[str, dict[str, str]]:
    """The text under each field, by type: its own and those it inherits, which pydantic passes over."""
    own: dict[str, dict[str, str]] = {}
    bases: dict[str, list[str]] = {}
    for module in _modules():
        for node in ast.parse(inspect.getsource(module)).body:
            if isinstance(node, ast.ClassDef):
                own[node.name] = dict(_described(node))
                bases[node.name] = [base.id for base in node.bases if isinstance(base, ast.Name)]

    def every(name: str) -> dict[str, str]:
        inherited = [every(base) for base in bases.get(name, ())]
        return {field: text for known in (*inherited, own.get(name, {})) for field, text in known.items()}

    return {name: every(name) for name in own}


def _described(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, text in pairwise(node.body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            match text:
                case ast.Expr(ast.Constant(str(said))):
                    yield field.target.id, inspect.cleandoc(said)


def _schema(name: str, document: type, texts: dict[str, dict[str, str]]) -> Schema:
    made = cast(Schema, _untitled(TypeAdapter(document).json_schema(schema_generator=_Untitled)))
    for each, inside in ((document.__name__, made), *made.get("$defs", {}).items()):
        for field, value in inside.get("properties", {}).items():
            if text := texts.get(each, {}).get(field) or COMMON.get(field):
                value["description"] = text
    made["properties"]["schema"]["description"] = "Which document this is."
    if "items" in made["properties"]:  # a file that is written has none
        made["properties"]["items"].setdefault("description", "One entry a target.")
    return {
        "$schema": _DIALECT,
        "$id": made["properties"]["schema"]["const"],
        "title": "bitools " + name.replace(".", " "),
        **made,
    }


def closed(schema: Schema) -> Schema:
    """The same, but a field that no type names is an error: for our own documents."""
    return cast(Schema, _closed(schema))


def _closed(value: Any) -> Any:
    if isinstance(value, list):
        return [_closed(each) for each in value]
    if not isinstance(value, dict):
        return value
    inside = {key: _closed(each) for key, each in value.items()}
    return {"additionalProperties": False, **inside} if value.get("type") == "object" else inside


def _untitled(value: Any) -> Any:
    """Without the titles of types, which are our own class names."""
    if isinstance(value, list):
        return [_untitled(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: {name: _untitled(each) for name, each in inside.items()}
        if key in ("properties", "$defs")
        else _untitled(inside)
        for key, inside in value.items()
        if key != "title"
    }


def main(folder: Path) -> None:
    """Write each schema into the folder."""
    for name, schema in schemas().items():
        text = json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
