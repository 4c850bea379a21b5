"""Lists of devices, one a line: CSV, and the `router.db` of RANCID. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bitools import csvfile
from bitools.errors import InventoryInvalid
from bitools.i18n import _
from bitools.inventory.lists.imported import KEYS, Imported, Row, endpoint, role

# Column names that people use, beside our own keys.
_CALLED = {
    "name": "name device device_name session_name cihaz cihaz_adi ad adi hostname host_name sysname",
    "host": "host ip address ip_address ip_address_dns addresses primary_ip primary_ip4 mgmt_ip "
    "management_ip management_ip_address adres ip_adres ip_adresi yonetim_ip",
    "platform": "platform os device_type type model",
    "site": "site location lokasyon konum yer",
    "enabled": "enabled status state durum",
    "groups": "groups group grup",
    "username": "username user user_name cli_username kullanici kullanici_adi",
    "port": "port_number",
}
_HOST_OR_NAME = ("hostname", "host_name")  # the address, where something else is the name
_FOLDER = ("nodetype", "container")  # mRemoteNG's
_COLUMNS = {word: key for key, words in _CALLED.items() for word in words.split()}
_COLUMNS |= dict(zip(KEYS, KEYS, strict=True))
_OFF = "no false 0 hayir hayır down offline decommissioning planned inventory pasif".split()
_SECRETS = ("password", "parola", "sifre", "secret", "enable")


def table(files: Mapping[str, str]) -> Imported:
    """CSV with a heading, separated by `,`, `;` or tabs; lists inside a cell by blanks."""
    imported = Imported()
    for file, text in files.items():
        read = csvfile.read(text, file, empty=True)
        columns = _meant(read.headings)
        if "name" not in columns.values() and "host" not in columns.values():
            message = _("{file}:1: no column name or host: {columns}")
            hint = _("call one of them name, another host; the rest as devices.yaml does")
            raise InventoryInvalid(message.format(file=file, columns=", ".join(read.written)), hint=hint)
        for heading, written in zip(read.headings, read.written, strict=True):
            if not columns[heading] and any(word in heading for word in _SECRETS):
                note = _("{file}: the column {column} is left out: secrets are references")
                imported.notes.append(note.format(file=file, column=written))
        for line in read.rows:
            if line.cells.get(_FOLDER[0], "").lower() == _FOLDER[1]:
                note = _("{place}: {name} is a folder, left out")
                called = line.cells.get("name", "")
                imported.notes.append(note.format(place=f"{file}:{line.line}", name=called))
                continue
            row = {columns[heading]: cell for heading, cell in line.cells.items()}
            imported.add(row.get("name") or row.get("host", ""), _typed(row), f"{file}:{line.line}")
    return imported


def _meant(headings: Sequence[str]) -> dict[str, str]:
    """What each column is; of two that are the same, the one that is called so, else the first."""
    meant = {heading: _COLUMNS.get(heading, "") for heading in headings}
    if "host" not in meant.values() and list(meant.values()).count("name") > 1:
        meant |= {heading: "host" for heading in _HOST_OR_NAME if heading in meant}
    best: dict[str, str] = {}
    for heading, key in meant.items():
        if key and (key not in best or _rank(heading, key) < _rank(best[key], key)):
            best[key] = heading
    return {heading: key if best.get(key) == heading else "" for heading, key in meant.items()}


def _rank(heading: str, key: str) -> int:
    """How surely a heading means this: it is called so, or stands early among what people call it."""
    called = _CALLED.get(key, "").split()
    return -1 if heading == key else called.index(heading) if heading in called else 0


def _typed(row: Mapping[str, str]) -> Row:
    where = endpoint(row.get("host", ""))
    port = row.get("port", "")
    typed: Row = dict(row) | where | {"port": int(port) if port.isdigit() else where.get("port")}
    for key in ("groups", "tags"):
        typed[key] = row.get(key, "").replace(",", " ").replace(";", " ").split()
    said = row.get("role", "").lower()
    typed["role"] = said if said in ("wan", "lan") else role(said.replace("_", "-"))
    enabled = row.get("enabled", "").lower()
    typed["enabled"] = False if enabled in _OFF else None
    return typed


def rancid(files: Mapping[str, str]) -> Imported:
    """`router.db` as RANCID 3 reads it: `name;type;up|down[;comment]`; older ones use `:`."""
    imported = Imported()
    for file, number, line in lines(files):
        mark = ";" if ";" in line else ":"
        name, kind, state, *_comment = (*line.split(mark), "", "")
        if not kind.strip():
            hint = _("a line is name;type;up, and a comment behind if you like (router.db(5))")
            raise InventoryInvalid(f"{file}:{number}: " + _("no type of device"), hint=hint)
        keys = {"host": name, "platform": kind, "enabled": None if state.strip() in ("up", "") else False}
        imported.add(name, keys | {"role": role(name)}, f"{file}:{number}")
    return imported


def lines(files: Mapping[str, str]) -> list[tuple[str, int, str]]:
    """The lines that say something, with file and number; `#` begins a comment."""
    return [
        (file, number, line.strip())
        for file, text in files.items()
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
