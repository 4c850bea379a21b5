"""Lists of devices, one a line: CSV, and the `router.db` of Oxidized and RANCID. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from bitools.errors import InventoryInvalid
from bitools.i18n import _
from bitools.inventory.found import KEYS, Found, Row, endpoint, role

# Column names that people use, beside our own keys.
_CALLED = {
    "name": "name device hostname cihaz ad adi",
    "host": "host ip address ip_address adres",
    "platform": "platform type model device_type os",
    "site": "site location lokasyon yer",
    "groups": "groups group grup",
    "username": "username user kullanici",
}
_COLUMNS = {word: key for key, words in _CALLED.items() for word in words.split()}
_SECRETS = ("password", "parola", "sifre", "secret", "enable")


def table(files: Mapping[str, str]) -> Found:
    """CSV with a heading, separated by `,`, `;` or tabs; lists inside a cell by blanks."""
    found = Found()
    for file, text in files.items():
        first = text.lstrip("\ufeff").partition("\n")[0]
        mark = max(",;\t", key=first.count)
        reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=mark, strict=True)
        columns = {heading: _column(heading) for heading in reader.fieldnames or ()}
        if "name" not in columns.values() and "host" not in columns.values():
            message = _("{file}:1: no column name or host: {columns}")
            raise InventoryInvalid(message.format(file=file, columns=", ".join(columns)))
        for heading, key in columns.items():
            if not key and any(word in (heading or "").lower() for word in _SECRETS):
                note = _("{file}: the column {column} is left out: secrets are references")
                found.notes.append(note.format(file=file, column=heading))
        try:
            for cells in reader:
                row = {columns[heading]: (cell or "").strip() for heading, cell in cells.items() if heading}
                found.add(row.get("name") or row.get("host", ""), _typed(row), f"{file}:{reader.line_num}")
        except csv.Error as error:
            raise InventoryInvalid(f"{file}:{reader.line_num}: {error}", cause=error) from error
    return found


def _column(heading: str) -> str:
    plain = (heading or "").strip().lower()
    return _COLUMNS.get(plain, plain if plain in KEYS else "")


def _typed(row: Mapping[str, str]) -> Row:
    where = endpoint(row.get("host", ""))
    port = row.get("port", "")
    typed: Row = dict(row) | where | {"port": int(port) if port.isdigit() else where.get("port")}
    for key in ("groups", "tags"):
        typed[key] = row.get(key, "").replace(",", " ").replace(";", " ").split()
    typed["role"] = row.get("role", "").lower() if row.get("role", "").lower() in ("wan", "lan") else None
    enabled = row.get("enabled", "").lower()
    typed["enabled"] = False if enabled in ("no", "false", "0", "hayir", "hayır", "down") else None
    return typed


def oxidized(files: Mapping[str, str]) -> Found:
    """`router.db` as Oxidized's csv source reads it by default: `name:model[:user[:password[:enable]]]`."""
    found = Found()
    for file, number, line in _lines(files):
        name, model, username, *secret = (*line.split(":"), "", "", "")[:6]
        if any(secret):
            note = _("{file}:{line}: passwords are left out: secrets are references")
            found.notes.append(note.format(file=file, line=number))
        keys = {"host": name, "platform": model, "username": username, "role": role(name)}
        found.add(name, keys, f"{file}:{number}")
    return found


def rancid(files: Mapping[str, str]) -> Found:
    """`router.db` as RANCID 3 reads it: `name;type;up|down[;comment]`; older ones use `:`."""
    found = Found()
    for file, number, line in _lines(files):
        mark = ";" if ";" in line else ":"
        name, kind, state, *_comment = (*line.split(mark), "", "")
        keys = {"host": name, "platform": kind, "enabled": None if state.strip() in ("up", "") else False}
        found.add(name, keys | {"role": role(name)}, f"{file}:{number}")
    return found


def _lines(files: Mapping[str, str]) -> list[tuple[str, int, str]]:
    return [
        (file, number, line.strip())
        for file, text in files.items()
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
