"""The page of the manual with every key of the inventory, made from the models.

`python -m bitools.inventory.reference FOLDER` writes `reference.md` and `reference.tr.md`.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, create_model

from bitools import i18n
from bitools.credentials import Reference
from bitools.frozen import Frozen
from bitools.i18n import _
from bitools.inventory.keys import Key, keys, kind_of, made_of
from bitools.inventory.model import FILES


@dataclass(frozen=True, slots=True)
class Section:
    """A table: where its keys stand in the file, and the models that have them all."""

    paths: tuple[str, ...]
    model: type[BaseModel]
    keys: tuple[Key, ...]


def sections(path: str, model: type[BaseModel]) -> list[Section]:
    """The tables of a file: a model under its path, then those it is made of; each model once."""
    found: dict[type[BaseModel], Section] = {}
    for section in _walk(path, model, frozenset()):
        known = found.get(section.model)
        paths = (*known.paths, *section.paths) if known else section.paths
        found[section.model] = replace(section, paths=paths)
    return list(found.values())


def _walk(path: str, model: type[BaseModel], said: frozenset[str]) -> Iterator[Section]:
    own = tuple(key for key in keys(model) if key.name not in said)
    yield Section((path,), model, own)
    for key in own:
        ways: dict[str, list[type[BaseModel]]] = defaultdict(list)
        for way, one in made_of(key.field):
            ways[way].append(one)
        for way, each in ways.items():
            below = f"{path}.{key.name}{way}".lstrip(".")
            if len(each) == 1:
                yield from _walk(below, each[0], frozenset())
            else:
                yield from _several(below, each)


def _several(path: str, each: Sequence[type[BaseModel]]) -> Iterator[Section]:
    """What every one of them has stands once; then each with what it has beside that."""
    common = next(base for base in each[0].__mro__ if all(issubclass(one, base) for one in each))
    yield from _walk(path, common, frozenset())
    said = frozenset(key.name for key in keys(common))
    for one in each:
        yield from _walk(f"{path} (type: {kind_of(one)})", one, said)


def models() -> list[type[BaseModel]]:
    """Every model that the inventory's files are made of, once."""
    every = [section.model for first in FILES.values() for section in sections(first.path, first.model)]
    return list(dict.fromkeys(every))


def page() -> str:
    """The manual's page, in the language that is spoken."""
    lines = [
        "# " + _("Every key of the inventory"),
        "",
        _(
            "Made from the inventory's own models by `make schema`. Names in capitals are yours; a secret is "
            "a reference (`file:…`, `env:…`, `keyring:…`, `command:…`), never written here; a relative path "
            "begins in the inventory's folder."
        ),
        "",
    ]
    for file, first in FILES.items():
        lines += [f"## {file}", ""]
        if file == "devices.yaml":
            lines += [
                _("`defaults` and `groups.NAME` take the same keys as a device; the nearest one counts."),
                "",
            ]
        for section in sections(first.path, first.model):
            lines += (
                [f"### {', '.join(f'`{path}`' for path in section.paths)}", ""] if section.paths[0] else []
            )
            lines += [*_table(section.keys), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _table(some: Sequence[Key]) -> Iterator[str]:
    heads = (_("key"), _("value"), _("if absent"), _("meaning"), _("example"))
    yield f"| {' | '.join(heads)} |"
    yield "| --- | --- | --- | --- | --- |"
    for key in some:
        example = "" if key.example is None else _code(key.example)
        yield f"| `{key.name}` | {_value(key)} | {_absent(key)} | {key.text} | {example} |"


def _code(value: Any) -> str:
    """As one would write it in YAML, on one line."""
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return "`" + shown.replace("|", "\\|") + "`"


def _absent(key: Key) -> str:
    if key.field.is_required():
        return _("required")
    value = key.field.get_default(call_default_factory=True)
    if value is None or value in ("", (), {}) or isinstance(value, BaseModel):
        return ""
    probe: Any = create_model("probe", __base__=Frozen, value=(key.field.rebuild_annotation(), value))
    dumped = probe(value=value).model_dump(mode="json")["value"]
    return _code(dumped)


def _value(key: Key) -> str:
    """What is written there, in a few words."""
    if made_of(key.field):
        return _("see below")
    return _words(key.field.annotation, key.field.metadata)


def _words(annotation: Any, rules: Sequence[Any]) -> str:
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _words(parts[0], parts[1:])
    some = [part for part in parts if part is not type(None)]
    if origin is Literal:
        return ", ".join(f"`{part}`" for part in parts)
    if origin is tuple:
        return _("a list")
    if origin in (dict, Mapping):
        return _("names and values")
    return _words(some[0], rules) if some else _plain(annotation, rules)


def _plain(annotation: Any, rules: Sequence[Any]) -> str:
    rules = [each for rule in rules for each in (getattr(rule, "metadata", None) or [rule])]
    low = next((rule.ge for rule in rules if hasattr(rule, "ge")), None)
    high = next((rule.le for rule in rules if hasattr(rule, "le")), None)
    limits = f" {low}-{high}" if low is not None and high is not None else ""
    named: dict[Any, str] = {
        bool: "`true`, `false`",
        int: _("a number") + limits,
        float: _("a number") + limits,
        Path: _("a path"),
        Reference: _("a secret's reference"),
        date: _("a day"),
        timedelta: _("a length of time"),
    }
    return named.get(annotation, _("text"))


def main(folder: Path) -> None:
    """Write the page in both languages."""
    for language, name in (("en", "reference.md"), ("tr", "reference.tr.md")):
        with i18n.spoken(language):
            (folder / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
