"""Lists of devices, one a line: CSV, and the `router.db` of Oxidized and RANCID. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from bitools import csvfile
from bitools.errors import InventoryInvalid
from bitools.i18n import _
from bitools.inventory.imported import KEYS, Imported, Row, endpoint, role

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
_COLUMNS |= dict(zip(KEYS, KEYS, strict=True))
_SECRETS = ("password", "parola", "sifre", "secret", "enable")


def table(files: Mapping[str, str]) -> Imported:
    """CSV with a heading, separated by `,`, `;` or tabs; lists inside a cell by blanks."""
    imported = Imported()
    for file, text in files.items():
        read = csvfile.read(text, file, empty=True)
        columns = {heading: _COLUMNS.get(heading, "") for heading in read.headings}
        if "name" not in columns.values() and "host" not in columns.values():
            message = _("{file}:1: no column name or host: {columns}")
            raise InventoryInvalid(message.format(file=file, columns=", ".join(read.written)))
        for heading, written in zip(read.headings, read.written, strict=True):
            if not columns[heading] and any(word in heading for word in _SECRETS):
                note = _("{file}: the column {column} is left out: secrets are references")
                imported.notes.append(note.format(file=file, column=written))
        for line in read.rows:
            row = {columns[heading]: cell for heading, cell in line.cells.items()}
            imported.add(row.get("name") or row.get("host", ""), _typed(row), f"{file}:{line.line}")
    return imported


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


def oxidized(files: Mapping[str, str]) -> Imported:
    """`router.db` as Oxidized's csv source reads it by default: `name:model[:user[:password[:enable]]]`."""
    imported = Imported()
    for file, number, line in _lines(files):
        name, model, username, *secret = (*line.split(":"), "", "", "")[:6]
        if any(secret):
            note = _("{file}:{line}: passwords are left out: secrets are references")
            imported.notes.append(note.format(file=file, line=number))
        keys = {"host": name, "platform": model, "username": username, "role": role(name)}
        imported.add(name, keys, f"{file}:{number}")
    return imported


def rancid(files: Mapping[str, str]) -> Imported:
    """`router.db` as RANCID 3 reads it: `name;type;up|down[;comment]`; older ones use `:`."""
    imported = Imported()
    for file, number, line in _lines(files):
        mark = ";" if ";" in line else ":"
        name, kind, state, *_comment = (*line.split(mark), "", "")
        keys = {"host": name, "platform": kind, "enabled": None if state.strip() in ("up", "") else False}
        imported.add(name, keys | {"role": role(name)}, f"{file}:{number}")
    return imported


def _lines(files: Mapping[str, str]) -> list[tuple[str, int, str]]:
    return [
        (file, number, line.strip())
        for file, text in files.items()
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
