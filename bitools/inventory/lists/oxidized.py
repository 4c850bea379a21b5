"""Oxidized's lists of devices: what stands in which place only its configuration says. Pure.

`router.db` has one device a line, its JSON sources one object a device; `map:` in Oxidized's configuration
names the place, or the key, of each thing (Oxidized's docs/Sources.md).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from bitools import yamlfile
from bitools.errors import InventoryInvalid, Usage
from bitools.i18n import _
from bitools.inventory.lists.imported import (
    PLATFORMS,
    Imported,
    Row,
    endpoint,
    mapping,
    plain_name,
    platform,
    role,
)
from bitools.inventory.lists.lines import lines

_KNOWN = ("name", "ip", "model", "group", "username", "password", "enable", "port", "site", "-")
_SEPARATORS = (":", ";", ",")
_OTHERWISE = {"name": ("hostname", "sysName"), "model": ("os",)}  # LibreNMS, which Oxidized asks for devices
_FROM_DOCUMENTATION = ("name", "ip", "model", "group", "username", "password", "enable")
_RUBY = re.compile(r"!ruby/regexp\s+(/(?:[^/\\]|\\.)*/[a-z]*)")


@dataclass(frozen=True, slots=True)
class Columns:
    """By thing its place in a line (from 0), or its key; what separates; more names of models."""

    places: Mapping[str, int | str]
    separator: str = ":"
    models: Mapping[str, str] | None = None

    def __str__(self) -> str:
        return ",".join(f"{name}:{place}" for name, place in self.places.items())


def columns(text: str) -> Columns:
    """`name:0,ip:1,model:2` as Oxidized's `map` says it. Raise Usage."""
    places: dict[str, int | str] = {}
    for part in text.replace(" ", ",").split(","):
        name, _mark, place = part.partition(":")
        if part and (name not in _KNOWN or not place or name in places):
            message = _('"{part}" is no place of a map').format(part=part)
            raise Usage(message, hint=_("as Oxidized's configuration has it: --map name:0,ip:1,model:2"))
        if part:
            places[name] = int(place) if place.isdigit() else place
    if "name" not in places:
        raise Usage(_("a map names at least name"), hint="--map name:0,ip:1,model:2")
    return Columns(places)


def configured(text: str, file: str) -> Columns:
    """The map of an Oxidized configuration. Raise InventoryInvalid if it has none."""
    read = yamlfile.parse(_RUBY.sub(lambda found: json.dumps(found[1]), text), Path(file))
    sources = mapping(mapping(read.data).get("source"))
    for name in (sources.get("default"), *sources):
        part = mapping(sources.get(name)) if isinstance(name, str) else {}
        places = {
            str(key): int(place) if str(place).isdigit() else str(place)
            for key, place in {**mapping(part.get("map")), **mapping(part.get("vars_map"))}.items()
            if str(key) in _KNOWN
        }
        if "name" in places:
            separator = str(part.get("delimiter", ":")).strip("/").replace("\\", "")
            models = {
                str(key): str(value) for key, value in mapping(mapping(read.data).get("model_map")).items()
            }
            return Columns(places, separator or ":", models)
    raise InventoryInvalid(
        _("{file}:{line}: no map of a source").format(file=file, line=read.line(("source",))),
        hint=_("say it here: --map name:0,ip:1,model:2"),
    )


def is_configuration(text: str) -> bool:
    """Is it Oxidized's configuration, and no list of devices?"""
    return bool(re.search(r"^source:\s*$", text, re.MULTILINE))


def guessed(files: Mapping[str, str]) -> Columns | None:
    """The places that the lines themselves give away; None if they do not: then a person must say it."""
    return next((found for mark in _SEPARATORS if (found := _guessed(files, mark))), None)


def _guessed(files: Mapping[str, str], separator: str) -> Columns | None:
    rows = [line.split(separator) for _file, _number, line in lines(files)]
    width = max(map(len, rows), default=0)
    cells = [[row[place].strip() if place < len(row) else "" for row in rows] for place in range(width)]
    models = [place for place, some in enumerate(cells) if some and all(_is_model(cell) for cell in some)]
    addresses = [place for place, some in enumerate(cells) if some and all(map(_is_address, some))]
    if len(models) != 1 or models[0] == 0:
        return None
    places: dict[str, int | str] = {"name": 0}
    if addresses and addresses[0] not in (0, models[0]):
        places["ip"] = addresses[0]
    places["model"] = models[0]
    return Columns(places, separator)


def sample(files: Mapping[str, str]) -> str:
    """The first line that names a device, with each thing behind its place; what is no name is hidden."""
    for _file, _number, line in lines(files):
        cells = line.split(":")
        shown = [cell if place < 3 or _is_model(cell) else "…" for place, cell in enumerate(cells)]
        return "  ".join(f"{place}={cell}" for place, cell in enumerate(shown))
    return ""


def _is_model(text: str) -> bool:
    return text.strip().lower() in PLATFORMS or platform(text) in PLATFORMS.values()


def _is_address(text: str) -> bool:
    try:
        return bool(ip_address(text))
    except ValueError:
        return False


def oxidized(files: Mapping[str, str], where: Columns | None = None) -> Imported:
    """The devices of lines, or of a JSON list, whose things stand where the map says.

    Without one: a configuration among the files, else what the lines give away.
    Raise InventoryInvalid, with file and line, if nothing says it.
    """
    lists = {file: text for file, text in files.items() if not is_configuration(text)}
    for file, text in files.items():
        where = configured(text, file) if where is None and file not in lists else where
    imported = Imported()
    for file, text in lists.items():
        if text.lstrip()[:1] in ("[", "{"):
            _objects(file, text, where or Columns({key: key for key in _FROM_DOCUMENTATION}), imported)
            continue
        known = where or guessed({file: text})
        if known is None:
            message = _("{file}:1: what stands where is not said").format(file=file)
            hint = _("as Oxidized's configuration has it: --map name:0,ip:1,model:2")
            raise InventoryInvalid(message, hint=hint)
        for _name, number, line in lines({file: text}):
            cells = line.split(known.separator)
            row: Row = dict(_inside(cells, known))
            _secrets(row, cells, known, file, imported)
            _add(row, known, f"{file}:{number}", imported)
    return imported


def _inside(cells: Sequence[str], where: Columns) -> Iterator[tuple[str, str]]:
    for key, place in where.places.items():
        if isinstance(place, int) and place < len(cells):
            yield key, cells[place]


def _objects(file: str, text: str, where: Columns, imported: Imported) -> None:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise InventoryInvalid(f"{file}:{line}: {error}", cause=error) from error
    if isinstance(data, dict) and isinstance(data.get("devices"), list):
        data = data["devices"]
    for number, one in enumerate(data if isinstance(data, list) else [data]):
        row = {key: _named(mapping(one), key, str(place)) for key, place in where.places.items()}
        _secrets(row, (), where, file, imported)
        _add(row, where, f"{file}: [{number}]", imported)


def _named(one: Row, key: str, place: str) -> str:
    """What an object calls so, or as LibreNMS does."""
    return next((str(one[name]) for name in (place, *_OTHERWISE.get(key, ())) if one.get(name)), "")


def _secrets(row: Row, cells: Sequence[str], where: Columns, file: str, imported: Imported) -> None:
    unnamed = [cell for at, cell in enumerate(cells) if at not in where.places.values() and cell.strip()]
    note = _("{file}: passwords, and what the map does not name, are left out: secrets are references")
    said = note.format(file=file)
    if (row.get("password") or row.get("enable") or unnamed) and said not in imported.notes:
        imported.notes.append(said)


def _add(row: Row, where: Columns, place: str, imported: Imported) -> None:
    name, model = str(row.get("name", "")).strip(), str(row.get("model", "")).strip()
    port = str(row.get("port", "")).strip()
    groups = [plain_name(str(row["group"]))] if row.get("group") else []
    keys = {
        **endpoint(str(row.get("ip") or name)),
        "platform": (where.models or {}).get(model, model),
        "username": str(row.get("username", "")).strip(),
        "site": row.get("site"),
        "groups": groups,
        "role": role(name, *groups),
    }
    imported.add(name, keys | ({"port": int(port)} if port.isdigit() else {}), place)
